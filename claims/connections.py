"""How the line to a partner is doing, in words for a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from claims import states
from claims.choices import (
    ClockKind,
    HttpsSignIn,
    LineStanding,
    TransmissionState,
    TransportKind,
)
from claims.clocks import AWAITED
from claims.models import (
    AccessToken,
    InboundMessage,
    PartnerLine,
    SubmissionAttempt,
    SubmissionBatch,
    TradingPartner,
    Transmission,
)
from claims.services.message_results import counted
from claims.services.partner_lines import TELL_AFTER_OPENINGS
from claims.services.send_transmission import OPEN_STATES
from claims.services.settle_transmission import IN_DOUBT, PUT_OFF
from claims.transport import https_road
from claims.transport.ssh_keys import fingerprint_of
from core import clock
from core.choices import WorkState
from core.models import WorkItem

SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class Standing:
    """One word for a chip, and the sentence that says more."""

    state: LineStanding
    words: str


def connections() -> QuerySet[TradingPartner]:
    """Every partner of the practice, with when something was last sent and received."""
    sent = Transmission.objects.filter(batch__partner=OuterRef("pk"), sent_at__isnull=False)
    received = InboundMessage.objects.filter(partner=OuterRef("pk"))
    return TradingPartner.objects.select_related("line").annotate(
        last_sent_at=Subquery(
            sent.order_by().values("batch__partner").annotate(at=Max("sent_at")).values("at")
        ),
        last_received_at=Subquery(
            received.order_by().values("partner").annotate(at=Max("received_at")).values("at")
        ),
        doubts=_count(_doubts(), "partner"),
        late=_count(_late().filter(batch__partner=OuterRef("pk")), "batch__partner"),
        put_off=_count(_put_off(), "partner"),
    )


def _doubts() -> QuerySet[SubmissionBatch]:
    """Files of which only a person can learn whether they arrived."""
    asked = WorkItem.objects.filter(
        subject_kind=SubmissionBatch._meta.label_lower,
        subject_id=OuterRef("pk"),
        kind=IN_DOUBT,
        state=WorkState.OPEN,
    )
    return SubmissionBatch.objects.filter(
        Exists(asked), partner=OuterRef("pk"), transmission__state=TransmissionState.IN_DOUBT
    )


def _put_off() -> QuerySet[SubmissionBatch]:
    """Files that the partner has told us to wait with for hours."""
    told = WorkItem.objects.filter(
        subject_kind=SubmissionBatch._meta.label_lower,
        subject_id=OuterRef("pk"),
        kind=PUT_OFF,
        state=WorkState.OPEN,
    )
    return SubmissionBatch.objects.filter(
        Exists(told), partner=OuterRef("pk"), transmission__state=TransmissionState.THROTTLED
    )


def _late() -> QuerySet[SubmissionAttempt]:
    """Claims whose acknowledgement was expected and is missing."""
    return SubmissionAttempt.objects.filter(
        silence_reported_at__isnull=False,
        version__state__in=states.AWAITING_ACK,
        version__current_attempt=F("pk"),
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted_rows = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted_rows), 0)


@dataclass(frozen=True, slots=True)
class Missing:
    """How many claims still lack one kind of answer, and since when the first of them."""

    label: str
    count: int
    since: datetime


def missing_answers(partner: TradingPartner) -> list[Missing]:
    """Expected and not come: what the clocks reported as late, by what came last."""
    rows = (
        _late()
        .filter(batch__partner=partner)
        .order_by()
        .values("state")
        .annotate(count=Count("pk"), since=Min("sent_at"))
    )
    return [
        Missing(ClockKind(AWAITED[row["state"]]).label, row["count"], row["since"])
        for row in rows
        if row["state"] in AWAITED
    ]


def oldest_waiting(partner: TradingPartner) -> datetime | None:
    """Since when the oldest file waits to go out; None where nothing waits."""
    waiting = Transmission.objects.filter(batch__partner=partner, state__in=OPEN_STATES)
    return waiting.aggregate(at=Min("created_at"))["at"]


def road_of(partner: TradingPartner) -> str:
    """By which road and where to, without any secret."""
    if partner.transport == TransportKind.HTTPS:
        return partner.endpoint_url
    if partner.transport == TransportKind.SFTP:
        port = "" if partner.sftp_port == SSH_PORT else f":{partner.sftp_port}"
        return f"{partner.sftp_user}@{partner.sftp_host}{port}, {partner.outbound_folder}"
    return partner.outbound_folder


def https_facts(partner: TradingPartner) -> list[tuple[str, str]]:
    """How an HTTPS road is used, by name and words; nothing for a road of another kind."""
    if partner.transport != TransportKind.HTTPS:
        return []
    road = https_road(partner)
    facts = [
        ("Signs in by", road.get_sign_in_display()),
        ("Files go as", road.get_body_display()),
        ("Knows a file that comes twice", partner.get_idempotency_display()),
    ]
    token = AccessToken.objects.filter(partner=partner).first()
    if road.sign_in == HttpsSignIn.OAUTH:
        facts.insert(1, ("Token", _token_words(token)))
    return facts


def _token_words(token: AccessToken | None) -> str:
    """Whether we hold one, and until when; never the token itself."""
    if token is None or token.expires_at is None:
        return "none yet: asked for with the next call"
    if token.expires_at <= clock.now():
        return "expired: asked for with the next call"
    until = clock.local(token.expires_at, token.practice)
    return f"good until {until:%m/%d/%Y %H:%M}, renewed before"


def standing_of(partner: TradingPartner) -> Standing:
    """How the line is doing: red only where somebody must act."""
    line: PartnerLine | None = getattr(partner, "line", None)
    if not partner.is_active:
        return Standing(LineStanding.OFF, "Nothing is sent or picked up.")
    return _to_be_acted_on(partner, line) or _troubled(partner, line) or _WELL


_WELL = Standing(LineStanding.WORKING, "Nothing is wrong with this line.")


def _to_be_acted_on(partner: TradingPartner, line: PartnerLine | None) -> Standing | None:
    """What stays as it is until a person does something: the only reasons to be red."""
    if line is not None and line.stop:
        return Standing(LineStanding(line.stop), _sentence(line.stop_reason))
    if partner.transport == TransportKind.SFTP and not partner.host_key:
        words = "Try the connection, then compare the server's key and confirm it."
        return Standing(LineStanding.HOST_KEY, words)
    if doubts := getattr(partner, "doubts", 0):
        words = (
            f"Of {counted(doubts, 'file')} only they can say whether it arrived. Ask them, then"
            " answer on the page of the batch."
        )
        return Standing(LineStanding.DOUBT, words)
    if line is not None and line.openings >= TELL_AFTER_OPENINGS:
        words = (
            f"{line.failures} calls in a row failed ({line.last_failure}). Ask them whether they"
            " are down; it is tried again by itself, and what is to go waits."
        )
        return Standing(LineStanding.LONG_DOWN, words)
    return None


def _troubled(partner: TradingPartner, line: PartnerLine | None) -> Standing | None:
    """What mends itself, or is on somebody's list already."""
    if line is not None and line.open_until is not None:
        words = (
            f"{line.failures} calls in a row failed ({line.last_failure}). It is tried again by"
            " itself; what is to go waits."
        )
        return Standing(LineStanding.DOWN, words)
    if line is not None and line.failures:
        words = f"The last call failed ({line.last_failure}). It is tried again by itself."
        return Standing(LineStanding.UNSTEADY, words)
    if waiting := getattr(partner, "put_off", 0):
        words = (
            f"They have told us to wait with {counted(waiting, 'file')} for hours. Each is tried"
            " again by itself, and is on a manager's list."
        )
        return Standing(LineStanding.UNSTEADY, words)
    if late := getattr(partner, "late", 0):
        words = f"Answers about {counted(late, 'claim')} are late; each is on a biller's list."
        return Standing(LineStanding.LATE, words)
    return None


def throttle_words(partner: TradingPartner) -> str:
    """How fast we may call, and how fast we are calling."""
    most = partner.calls_per_minute
    if not most:
        return "No limit"
    line: PartnerLine | None = getattr(partner, "line", None)
    used = line.minute_count if line and line.minute == int(clock.now().timestamp()) // 60 else 0
    return f"{counted(most, 'call')} a minute; {used} in this minute"


def fingerprints(partner: TradingPartner) -> tuple[str, str]:
    """Of the confirmed host key and of one that waits to be confirmed, "" where there is none."""
    line: PartnerLine | None = getattr(partner, "line", None)
    return fingerprint_of(partner.host_key), fingerprint_of(line.offered_host_key if line else "")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."
