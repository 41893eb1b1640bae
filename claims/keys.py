"""How a callback key is doing and what came with it, without a word about any patient."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.template.loader import render_to_string

from claims.callbacks.answers import PROBLEMS
from claims.choices import MessageState, Scope
from claims.models import InboundMessage, PayerCredential
from claims.services.credentials import overlap_until
from claims.services.record_call import REFUSED, TAKEN
from core.key_standing import standing_of_key
from core.models import AuditEvent
from core.subjects import kind_of

SHOWN = 50
_WAITING = [MessageState.QUARANTINED, MessageState.FAILED]
ADDRESS = "/payers/v1/{key_id}/events"


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call: when, what was answered and why, and what became of the message behind it."""

    at: datetime
    event_id: str
    status: int
    answer: str
    why: str
    size: int
    is_refused: bool
    message_id: str = ""
    state: str = ""
    is_test: bool = False
    findings: tuple[str, ...] = ()


def keys() -> "QuerySet[PayerCredential]":
    """Every key of the practice, with how many of its messages wait for a person."""
    return PayerCredential.objects.select_related("partner", "payer", "practice").annotate(
        waiting_count=Count("messages", filter=Q(messages__state__in=_WAITING)),
        last_message_at=Max("messages__received_at"),
    )


def scopes_of(credential: PayerCredential) -> list[str]:
    """What the key may deliver, in words."""
    return [Scope(one).label for one in credential.scopes]


def how_to(address: str) -> dict[str, str]:
    """The programs that post a file, as the documentation prints them."""
    names = {"curl": "send.sh", "python": "send.py"}
    return {
        key: render_to_string(f"claims/how_to/{name}.txt", {"address": address})
        for key, name in names.items()
    }


def last_calls(credential: PayerCredential, limit: int = SHOWN) -> list[PastCall]:
    """The newest calls with this key, refused ones too."""
    rows = list(
        AuditEvent.objects.filter(
            practice_id=credential.practice_id,
            subject_kind=kind_of(credential),
            subject_id=credential.pk,
            action__in=[TAKEN, REFUSED],
        ).order_by("-id")[:limit]
    )
    ids = {row.after["message"] for row in rows} - {""}
    messages = {
        str(message.public_id): message
        for message in credential.messages.filter(public_id__in=ids).only(
            "public_id", "state", "is_test", "event_type", "faults"
        )
    }
    return [_call(row, messages.get(row.after["message"])) for row in rows]


def oldest_waiting(credential: PayerCredential) -> datetime | None:
    """Since when the oldest message of this key waits for a person or for its turn."""
    rows = credential.messages.filter(state__in=[*_WAITING, MessageState.RECEIVED])
    found: datetime | None = rows.aggregate(at=Min("received_at"))["at"]
    return found


def _call(row: AuditEvent, message: InboundMessage | None) -> PastCall:
    facts: dict[str, Any] = row.after
    return PastCall(
        at=row.at,
        event_id=facts["event_id"],
        status=facts["status"],
        answer=_words(facts["answer"]),
        why=facts["why"],
        size=facts["size"],
        is_refused=facts["status"] >= 400,
        message_id=facts["message"],
        state=message.state if message else "",
        is_test=bool(message and (message.is_test or message.state == MessageState.TESTED)),
        findings=_findings(message) if message else (),
    )


def _findings(message: InboundMessage) -> tuple[str, ...]:
    """What reading a test found, by code and place only: its values are not ours to show."""
    if message.state != MessageState.TESTED:
        return ()
    return tuple(
        f"{fault['code']}, segment {fault['segment']}" if fault.get("segment") else fault["code"]
        for fault in message.faults[:5]
    )


def _words(answer: str) -> str:
    title = {problem.code: problem.title for problem in PROBLEMS}
    return title.get(answer, answer.capitalize())


def page_context(credential: PayerCredential, base: str) -> dict[str, Any]:
    """What both pages of a key show: the practice's own and the one for the payer's engineers."""
    address = base.rstrip("/") + ADDRESS.format(key_id=credential.key_id)
    return {
        "credential": credential,
        "standing": standing_of_key(credential),
        "scopes": scopes_of(credential),
        "address": address,
        "how_to": how_to(address),
        "overlap_until": overlap_until(credential),
        "calls": last_calls(credential),
        "oldest_waiting": oldest_waiting(credential),
        "problems": PROBLEMS,
    }
