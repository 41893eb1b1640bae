"""Taking a message in: bytes first, then everything else (DESIGN 3.6, reliability 3.4)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F

from claims.choices import MessageSource, MessageState
from claims.models import InboundMessage, PayerCredential, TradingPartner
from core import audit
from core.choices import Role
from core.models import Practice
from core.services.documents import store_document
from core.services.work import open_work_item
from core.waking import wake

INBOX = "claims.inbox"
CONFLICT_WORK, REFUSED_WORK = "inbox.conflict", "credential.refused"


class Arrival(StrEnum):
    """Whether a message is new to us."""

    NEW = "new"
    REPEATED = "repeated"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Received:
    """The stored message and how it stands to what we had."""

    message: InboundMessage
    arrival: Arrival


def receive_message(
    *,
    practice: Practice,
    partner: TradingPartner | None,
    source: str,
    content: bytes,
    content_type: str,
    credential: PayerCredential | None = None,
    event_id: str = "",
    event_type: str = "",
) -> InboundMessage:
    """Store a message that has no event id, or whose repetition does not matter to the caller."""
    return receive_event(
        practice=practice,
        partner=partner,
        source=source,
        content=content,
        content_type=content_type,
        credential=credential,
        event_id=event_id,
        event_type=event_type,
    ).message


def receive_event(
    *,
    practice: Practice,
    partner: TradingPartner | None,
    source: str,
    content: bytes,
    content_type: str,
    credential: PayerCredential | None = None,
    event_id: str = "",
    event_type: str = "",
    set_aside: str = "",
    is_test: bool = False,
) -> Received:
    """Store a message, encrypted and hashed, and wake the inbox; nothing of it is acted on here.

    The same event id with the same bytes is only counted; with other bytes it is kept for what it
    says it is, set aside, and (unless it is a test) someone is told. `set_aside` stores the
    message as quarantined for that reason.
    """
    try:
        with transaction.atomic():
            earlier = _earlier(credential, event_id)
            if earlier is None:
                message = _store(
                    practice=practice,
                    partner=partner,
                    source=source,
                    content=content,
                    content_type=content_type,
                    credential=credential,
                    event_id=event_id,
                    event_type=event_type,
                    set_aside=set_aside,
                    is_test=is_test,
                )
                _tell_of_refusal(message)
                return Received(message, Arrival.NEW)
    except IntegrityError:
        # Another request with the same event id was faster: this one repeats it.
        earlier = _earlier(credential, event_id)
        if earlier is None:
            raise
    return _again(earlier, content, content_type, event_type, is_test=is_test)


def _earlier(credential: PayerCredential | None, event_id: str) -> InboundMessage | None:
    if credential is None or not event_id:
        return None
    return InboundMessage.everywhere.filter(credential=credential, event_id=event_id).first()


def _store(
    *,
    practice: Practice,
    partner: TradingPartner | None,
    source: str,
    content: bytes,
    content_type: str,
    credential: PayerCredential | None,
    event_id: str,
    event_type: str,
    set_aside: str,
    is_test: bool = False,
    related: InboundMessage | None = None,
) -> InboundMessage:
    document = store_document(
        practice=practice,
        kind="x12.inbound",
        content=content,
        content_type=content_type,
        label=f"Received by {MessageSource(source).label.lower()}",
    )
    message = InboundMessage.everywhere.create(
        practice=practice,
        partner=partner,
        credential=credential,
        source=source,
        event_id=event_id,
        event_type=event_type[:60],
        is_test=is_test,
        content_type=content_type[:80],
        document=document,
        sha256=document.sha256,
        state=_first_state(set_aside, is_test=is_test),
        result=set_aside[:300],
        related_message=related,
    )
    audit.record("message.received", subject=message, after={"sha256": document.sha256})
    if not set_aside:
        wake(INBOX)
    return message


def _first_state(set_aside: str, *, is_test: bool) -> str:
    if not set_aside:
        return MessageState.RECEIVED
    return MessageState.TESTED if is_test else MessageState.QUARANTINED


def _tell_of_refusal(message: InboundMessage) -> None:
    """One work item for the key, however many of its messages were refused."""
    if message.state == MessageState.QUARANTINED and message.credential:
        open_work_item(
            subject=message.credential,
            kind=REFUSED_WORK,
            title="Messages sent with this key were refused and set aside",
            reason=message.result,
            role=Role.BILLER,
            renews=True,
        )


def _again(
    earlier: InboundMessage, content: bytes, content_type: str, event_type: str, *, is_test: bool
) -> Received:
    with transaction.atomic():
        if hashlib.sha256(content).hexdigest() == earlier.document.sha256:
            rows = InboundMessage.everywhere.filter(pk=earlier.pk)
            rows.update(repeat_count=F("repeat_count") + 1)
            return Received(earlier, Arrival.REPEATED)
        known = _same_conflict(earlier, content)
        if known:
            return Received(known, Arrival.CONFLICTING)
        # The id stays with the first message; the second is kept without one, set aside.
        message = _store(
            practice=earlier.practice,
            partner=earlier.partner,
            source=earlier.source,
            content=content,
            content_type=content_type,
            credential=earlier.credential,
            event_id="",
            event_type=event_type,
            set_aside="The same event id came with other content.",
            is_test=is_test,
            related=earlier,
        )
        if not is_test:
            open_work_item(
                subject=message,
                kind=CONFLICT_WORK,
                title="An event came twice with different content",
                reason="Ask the sender which of the two is right.",
                role=Role.BILLER,
            )
        return Received(message, Arrival.CONFLICTING)


def _same_conflict(earlier: InboundMessage, content: bytes) -> InboundMessage | None:
    """The message that already contradicts `earlier` with these bytes; a retry is only counted."""
    rows = InboundMessage.everywhere.filter(
        related_message=earlier,
        credential=earlier.credential,
        event_id="",
        document__sha256=hashlib.sha256(content).hexdigest(),
    )
    rows.update(repeat_count=F("repeat_count") + 1)
    return rows.first()
