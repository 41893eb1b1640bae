"""The provider adjustments of a remittance in words, and which still ask for their claim."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from billing.posting.plan import IssueKind
from billing.posting.provider_codes import provider_code
from claims.choices import RemittanceState
from claims.models import ProviderAdjustment, Remittance
from core.choices import WorkState
from core.models import WorkItem
from core.subjects import kind_of


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One PLB pair. `may_match`: a recovery that waits for somebody to say whose claim it is."""

    public_id: UUID
    reason_code: str
    words: str
    reference: str
    amount: Decimal
    may_match: bool


def provider_rows(remittance: Remittance) -> list[ProviderRow]:
    """The rows in the payer's order."""
    rows = list(remittance.provider_adjustments.order_by("position"))
    asked = set(
        WorkItem.objects.filter(
            subject_kind=kind_of(ProviderAdjustment()),
            subject_id__in=[row.pk for row in rows],
            kind=IssueKind.PROVIDER_ADJUSTMENT,
            state=WorkState.OPEN,
        ).values_list("subject_id", flat=True)
    )
    is_posted = remittance.state == RemittanceState.POSTED
    return [
        ProviderRow(
            public_id=row.public_id,
            reason_code=row.reason_code,
            words=provider_code(row.reason_code).words,
            reference=row.reference,
            amount=row.amount,
            may_match=is_posted and row.pk in asked and row.amount > 0,
        )
        for row in rows
    ]
