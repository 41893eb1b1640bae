"""What the remittance page shows: the balance proof in words, the answers, the questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.selectors.exceptions import needs_answer
from claims.models import (
    MatchCandidate,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
    RemittanceLine,
)
from core.money import ZERO, MoneyField


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a remittance adds up, level by level (rules BAL-S, BAL-C, BAL-T)."""

    line_count: int
    lines_wrong: int
    claim_count: int
    claims_wrong: int
    claims_amount: Decimal
    provider_amount: Decimal
    payment_amount: Decimal

    @property
    def difference_amount(self) -> Decimal:
        """The payment less what the claims and provider adjustments come to."""
        return self.payment_amount - (self.claims_amount - self.provider_amount)

    @property
    def added_amount(self) -> Decimal:
        """What the payer added beside the claims (interest, a balance carried forward)."""
        return -self.provider_amount

    @property
    def lines_right(self) -> int:
        """Lines that add up."""
        return self.line_count - self.lines_wrong

    @property
    def claims_right(self) -> int:
        """Claims that add up."""
        return self.claim_count - self.claims_wrong


def balance_proof(remittance: Remittance) -> Proof:
    """Check every level again, from the rows as stored, in the database."""
    lines = RemittanceLine.objects.filter(remittance_claim__remittance=remittance).annotate(
        adjusted=_sum_of_adjustments("remittance_line")
    )
    claims = RemittanceClaim.objects.filter(remittance=remittance).annotate(
        adjusted=_sum_of_adjustments("remittance_claim")
    )
    wrong = ~Q(charge_amount=F("paid_amount") + F("adjusted"))
    line_sums = lines.aggregate(all=Count("pk"), wrong=Count("pk", filter=wrong))
    claim_sums = claims.aggregate(
        all=Count("pk"), wrong=Count("pk", filter=wrong), paid=Sum("paid_amount", default=ZERO)
    )
    provider = remittance.provider_adjustments.aggregate(total=Sum("amount", default=ZERO))
    return Proof(
        line_count=line_sums["all"],
        lines_wrong=line_sums["wrong"],
        claim_count=claim_sums["all"],
        claims_wrong=claim_sums["wrong"],
        claims_amount=claim_sums["paid"],
        provider_amount=provider["total"],
        payment_amount=remittance.payment_amount,
    )


def _sum_of_adjustments(owner: str) -> Coalesce:
    """Σ of the CAS trios of an outer row; of a claim: those of its lines too."""
    sums = (
        RemittanceAdjustment.objects.filter(**{owner: OuterRef("pk")})
        .order_by()
        .values(owner)
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return Coalesce(Subquery(sums, output_field=MoneyField()), ZERO, output_field=MoneyField())


def answers(remittance: Remittance) -> "QuerySet[RemittanceClaim]":
    """The remittance's claims in the payer's order, with what the page shows of each."""
    return (
        RemittanceClaim.objects.filter(remittance=remittance)
        .select_related("version__claim__patient")
        .defer("version__snapshot")
        .prefetch_related("lines", "adjustments")
        .order_by("position")
    )


def unmatched(rows: Sequence[RemittanceClaim]) -> list[RemittanceClaim]:
    """Answers whose claim, or one of whose lines, was not found among ours."""
    return [row for row in rows if needs_answer(row)]


def candidates_of(answer: RemittanceClaim) -> list[MatchCandidate]:
    """The claims it may be about, best first, with what the page shows of each."""
    rows = MatchCandidate.objects.filter(remittance_claim=answer).order_by("position")
    return list(
        rows.select_related("version__claim__patient", "version__payer").defer("version__snapshot")
    )
