"""Adjustments, as an 835 gives them and an 837 repeats them to the next payer."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from x12 import values

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


@lru_cache(maxsize=1 << 14)
def _adjustment(group_code: str, reason: str, amount: str, quantity: str) -> Adjustment:
    """The same words give the same record: most of a file's adjustments come again and again."""
    return Adjustment(
        group_code,
        reason,
        values.amount(amount) or _NOTHING,
        values.amount(quantity) if quantity else None,
    )


def add_trios(elements: Sequence[str], found: list[Adjustment]) -> None:
    """Add the adjustments of one CAS to `found`; an amount that is none reads as zero."""
    size, place = len(elements), 2
    while place < size and place <= _LAST_TRIO:
        reason = elements[place]
        amount = elements[place + 1] if place + 1 < size else ""
        if not (reason or amount):
            break
        quantity = elements[place + 2] if place + 2 < size else ""
        found.append(_adjustment(elements[1], reason, amount, quantity))
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
