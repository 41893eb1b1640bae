"""Asking due questions: one call outside any transaction, its answer stored before it is read."""

from datetime import datetime, timedelta

import structlog

from claims import states
from claims.choices import InquiryState, MessageSource, MessageState
from claims.clocks import STATUS_PER_MINUTE
from claims.models import EligibilityCheck, InboundMessage, StatusInquiry
from claims.services.partner_lines import ask_leave, note_failure, note_success, stop_line
from claims.services.process_message import process_message
from claims.services.receive_message import receive_message
from claims.services.roads import transport_for
from claims.services.settle_inquiry import Question, give_up, has_waited_enough, try_again
from claims.transport.base import (
    Parcel,
    Rejected,
    Replied,
    Reply,
    Stopped,
    Throttled,
    Unknown,
)
from core import clock
from core.actors import Actor, acting_as
from core.errors import ApplicationError
from core.leases import claim_due
from core.practice_settings import value
from core.services.documents import read_document
from core.states import advance
from core.tenancy import practice_scope

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=2)  # longer than a call may take (transport.https.ANSWER_WITHIN)
PAUSE = timedelta(seconds=60)
_OPEN = [InquiryState.QUEUED, InquiryState.ASKING]


def ask_due() -> int:
    """The sweep: ask one due question; returns how many. Somebody may wait for the first kind."""
    return _ask_one_check() or _ask_one_status()


def _ask_one_check() -> int:
    due = EligibilityCheck.everywhere.filter(state__in=_OPEN).select_related(
        "practice", "partner", "payer", "question", "coverage__patient"
    )
    rows = claim_due(due, limit=1, lease=LEASE)
    for check in rows:
        with practice_scope(check.practice), acting_as(Actor(source="inquiries")):
            _ask(check)
    return len(rows)


def _ask_one_status() -> int:
    due = StatusInquiry.everywhere.filter(state__in=_OPEN).select_related(
        "practice", "partner", "payer", "question", "version__claim"
    )
    rows = claim_due(due, limit=1, lease=LEASE)
    for inquiry in rows:
        with practice_scope(inquiry.practice), acting_as(Actor(source="inquiries")):
            if _is_too_many(inquiry):
                _put_off(inquiry, clock.now() + PAUSE, "")
            else:
                _ask(inquiry)
    return len(rows)


def _is_too_many(inquiry: StatusInquiry) -> bool:
    """Whether the payer got as many questions within the minute as it is to get."""
    asked = StatusInquiry.objects.filter(
        payer=inquiry.payer, sent_at__gt=clock.now() - timedelta(minutes=1)
    )
    return asked.count() >= int(value(inquiry.practice, STATUS_PER_MINUTE))


def _put_off(question: Question, until: datetime, why: str) -> None:
    """Not a try: nobody was called."""
    type(question).objects.filter(pk=question.pk).update(
        due_at=until, lease_until=None, attempts=question.attempts - 1, last_error=why[:300]
    )


def _has_leave(question: Question) -> bool:
    """Whether the line may be used now. A question that waits for it too long is given up."""
    wait = ask_leave(question.partner)
    if wait and has_waited_enough(question):
        give_up(question, reason=wait.words)
    elif wait:
        _put_off(question, wait.until, wait.words)
    return wait is None


def _note(question: Question, reply: Reply) -> None:
    """What a call says about the line; the outbox uses the same one. A refusal is an answer."""
    if isinstance(reply, Stopped):
        stop_line(question.partner, reply)
    elif isinstance(reply, Unknown):
        note_failure(question.partner, reply.reason)
    else:
        note_success(question.partner)


def _ask(question: Question) -> None:
    try:
        transport = transport_for(question.partner)
    except ApplicationError as error:
        give_up(question, reason=error.message.rstrip("."))
        return
    if not _has_leave(question):
        return
    advance(question, InquiryState.ASKING, table=states.INQUIRY, update={"sent_at": clock.now()})
    name = f"{question.partner.sender_id}-{question.reference}.edi"
    reply = transport.ask(Parcel(name, read_document(question.question), question.idempotency_key))
    log.debug("question", row=question.pk, outcome=type(reply).__name__)
    _note(question, reply)
    if isinstance(reply, Replied):
        _take(question, reply.content)
    elif isinstance(reply, Rejected | Stopped):
        give_up(question, reason=reply.reason)
    elif isinstance(reply, Throttled):
        wait = timedelta(seconds=reply.seconds)
        try_again(question, reason="the other side asked us to wait", after=wait)
    else:
        _no_answer(question, reply)


def _take(question: Question, content: bytes) -> None:
    """Bytes first, then read by the inbox's own rules: what is not for us is set aside there."""
    message = receive_message(
        practice=question.practice,
        partner=question.partner,
        source=MessageSource.REPLY,
        content=content,
        content_type="application/edi-x12",
    )
    process_message(message)
    message = InboundMessage.objects.get(pk=message.pk)
    question.refresh_from_db()
    if question.state != InquiryState.ASKING:
        return
    if message.state == MessageState.RECEIVED:
        # An error of ours; the inbox tries again and then answers this row.
        try_again(question, reason="the answer is here and could not be read yet")
    else:
        give_up(
            question, reason=message.result.rstrip(".") or "the answer was about another question"
        )


def _no_answer(question: Question, reply: Unknown) -> None:
    """The others for this payer wait, too: each would hold a worker for as long."""
    try_again(question, reason=reply.reason)
    type(question).objects.filter(
        payer=question.payer, state=InquiryState.QUEUED, due_at__lt=clock.now() + PAUSE
    ).update(due_at=clock.now() + PAUSE)
