"""In which order denials are worked (domain G.3, W-46).

    EV = chance x expected - cost        what working it is worth
    nearness = 1 + 2 x clamp((30 - days left) / 30, 0, 1)
    score = max(EV, 0) x nearness        0 once the deadline is past

The same twice: as plain numbers, and as an expression that the database sorts by. A test holds
them together.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Func, Value, When
from django.db.models.functions import Greatest

from core.money import ZERO, dollars

NEAR_DAYS = 30
FORMULA = (
    "Score is what working it is worth, times nearness: chance times expected money, less what the"
    " work costs us, times 1 to 3 as the deadline comes from 30 days to today; past it, 0."
)
_MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=14, decimal_places=2)


def worth(chance: Decimal, expected: Decimal, cost: Decimal) -> Decimal:
    """What working the denial is worth, in dollars; below zero it costs more than it brings."""
    return dollars(chance * expected - cost)


def nearness(days_left: int | None) -> Decimal:
    """1 while the deadline is 30 days away or more, or unknown; 3 on its day."""
    if days_left is None:
        return Decimal(1)
    share = Decimal(NEAR_DAYS - days_left) / NEAR_DAYS
    return 1 + 2 * min(max(share, Decimal(0)), Decimal(1))


def score(chance: Decimal, expected: Decimal, cost: Decimal, days_left: int | None) -> Decimal:
    """The score; 0 for what is past its deadline."""
    if days_left is not None and days_left < 0:
        return ZERO
    return dollars(max(worth(chance, expected, cost), ZERO) * nearness(days_left))


def score_of_rows(today: date) -> Case:
    """The score as an expression over denial cases."""
    worth_of_row = Greatest(
        F("chance") * F("expected_amount") - F("work_cost"), Value(ZERO), output_field=_MONEY
    )
    near = Func(
        F("deadline_on"),
        Value(today),
        template="(1 + 2 * LEAST(GREATEST((30 - (%(expressions)s)) / 30.0, 0), 1))",
        arg_joiner=" - ",
        output_field=DecimalField(max_digits=8, decimal_places=4),
    )
    return Case(
        When(deadline_on__lt=today, then=Value(ZERO, output_field=_MONEY)),
        When(deadline_on__isnull=True, then=worth_of_row),
        default=Func(worth_of_row * near, Value(2), function="ROUND", output_field=_MONEY),
        output_field=_MONEY,
    )
