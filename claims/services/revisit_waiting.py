"""What came before its claim: applied once the claim is there (reliability 2.2)."""

from dataclasses import replace

from django.db import transaction

from claims.choices import MessageState
from claims.edi.reader import payload_of, read_file
from claims.edi.records import BatchAnswer
from claims.models import InboundMessage
from claims.services.apply_277ca import apply_277ca
from claims.services.match_remittance import match_remittance
from claims.services.process_message import UNKNOWN_WORK, replay_message
from claims.waiting import messages_that_waited, not_sent_here, remittances_that_waited
from core import clock, timeline
from core.actors import Actor, acting_as
from core.services.documents import read_document
from core.services.work import close_work_item
from core.tenancy import practice_scope

AT_ONCE = 20
WHY = "A claim that it names is known now."


def revisit_waiting() -> int:
    """The sweep: look again at up to 20 messages and remittances; returns how many."""
    with transaction.atomic():
        rows = list(
            messages_that_waited()
            .select_related("practice", "partner", "document")
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        for message in rows:
            with practice_scope(message.practice), acting_as(Actor(source="inbox")):
                _revisit(message)
    return len(rows) + _match_again()


def _revisit(message: InboundMessage) -> None:
    """A message set aside is processed anew; of one applied in part, the rest is applied."""
    if message.state == MessageState.QUARANTINED:
        replay_message(message, reason=WHY)
        return
    missing = not_sent_here(message, message.waits_for)
    _apply_rest(message, set(message.waits_for) - set(missing))
    InboundMessage.objects.filter(pk=message.pk).update(waits_for=list(missing))
    if not missing:
        close_work_item(subject=message, kind=UNKNOWN_WORK, outcome="All of them are known now.")


def _apply_rest(message: InboundMessage, known: set[str]) -> None:
    content = read_document(message.document)
    payload = payload_of(content) if message.event_type else content
    words = []
    for part in read_file(payload, clock.today(message.practice)).contents:
        if isinstance(part, BatchAnswer):
            mine = tuple(claim for claim in part.claims if claim.control_number in known)
            if mine:
                rest = replace(part, claims=mine, batch_rejected=False, rejected_providers=())
                words.append(apply_277ca(message, rest).words)
    timeline.record(
        message,
        kind="message.replayed",
        sentence="applied what the message says of claims that are known now",
        details={"note": "; ".join(words)[:300]},
    )


def _match_again() -> int:
    """Remittances whose unknown claims are known now; each in a transaction of its own."""
    rows = list(remittances_that_waited().select_related("practice").order_by("pk")[:AT_ONCE])
    for remittance in rows:
        with practice_scope(remittance.practice), acting_as(Actor(source="inbox")):
            match_remittance(remittance)
    return len(rows)
