"""Until when a decision can be appealed, level by level (domain G.2).

A payer's own rules stand in `AppealRule`; where it has none, these are used: the five levels of
original Medicare, and for everybody else one level by the payer's limit for appeals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from claims.denial_choices import CountedFrom, SendMethod
from core.calendar import previous_business_day

RECEIPT_DAYS = 5  # a notice is taken as received this many days after its day
OTHER_DAYS, MEDICAID_DAYS = 180, 90
OTHER_DECISION_DAYS = 60

# What must be at stake for an ALJ hearing and for a court, by year; the newest known year serves
# for later ones, and pages say so.
AT_STAKE: Mapping[int, tuple[Decimal, Decimal]] = {
    2024: (Decimal(180), Decimal(1840)),
    2025: (Decimal(190), Decimal(1900)),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of appeal at one payer."""

    number: int
    name: str
    days: int
    counted_from: str = CountedFrom.DECISION
    decision_days: int | None = OTHER_DECISION_DAYS
    least_amount: Decimal = Decimal(0)
    method: str = SendMethod.MAIL
    form: str = ""
    goes_to: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day of a level, and the business day by which to work it."""

    last_day: date
    work_by: date


def medicare_levels(year: int) -> tuple[Level, ...]:
    """Original Medicare, for a decision of `year`."""
    newest = max(known for known in AT_STAKE if known <= max(year, min(AT_STAKE)))
    hearing, court = AT_STAKE[newest]
    of_receipt = CountedFrom.RECEIPT
    return (
        Level(1, "Redetermination", 120, of_receipt, 60, form="CMS-20027",
              goes_to="the Medicare contractor"),
        Level(2, "Reconsideration", 180, of_receipt, 60, form="CMS-20033",
              goes_to="the qualified independent contractor"),
        Level(3, "ALJ hearing", 60, of_receipt, 90, hearing, form="OMHA-100",
              goes_to="the Office of Medicare Hearings and Appeals"),
        Level(4, "Appeals Council", 60, of_receipt, 90, form="DAB-101",
              goes_to="the Medicare Appeals Council"),
        Level(5, "Federal court", 60, of_receipt, None, court, goes_to="the district court"),
    )  # fmt: skip


def usual_levels(kind: str, limit_days: int | None, year: int) -> tuple[Level, ...]:
    """The levels of a payer that has no rules of its own; `limit_days` is its limit for appeals."""
    if kind == "medicare":
        return medicare_levels(year)
    days = limit_days or (MEDICAID_DAYS if kind == "medicaid" else OTHER_DAYS)
    return (
        Level(1, "First appeal", days),
        Level(2, "Second appeal", min(days, 60)),
    )


def year_of_amounts(year: int) -> int:
    """The year whose amounts are used for decisions of `year`."""
    return max(known for known in AT_STAKE if known <= max(year, min(AT_STAKE)))


def level_of(levels: Sequence[Level], number: int) -> Level | None:
    """The level with that number."""
    return next((one for one in levels if one.number == number), None)


def limit_of(level: Level, decided_on: date) -> Limit:
    """Until when that level can be asked for, after a decision of `decided_on` (W-47). A last day
    that is no business day is worked by the one before it.
    """
    start = decided_on
    if level.counted_from == CountedFrom.RECEIPT:
        start += timedelta(days=RECEIPT_DAYS)
    last = start + timedelta(days=level.days)
    return Limit(last, previous_business_day(last))
