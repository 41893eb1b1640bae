"""Disputes of underpaid lines, told to whoever is about to correct the claim."""

from django.db.models import Sum

from billing.models import LineVariance
from billing.underpayment_choices import VarianceState
from claims import contested
from claims.models import Claim
from core.money import format_money


def register() -> None:
    """Claims ask before a correction is made."""
    contested.register(open_disputes)


def open_disputes(claim: Claim) -> list[str]:
    """Each dispute about lines of `claim` that is not settled, in a sentence."""
    found = (
        LineVariance.objects.filter(claim=claim, state=VarianceState.DISPUTED)
        .values_list("dispute__number", "payer__name", "dispute__sent_on")
        .annotate(total=Sum("variance_amount"))
        .order_by("dispute__number")
    )
    return [
        f"Dispute {number} over ${format_money(total)} is {'out at' if sent else 'made for'}"
        f" {payer}."
        for number, payer, sent, total in found
    ]
