"""Claims that payers name and that nobody knows here yet: which messages wait for which."""

from collections.abc import Collection

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from claims.choices import MessageState, PartnerKind, RemittanceState
from claims.edi.records import Remit
from claims.models import ClaimVersion, InboundMessage, Remittance, SubmissionAttempt
from claims.models.remittance import RemittanceClaim

MOST_WAITED_FOR = 500


class _IsAmong(Func):
    """Whether the first value stands in the array that is the second."""

    template, arg_joiner, output_field = "(%(expressions)s))", " = ANY(", BooleanField()


def may_answer_for(message: InboundMessage) -> Q:
    """The sendings of which the sender of `message` may speak: what went to that partner, and
    what a payer was billed, by whatever route, when its own key names it.
    """
    own = message.credential.payer_id if message.credential else None
    to_partner = Q(batch__partner_id=message.partner_id)
    return to_partner | Q(version__payer_id=own) if own else to_partner


def may_answer_question(message: InboundMessage) -> Q:
    """The questions (270, 276) that the sender of `message` may answer: those that went to that
    partner, and those to a payer, by whatever route, when its own key names it.
    """
    own = message.credential.payer_id if message.credential else None
    to_partner = Q(partner_id=message.partner_id)
    return to_partner | Q(payer_id=own) if own else to_partner


def not_sent_here(message: InboundMessage, numbers: Collection[str]) -> tuple[str, ...]:
    """Those of `numbers` that we never sent to this partner: they may still come."""
    if not numbers or message.partner_id is None:
        return ()
    known = SubmissionAttempt.objects.filter(
        may_answer_for(message),
        version__claim__control_number__in=numbers,
        sent_at__isnull=False,
    ).values_list("version__claim__control_number", flat=True)
    missing = sorted({number[:38] for number in numbers if number} - set(known))
    return tuple(missing[:MOST_WAITED_FOR])


def of_others(message: InboundMessage, remit: Remit) -> bool:
    """Whether a payer's own key delivers a remittance that names claims of another payer.

    A clearinghouse may bring any payer's: remittances often come by another one than claims go.
    """
    partner = message.partner
    if partner is None or partner.kind != PartnerKind.PAYER:
        return False
    numbers = {claim.patient_control_number for claim in remit.claims}
    sent = SubmissionAttempt.objects.filter(version__claim__control_number__in=numbers)
    to_them = sent.filter(
        may_answer_for(message) | Q(version__payer__filing_settings__partner=partner)
    )
    theirs = set(to_them.values_list("version__claim__control_number", flat=True))
    return sent.exclude(version__claim__control_number__in=theirs).exists()


def messages_that_waited() -> "QuerySet[InboundMessage]":
    """Messages of all practices that name a claim which was unknown, and now is sent."""
    appeared = SubmissionAttempt.everywhere.filter(
        Q(batch__partner=OuterRef("partner")) | Q(version__payer=OuterRef("credential__payer")),
        _IsAmong(F("version__claim__control_number"), OuterRef("waits_for")),
        practice=OuterRef("practice"),
        sent_at__isnull=False,
    )
    return InboundMessage.everywhere.filter(
        Exists(appeared),
        state__in=[MessageState.QUARANTINED, MessageState.APPLIED],
    ).exclude(waits_for=[])


def remittances_that_waited() -> "QuerySet[Remittance]":
    """Remittances of all practices with a claim that was unknown, and now is sent."""
    sent = ClaimVersion.everywhere.filter(
        practice=OuterRef("practice"),
        claim__control_number=OuterRef("patient_control_number"),
        current_attempt__isnull=False,
    )
    found = RemittanceClaim.everywhere.filter(
        Exists(sent), remittance=OuterRef("pk"), version=None, match_reason="unknown"
    )
    return Remittance.everywhere.filter(Exists(found), state=RemittanceState.EXCEPTIONS)
