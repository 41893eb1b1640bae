"""What both kinds of question need: whom to ask, by which road, under which numbers."""

from typing import Any
from uuid import uuid4

from claims.choices import TransportKind
from claims.edi.inquiry_records import Asker
from claims.models import TradingPartner
from claims.selectors import filing_settings
from claims.services.allocate_number import GROUP, INTERCHANGE, allocate_number
from core import clock
from core.actors import current_actor
from core.errors import ApplicationError
from core.models import Document
from core.services.documents import store_document
from patients.models import BillingProvider, Payer

# The sweep that asks, and the one that finds claims to ask about.
INQUIRIES, STATUS_DUE = "claims.inquiries", "claims.status_due"


def road_to(payer: Payer) -> TradingPartner:
    """The partner that takes questions for `payer`. Raises ApplicationError where none does."""
    settings = filing_settings(payer)
    if settings is None or not settings.partner.is_active:
        raise ApplicationError(f"No route leads to {payer.name} yet: an admin sets it up.")
    if settings.partner.transport != TransportKind.HTTPS:
        raise ApplicationError(
            f"{settings.partner.name} takes files only, no questions: call {payer.name}."
        )
    return settings.partner


def asker(
    *, payer: Payer, partner: TradingPartner, provider: BillingProvider, prefix: str
) -> Asker:
    """Who asks, with control numbers of their own. `prefix` tells the kinds of question apart."""
    settings = filing_settings(payer)
    number = allocate_number(partner, INTERCHANGE)
    return Asker(
        sender_id=partner.sender_id,
        receiver_id=partner.receiver_id,
        usage=partner.usage,
        interchange_control_number=number,
        group_control_number=allocate_number(partner, GROUP),
        reference=f"{prefix}{number:09d}",
        written_at=clock.local(clock.now(), partner.practice),
        payer_name=payer.name,
        payer_number=(settings.payer_id_on_route if settings else "") or payer.payer_number,
        provider_name=provider.name,
        provider_npi=provider.npi,
        provider_tax_id=provider.tax_id,
    )


def question_columns(
    *, payer: Payer, partner: TradingPartner, asked: Asker, content: bytes, kind: str
) -> dict[str, Any]:
    """The columns that every question has; its file is stored, encrypted, with it."""
    actor = current_actor()
    return {
        "practice_id": partner.practice_id,
        "partner": partner,
        "payer": payer,
        "reference": asked.reference,
        "idempotency_key": uuid4().hex,
        "question": _stored(partner, asked, content, kind),
        "asked_by": actor.user,
        "asked_by_name": actor.name,
    }


def _stored(partner: TradingPartner, asked: Asker, content: bytes, kind: str) -> Document:
    return store_document(
        practice=partner.practice,
        kind=f"x12.{kind}",
        content=content,
        content_type="application/edi-x12",
        label=f"{kind} {asked.interchange_control_number:09d}",
    )
