"""What the practice charges: its standard schedule on a day, by code, modifier and place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from coding.models import FeeScheduleItem


@dataclass(frozen=True, slots=True)
class PricedFee:
    """A fee for one unit, where it comes from in words, and which row of the schedule it was."""

    amount: Decimal
    source: str
    row: str = ""


def price(
    procedure_code: str, modifiers: Sequence[str], on: date, place: str = ""
) -> PricedFee | None:
    """The fee in force on `on`: the newest schedule's, and in it the most exact row's.

    A row with a modifier of the line is more exact than one without, then one for its place.
    None when no standard schedule of the practice in scope has the code.
    """
    in_force = Q(schedule__effective_to__isnull=True) | Q(schedule__effective_to__gte=on)
    items = FeeScheduleItem.objects.filter(
        in_force,
        procedure_code=procedure_code,
        modifier__in=["", *modifiers],
        place_of_service_code__in={"", place},
        schedule__is_standard=True,
        schedule__effective_from__lte=on,
    ).select_related("schedule")
    best = max(items, key=_rank, default=None)
    if best is None:
        return None
    schedule = best.schedule
    source = f"{schedule.name} {schedule.effective_from:%Y}"
    return PricedFee(best.fee_amount, source, str(best))


def _rank(item: FeeScheduleItem) -> tuple[date, bool, bool]:
    return (
        item.schedule.effective_from,
        bool(item.modifier),
        bool(item.place_of_service_code),
    )
