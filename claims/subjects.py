"""How timelines, notes and work items name our subjects, and where their pages are."""

from django.urls import reverse

from claims.models import (
    Claim,
    Enrolment,
    InboundMessage,
    PayerCredential,
    PayerRule,
    Remittance,
    SubmissionBatch,
    TradingPartner,
)
from core import subjects
from patients.models import Payer


def register() -> None:
    """Labels carry numbers, never a person's name."""
    subjects.register(
        Claim,
        lambda claim: f"Claim {claim.control_number}",
        lambda claim: reverse("claims:detail", args=[claim.public_id]),
    )
    subjects.register(
        SubmissionBatch,
        lambda batch: f"Batch {batch.reference}",
        lambda batch: reverse("claims:batch", args=[batch.public_id]),
    )
    subjects.register(
        InboundMessage,
        lambda message: f"Message {message.get_kind_display()}",
        lambda message: reverse("claims:inbox-message", args=[message.public_id]),
    )
    subjects.register(
        Remittance,
        lambda remittance: f"Remittance {remittance.trace_number}",
        lambda remittance: reverse("billing:remittance", args=[remittance.public_id]),
    )
    subjects.register(
        PayerCredential,
        lambda credential: f"Callback key {credential.name}",
        lambda credential: reverse("claims:callback-key", args=[credential.public_id]),
    )
    subjects.register(
        Enrolment,
        lambda enrolment: f"Enrolment with {enrolment.payer.name}",
        lambda enrolment: reverse("claims:enrolment", args=[enrolment.public_id]),
    )
    subjects.register(
        Payer,
        lambda payer: f"Payer {payer.name}",
        lambda payer: reverse("claims:payer", args=[payer.public_id]),
    )
    subjects.register(
        TradingPartner,
        lambda partner: f"Connection {partner.name}",
        lambda partner: reverse("claims:connection", args=[partner.public_id]),
    )
    subjects.register(
        PayerRule,
        lambda rule: f"Payer rule {rule.code}",
        lambda rule: reverse("claims:rule", args=[rule.public_id]),
    )
