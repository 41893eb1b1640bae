"""What was won and lost here before: by payer and category, from cases whose outcome is known."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from claims.denial_choices import CaseOutcome
from claims.denials.chances import HALF
from claims.models import DenialCase

FOUGHT = (CaseOutcome.OVERTURNED, CaseOutcome.PARTLY, CaseOutcome.UPHELD)


@dataclass(frozen=True, slots=True)
class Record:
    """How many were fought, won, and won in part."""

    tried: int = 0
    won: int = 0
    partly: int = 0

    @property
    def wins(self) -> Decimal:
        """Won ones, those in part as halves."""
        return self.won + self.partly * HALF


NOTHING = Record()


def records_of(pairs: Collection[tuple[int, str]]) -> dict[tuple[int, str], Record]:
    """By payer and category, in one query."""
    rows = (
        DenialCase.objects.filter(
            payer__in={payer for payer, _ in pairs},
            category__in={category for _, category in pairs},
            outcome__in=FOUGHT,
        )
        .order_by()
        .values_list("payer_id", "category")
        .annotate(
            tried=Count("pk"),
            won=Count("pk", filter=Q(outcome=CaseOutcome.OVERTURNED)),
            partly=Count("pk", filter=Q(outcome=CaseOutcome.PARTLY)),
        )
    )
    return {(payer, cat): Record(tried, won, partly) for payer, cat, tried, won, partly in rows}
