"""The price of a service on a day, from the practice's standard schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from coding.models import FeeScheduleItem


@dataclass(frozen=True, slots=True)
class PricedFee:
    """A fee for one unit, and where it comes from in words."""

    amount: Decimal
    source: str


def price(procedure_code: str, modifiers: Sequence[str], on: date) -> PricedFee | None:
    """The fee in force on `on`: that of the code with a modifier it has, else of the code alone.

    None when no schedule of the practice in scope has the code.
    """
    in_force = Q(schedule__effective_to__isnull=True) | Q(schedule__effective_to__gte=on)
    items = (
        FeeScheduleItem.objects.filter(
            in_force,
            procedure_code=procedure_code,
            modifier__in=["", *modifiers],
            schedule__is_standard=True,
            schedule__effective_from__lte=on,
        )
        .select_related("schedule")
        .order_by("-schedule__effective_from")
    )
    best = max(items, key=lambda item: (item.schedule.effective_from, bool(item.modifier)),
               default=None)  # fmt: skip
    if best is None:
        return None
    return PricedFee(best.fee_amount, f"{best.schedule.name} {best.schedule.effective_from:%Y}")
