"""Reading received messages and acting on them, each in one transaction (DESIGN 3.5)."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction

from claims import states
from claims.choices import MessageKind, MessageState, PartnerKind
from claims.edi.inquiry_records import CoverageAnswer, StatusAnswer
from claims.edi.reader import payload_of, read_file
from claims.edi.received import Content, ReceivedFile
from claims.edi.records import BatchAnswer, GroupAnswer, InterchangeAnswer, Remit
from claims.models import InboundMessage
from claims.services.apply_271 import apply_271
from claims.services.apply_277 import apply_277
from claims.services.apply_277ca import apply_277ca
from claims.services.apply_999 import apply_999
from claims.services.apply_ta1 import apply_ta1
from claims.services.import_remittance import import_remittance
from claims.services.message_results import Applied, counted
from claims.services.receive_message import CONFLICT_WORK
from claims.waiting import not_sent_here, of_others
from core import clock, timeline
from core.actors import CLEARINGHOUSE, PAYER, Actor, acting_as
from core.choices import Role
from core.errors import ApplicationError
from core.leases import backoff, claim_due
from core.services.documents import read_document
from core.services.work import close_work_item, open_work_item
from core.states import IllegalTransition, advance
from core.tenancy import practice_scope
from core.waking import wake

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=5)
AT_ONCE = 20
MOST_TRIES = 5
SET_ASIDE_WORK, FAILED_WORK, UNKNOWN_WORK = (
    "inbox.quarantined",
    "inbox.failed",
    "inbox.unknown_claim",
)
X12_EVENT, PING_EVENT = "x12.received", "ping"

_APPLY: dict[type, Callable[[InboundMessage, Any], Applied]] = {
    InterchangeAnswer: apply_ta1,
    GroupAnswer: apply_999,
    BatchAnswer: apply_277ca,
    Remit: import_remittance,
    CoverageAnswer: apply_271,
    StatusAnswer: apply_277,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a message."""

    state: str
    result: str
    kind: str = MessageKind.UNKNOWN
    faults: tuple[dict[str, Any], ...] = ()
    waits_for: tuple[str, ...] = ()


def process_due() -> int:
    """The sweep: take some due messages and process each; returns how many."""
    due = InboundMessage.everywhere.filter(state=MessageState.RECEIVED).select_related(
        "practice", "partner", "credential", "document"
    )
    for done in range(AT_ONCE):
        # One at a time: a message that kills its worker takes no other message's tries with it.
        rows = claim_due(due, limit=1, lease=LEASE)
        if not rows:
            return done
        with practice_scope(rows[0].practice):
            _process_or_give_up(rows[0])
    return AT_ONCE


def _process_or_give_up(message: InboundMessage) -> None:
    if message.attempts > MOST_TRIES:
        # No try came to an end, not even to an error: the worker died or was stopped each time.
        _give_up(message, "the worker stopped at it each time")
    else:
        process_message(message)


def process_message(message: InboundMessage) -> None:
    """Read a message and apply it whole, or not at all; the caller holds its lease.

    What cannot be read or is not for us is set aside with the reason. An error of ours is tried
    again, later and later; at last the message is `failed` and waits for a person.
    """
    try:
        with transaction.atomic(), acting_as(_sender(message)):
            locked = InboundMessage.everywhere.select_for_update(of=("self",)).get(pk=message.pk)
            if locked.state == MessageState.RECEIVED:
                _finish(message, _judge(message))
    except Exception as error:
        log.exception("message_not_processed", row=message.pk)
        _try_again(message, type(error).__name__)


def replay_message(message: InboundMessage, *, reason: str) -> None:
    """Put a failed or set-aside message back to be processed anew; why is told on its timeline.

    Raises IllegalTransition for a message that was applied: applying is done once. Raises
    ApplicationError without a reason.
    """
    if not reason.strip():
        raise ApplicationError("Say why it should be processed again.", field="reason")
    with transaction.atomic():
        advance(
            message,
            MessageState.RECEIVED,
            table=states.MESSAGE,
            update={
                "attempts": 0,
                "due_at": clock.now(),
                "lease_until": None,
                "last_error": "",
                "waits_for": [],
            },
        )
        timeline.record(
            message,
            kind="message.replayed",
            sentence="had the message processed again",
            details={"note": reason.strip()[:300]},
            before={"result": message.result},
            after={"reason": reason.strip()},
        )
        for kind in (SET_ASIDE_WORK, FAILED_WORK, CONFLICT_WORK):
            close_work_item(subject=message, kind=kind, outcome="Processed again.")
        wake("claims.inbox")


def replay_messages(messages: Iterable[InboundMessage], *, reason: str) -> int:
    """Put many back at once, leaving alone what was applied meanwhile; returns how many."""
    done = 0
    for message in messages:
        try:
            replay_message(message, reason=reason)
        except IllegalTransition:
            continue
        done += 1
    return done


def _judge(message: InboundMessage) -> Verdict:
    content = read_document(message.document)
    if message.event_type == PING_EVENT:
        return Verdict(MessageState.TESTED, "A test call: nothing to do.", MessageKind.EVENT)
    if message.event_type and message.event_type != X12_EVENT:
        return _no_use(message, f"We do not know events of type {message.event_type}.")
    try:
        payload = payload_of(content) if message.event_type else content
    except ApplicationError as error:
        return _no_use(message, error.message)
    earlier = _same_before(message, payload)
    if earlier and not message.is_test:
        return Verdict(MessageState.DUPLICATE, "We have this file already.", earlier.kind)
    file = read_file(payload, clock.today(message.practice))
    reason = _not_for_us(message, file)
    if message.is_test:
        return _tested(file, reason)
    if reason:
        return _aside(reason, _kind(file), file)
    return _apply(message, file)


def _no_use(message: InboundMessage, reason: str) -> Verdict:
    """An event that holds nothing for us; a test of one is nobody's work."""
    if message.is_test:
        return Verdict(MessageState.TESTED, f"A test: {reason}", MessageKind.EVENT)
    return _aside(reason, MessageKind.EVENT)


def _tested(file: ReceivedFile, reason: str) -> Verdict:
    """What a test file would have met: it is read, and nothing is done with it."""
    parts = counted(len(file.contents), "part")
    words = reason or f"It was read without a fault ({parts}), and would have been processed."
    faults = tuple(fault.as_json() for fault in file.faults)
    return Verdict(MessageState.TESTED, f"A test: {words}", _kind(file), faults)


def _same_before(message: InboundMessage, payload: bytes) -> InboundMessage | None:
    """An applied message with the same X12 bytes, whatever event or file they came in."""
    known = (message.sha256, message.related_message)
    message.sha256 = hashlib.sha256(payload).hexdigest()
    earlier = (
        InboundMessage.objects.filter(
            sha256=message.sha256, state=MessageState.APPLIED, partner=message.partner
        )
        .exclude(pk=message.pk)
        .first()
    )
    message.related_message = earlier or message.related_message
    if known != (message.sha256, message.related_message):
        message.save(update_fields=["sha256", "related_message"])
    return earlier


def _apply(message: InboundMessage, file: ReceivedFile) -> Verdict:
    kind = _kind(file)
    results = [_apply_one(message, content) for content in file.contents]
    words = "; ".join(result.words for result in results)
    unknown = [number for result in results for number in result.unknown]
    waits_for = not_sent_here(message, unknown)
    if unknown and any(result.took_effect for result in results):
        open_work_item(
            subject=message,
            kind=UNKNOWN_WORK,
            title=f"{len(unknown)} claims in this file are not known here",
            reason="Claim numbers as received: " + ", ".join(unknown[:10]),
            role=Role.BILLER,
        )
    if any(result.took_effect for result in results):
        return Verdict(MessageState.APPLIED, words, kind, waits_for=waits_for)
    if results and all(result.is_duplicate for result in results):
        return Verdict(MessageState.DUPLICATE, words, kind)
    return replace(
        _aside(words or "The file holds nothing that we read.", kind, file), waits_for=waits_for
    )


def _apply_one(message: InboundMessage, content: Content) -> Applied:
    return _APPLY[type(content)](message, content)


def _not_for_us(message: InboundMessage, file: ReceivedFile) -> str:
    """Why a file that can be read is still not acted on."""
    if file.faults:
        return file.faults[0].message
    partner = message.partner
    for receiver_id, usage in file.envelopes:
        if partner is None:
            break
        if receiver_id and receiver_id != partner.sender_id:
            return f"The file is addressed to {receiver_id}, not to us."
        if usage and usage != partner.usage:
            return "The file and the route disagree about test and production."
    if any(isinstance(part, Remit) and of_others(message, part) for part in file.contents):
        return (
            "It pays claims that did not go to its sender. Where the key is that payer's own, an"
            " admin names the payer on the key; then process it again."
        )
    return ""


def _aside(
    reason: str, kind: str = MessageKind.UNKNOWN, file: ReceivedFile | None = None
) -> Verdict:
    faults = tuple(fault.as_json() for fault in file.faults) if file else ()
    return Verdict(MessageState.QUARANTINED, reason[:1].upper() + reason[1:], kind, faults)


def _finish(message: InboundMessage, verdict: Verdict) -> None:
    advance(
        message,
        verdict.state,
        table=states.MESSAGE,
        update={
            "kind": verdict.kind,
            "result": verdict.result[:300],
            "faults": list(verdict.faults),
            "waits_for": list(verdict.waits_for),
            "processed_at": clock.now(),
            "lease_until": None,
            "last_error": "",
        },
    )
    if verdict.state == MessageState.QUARANTINED:
        open_work_item(
            subject=message,
            kind=SET_ASIDE_WORK,
            title="A received message was set aside",
            reason=verdict.result,
            role=Role.BILLER,
            due_on=clock.today(message.practice),
        )


def _try_again(message: InboundMessage, error: str) -> None:
    rows = InboundMessage.everywhere.filter(pk=message.pk, state=MessageState.RECEIVED)
    if message.attempts < MOST_TRIES:
        rows.update(
            due_at=clock.now() + backoff(message.attempts), lease_until=None, last_error=error
        )
        return
    _give_up(message, error)


def _give_up(message: InboundMessage, error: str) -> None:
    """The message waits for a person; the others go on."""
    advance(
        message,
        MessageState.FAILED,
        table=states.MESSAGE,
        update={
            "result": f"We could not process it ({error}).",
            "lease_until": None,
            "last_error": error,
        },
    )
    tries = min(message.attempts, MOST_TRIES)
    open_work_item(
        subject=message,
        kind=FAILED_WORK,
        title="A received message could not be processed",
        reason=f"{tries} tries, the last ended with {error}. Replay it from the inbox.",
        role=Role.PRACTICE_ADMIN,
        due_on=clock.today(message.practice),
    )


def _kind(file: ReceivedFile) -> str:
    kinds = set(file.kinds)
    if not kinds:
        return MessageKind.UNKNOWN
    return kinds.pop() if len(kinds) == 1 else MessageKind.MIXED


def _sender(message: InboundMessage) -> Actor:
    partner = message.partner
    if partner is None:
        return Actor(source="upload")
    kind = PAYER if partner.kind == PartnerKind.PAYER else CLEARINGHOUSE
    return Actor(kind, partner.name, source=message.source)
