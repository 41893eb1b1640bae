"""How much of a claim's money is at stake today: the order in which the worklist is worked.

Money at risk: open with the insurer, times chance, times nearness (screens S16). The chance is how
likely work on the claim still brings its money; nearness grows towards the filing limit. Both are
plain tables, rough on purpose: they order a list, no book is kept by them.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Q, Value, When
from django.db.models.expressions import Combinable

from claims import states
from claims.choices import Outcome, VersionState

_VERSION = "current_version__"
# What is refused in the end is paid after a fight about two times in three (screens 1.1).
CHANCES: tuple[tuple[Q, Decimal], ...] = (
    (Q(**{f"{_VERSION}outcome": Outcome.DENIED}), Decimal("0.65")),
    (Q(**{f"{_VERSION}outcome": Outcome.PARTIAL}), Decimal("0.65")),
    (Q(**{f"{_VERSION}state": VersionState.NO_RESPONSE}), Decimal("0.80")),
)
OTHERWISE = Decimal("0.95")
# While no payer has proved to have it, the filing limit runs.
_RUNNING = [*states.UNSENT, *states.REJECTED, VersionState.BATCHED, *states.WITH_PAYER]
PAST = Decimal("0.10")
NEAR: tuple[tuple[int, Decimal], ...] = ((15, Decimal(3)), (30, Decimal(2)))
FAR = Decimal(1)
FORMULA = (
    "Money at risk is what the insurer still owes, times the chance that work brings it"
    " (0.95; no answer 0.80; denied 0.65), times 3 within 15 days of the filing limit, 2 within 30,"
    " 0.10 past it."
)


def money_at_risk(today: date) -> Combinable:
    """The amount as an expression over claims, in dollars."""
    return F("insurance_balance_amount") * _chance() * _nearness(today)


def _chance() -> Case:
    whens = [When(condition, then=_number(chance)) for condition, chance in CHANCES]
    return Case(*whens, default=_number(OTHERWISE))


def _nearness(today: date) -> Case:
    deadline = f"{_VERSION}filing_deadline_on"
    runs = Q(
        **{
            f"{_VERSION}state__in": _RUNNING,
            f"{_VERSION}timely_proof_on__isnull": True,
            f"{deadline}__isnull": False,
        }
    )
    whens = [When(runs & Q(**{f"{deadline}__lt": today}), then=_number(PAST))]
    whens += [
        When(runs & Q(**{f"{deadline}__lte": today + timedelta(days=days)}), then=_number(times))
        for days, times in NEAR
    ]
    return Case(*whens, default=_number(FAR))


def _number(value: Decimal) -> Value:
    field: DecimalField[Any, Any] = DecimalField(max_digits=12, decimal_places=2)
    return Value(value, output_field=field)
