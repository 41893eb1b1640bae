"""A payment typed in from paper: kept as it was typed, then the same road as an 835."""

from django.db import transaction

from claims.choices import MessageKind, MessageSource, MessageState, RemittanceState
from claims.edi.records import Remit
from claims.models import InboundMessage, Remittance
from claims.services.import_remittance import import_remittance
from core import audit
from core.errors import Conflict
from core.models import Practice
from core.services.documents import store_document
from patients.models import Payer

DOCUMENT_KIND = "eob.typed"


def originator_of(payer: Payer) -> str:
    """How the payer names itself beside its trace numbers, so that the 835 of the same check, when
    it comes after all, is known to be the same payment.
    """
    newest = (
        Remittance.objects.filter(payer=payer)
        .exclude(trace_originator="")
        .order_by("-pk")
        .values_list("trace_originator", flat=True)
        .first()
    )
    return newest or ""


def enter_remittance(*, practice: Practice, remit: Remit, typed: bytes) -> Remittance:
    """Keep what was `typed`, import the payment that it is, and match it; nothing is posted here.

    Raises Conflict where the payment is in Claimline already, with nothing kept.
    """
    with transaction.atomic():
        document = store_document(
            practice=practice,
            kind=DOCUMENT_KIND,
            content=typed,
            content_type="application/json",
            label="EOB as it was typed in",
        )
        message = InboundMessage.objects.create(
            practice=practice,
            source=MessageSource.MANUAL,
            content_type="application/json",
            document=document,
            sha256=document.sha256,
            kind=MessageKind.REMITTANCE,
            state=MessageState.APPLIED,
        )
        audit.record("message.received", subject=message, after={"sha256": document.sha256})
        applied = import_remittance(message, remit)
        remittance = Remittance.objects.filter(message=message).first()
        if remittance is None or remittance.state == RemittanceState.DUPLICATE:
            raise Conflict(f"Not taken: {applied.words}.", field="trace")
        InboundMessage.objects.filter(pk=message.pk).update(result=applied.words[:300])
    return remittance
