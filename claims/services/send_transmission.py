"""Sending due files: one call outside any transaction, its result recorded in one (DESIGN 3.5)."""

from datetime import timedelta

import structlog

from claims import states
from claims.choices import (
    AttemptState,
    IdempotencySupport,
    TransmissionState,
    TransportKind,
)
from claims.edi.envelope import usage_of
from claims.models import SubmissionAttempt, Transmission
from claims.services.outbox_work import ask_a_person, ask_later, tell_of_long_wait
from claims.services.partner_lines import (
    ask_leave,
    closed_lines,
    note_failure,
    note_success,
    stop_line,
)
from claims.services.roads import transport_for
from claims.services.settle_transmission import (
    mark_in_doubt,
    mark_refused,
    mark_sent,
    mark_waiting,
)
from claims.transport import https_road
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Outcome,
    Parcel,
    Rejected,
    Resolution,
    Stopped,
    Throttled,
    Transport,
    Unknown,
)
from core import clock
from core.actors import Actor, acting_as
from core.errors import ApplicationError
from core.leases import claim_due, wait_from
from core.services.documents import read_document
from core.states import advance
from core.tenancy import practice_scope

log = structlog.get_logger(__name__)
# Longer than a call may take: TIMEOUT of HTTPS, WHOLE_SECONDS of SFTP.
LEASE = timedelta(minutes=2)
ASK_A_PERSON_AFTER = 5
# Seconds to the next try, by tries so far.
TRY_AGAIN: tuple[int, ...] = (10, 20, 40, 80, 160, 320, 600, 1200, 3600)
NOT_SOONER = timedelta(seconds=90)  # CORE: nothing is sent a second time before (reliability 1.4)
OPEN_STATES = [
    TransmissionState.QUEUED,
    TransmissionState.THROTTLED,
    TransmissionState.SENDING,
    TransmissionState.IN_DOUBT,
]
_SHOW_THEIR_FILES = frozenset({TransportKind.FOLDER, TransportKind.SFTP})


def send_due() -> int:
    """The sweep: take one due transmission and bring it one step further. Returns how many.

    A row in `sending` is only due once its lease ran out: the worker died between the call and
    the record, so the file is in doubt.
    """
    due = (
        Transmission.everywhere.filter(
            state__in=OPEN_STATES,
            # A road that is switched off is left alone until somebody switches it on again.
            batch__partner__is_active=True,
        )
        .exclude(closed_lines("batch__partner"))
        .select_related("practice", "batch__partner", "batch__document")
    )
    for transmission in claim_due(due, limit=1, lease=LEASE):
        with practice_scope(transmission.practice), acting_as(Actor(source="outbox")):
            _step(transmission)
        return 1
    return 0


def send_transmission(transmission: Transmission) -> None:
    """Send the file once and record what came of it. The caller holds the row's lease."""
    # The file may have been written anew while the lease was waited for.
    transmission.batch.refresh_from_db(fields=["document"])
    try:
        parcel, transport = _parcel(transmission), _transport(transmission)
        _check_usage(transmission, parcel)
    except ApplicationError as error:
        advance(transmission, TransmissionState.SENDING, table=states.TRANSMISSION)
        mark_refused(transmission, reason=error.message)
        return
    if not _has_leave(transmission):
        return
    advance(
        transmission,
        TransmissionState.SENDING,
        table=states.TRANSMISSION,
        update={"sending_count": transmission.sending_count + 1},
    )
    SubmissionAttempt.everywhere.filter(batch=transmission.batch, evidence_rank=0).update(
        state=AttemptState.SENDING
    )
    _record(transmission, transport.submit(parcel))


def resolve_transmission(transmission: Transmission) -> None:
    """Ask the other side whether a file in doubt arrived, before anything is sent again.

    A side that cannot be asked and knows repeated keys gets the file again (reliability 3.4.5).
    """
    try:
        parcel, transport = _parcel(transmission), _transport(transmission)
    except ApplicationError as error:
        ask_a_person(transmission, error.message)
        ask_later(transmission, error.message)
        return
    if _takes_a_repeat(transmission):
        _repeat(transmission)
        return
    if not _has_leave(transmission):
        return
    answer = transport.resolve(parcel)
    _note(transmission, answer)
    if isinstance(answer, Found):
        mark_sent(transmission, reference=answer.reference, evidence="found when asked for")
    elif isinstance(answer, NotFound) and _knows_keys(transmission):
        mark_waiting(
            transmission,
            to=TransmissionState.QUEUED,
            reason="it had not arrived",
            due_at=clock.now() + NOT_SOONER,
        )
    elif isinstance(answer, NotFound):
        _keep_doubting(transmission, CannotTell(_why_not_believed(transmission)))
    elif isinstance(answer, Stopped):
        ask_later(transmission, answer.reason)
    else:
        _keep_doubting(transmission, answer)


def _knows_keys(transmission: Transmission) -> bool:
    """Whether "not found" means that it never came: a folder shows it, a key has to be kept."""
    partner = transmission.batch.partner
    if partner.transport in _SHOW_THEIR_FILES or partner.idempotency == IdempotencySupport.NUMBER:
        return True
    return partner.idempotency == IdempotencySupport.KEY and not _key_is_old(transmission)


def _key_is_old(transmission: Transmission) -> bool:
    """Whether the other side may have forgotten our key by now (reliability 1.4, rule d)."""
    hours = https_road(transmission.batch.partner).key_hours
    return bool(hours) and clock.now() > transmission.created_at + timedelta(hours=hours or 0)


def _why_not_believed(transmission: Transmission) -> str:
    if transmission.batch.partner.idempotency == IdempotencySupport.KEY:
        return "it keeps our keys for some hours only, and they are over"
    return "it does not keep our keys"


def _has_leave(transmission: Transmission) -> bool:
    """Whether the partner may be called now; else the row is put off, and nothing else changes."""
    wait = ask_leave(transmission.batch.partner)
    if wait is not None:
        Transmission.everywhere.filter(pk=transmission.pk).update(
            due_at=wait.until,
            lease_until=None,
            attempts=transmission.attempts - 1,  # it was no try
            last_error=wait.words[:300],
        )
    return wait is None


def _note(transmission: Transmission, answer: Outcome | Resolution) -> None:
    """What a call says about the line. A refusal, too, is an answer."""
    partner = transmission.batch.partner
    if isinstance(answer, Stopped):
        stop_line(partner, answer)
    elif isinstance(answer, Unknown | NotDelivered) or (
        isinstance(answer, CannotTell) and answer.line_failed
    ):
        note_failure(partner, answer.reason)
    else:
        note_success(partner)


def _step(transmission: Transmission) -> None:
    if transmission.state == TransmissionState.SENDING:
        mark_in_doubt(transmission, reason="the worker stopped while sending", due_at=clock.now())
        resolve_transmission(transmission)
    elif transmission.state == TransmissionState.IN_DOUBT:
        resolve_transmission(transmission)
    else:
        send_transmission(transmission)


def _record(transmission: Transmission, outcome: Outcome) -> None:
    log.debug("transmission", row=transmission.pk, outcome=type(outcome).__name__)
    _note(transmission, outcome)
    if isinstance(outcome, Accepted):
        mark_sent(transmission, reference=outcome.reference)
    elif isinstance(outcome, Rejected):
        mark_refused(transmission, reason=outcome.reason)
    elif isinstance(outcome, Throttled):
        tell_of_long_wait(transmission)
        mark_waiting(
            transmission,
            to=TransmissionState.THROTTLED,
            reason="the other side asked us to wait",
            due_at=clock.now() + timedelta(seconds=outcome.seconds),
        )
    elif isinstance(outcome, NotDelivered | Stopped):
        mark_waiting(
            transmission,
            to=TransmissionState.QUEUED,
            reason=outcome.reason,
            due_at=clock.now() + wait_from(TRY_AGAIN, transmission.attempts),
        )
    else:
        mark_in_doubt(
            transmission,
            reason=outcome.reason,
            due_at=clock.now() + wait_from(TRY_AGAIN, transmission.attempts),
        )


def _takes_a_repeat(transmission: Transmission) -> bool:
    """Whether a resend under the same key is the only question that the other side understands."""
    partner = transmission.batch.partner
    return (
        partner.transport == TransportKind.HTTPS
        and partner.idempotency == IdempotencySupport.KEY
        and not https_road(partner).status_path
        and not _key_is_old(transmission)
    )


def _repeat(transmission: Transmission) -> None:
    """The same bytes under the same key, not sooner than the trade allows."""
    reason = "it cannot be asked, and knows a file that comes twice by its key"
    if transmission.attempts > ASK_A_PERSON_AFTER:
        ask_a_person(transmission, reason)
    mark_waiting(
        transmission,
        to=TransmissionState.QUEUED,
        reason=reason,
        due_at=clock.now() + NOT_SOONER,
    )


def _keep_doubting(transmission: Transmission, answer: CannotTell) -> None:
    """No answer yet: asked again, and soon a person decides."""
    partner = transmission.batch.partner
    hopeless = partner.idempotency == IdempotencySupport.NONE or (
        partner.idempotency == IdempotencySupport.KEY and _key_is_old(transmission)
    )
    if hopeless or transmission.attempts > ASK_A_PERSON_AFTER:
        ask_a_person(transmission, answer.reason)
    ask_later(transmission, answer.reason)


def _parcel(transmission: Transmission) -> Parcel:
    """The same name, bytes and key at every try."""
    batch = transmission.batch
    name = f"{batch.partner.sender_id}-{batch.interchange_control_number}.837"
    return Parcel(
        name,
        read_document(batch.document),
        transmission.idempotency_key,
        batch.interchange_control_number,
    )


def _check_usage(transmission: Transmission, parcel: Parcel) -> None:
    """Look at the test flag a second time, right before the file leaves (reliability 1.4 h)."""
    batch = transmission.batch
    if batch.is_test or usage_of(parcel.content) != batch.partner.usage:
        raise ApplicationError("the file and the partner disagree about test and production")


def _transport(transmission: Transmission) -> Transport:
    return transport_for(transmission.batch.partner)
