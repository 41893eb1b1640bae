"""Adjustments, as an 835 gives them and an 837 repeats them to the next payer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from x12 import values
from x12.drafts import draft_of

Kept = tuple[tuple[str, ...], ...]  # segments that have no field, element by element, as sent
_NOTHING = Decimal(0)
_TRIOS = 6  # reason, amount, quantity: a CAS holds six
_LAST_TRIO = 2 + 3 * (_TRIOS - 1)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One trio of a CAS: a positive amount lowers the payment."""

    group_code: str
    reason_code: str
    amount: Decimal
    quantity: Decimal | None = None


_Draft = draft_of(Adjustment)


def add_trios(elements: Sequence[str], found: list[Adjustment]) -> None:
    """Add the adjustments of one CAS to `found`; an amount that is none reads as zero."""
    size, place = len(elements), 2
    while place < size and place <= _LAST_TRIO:
        reason = elements[place]
        amount = elements[place + 1] if place + 1 < size else ""
        if not (reason or amount):
            break
        one = _Draft()
        one.group_code = elements[1]
        one.reason_code = reason
        one.amount = values.amount(amount) or _NOTHING
        if place + 2 < size and elements[place + 2]:
            one.quantity = values.amount(elements[place + 2])
        one.__class__ = Adjustment
        found.append(one)
        place += 3


def cas_rows(adjustments: Iterable[Adjustment]) -> Iterator[list[str | Decimal | None]]:
    """The CAS segments that say `adjustments`: one for each group code, six trios at most."""
    for group_code, members in groupby(adjustments, key=lambda one: one.group_code):
        trios = list(members)
        for start in range(0, len(trios), _TRIOS):
            row: list[str | Decimal | None] = ["CAS", group_code]
            for trio in trios[start : start + _TRIOS]:
                row += [trio.reason_code, trio.amount, trio.quantity]
            yield row
