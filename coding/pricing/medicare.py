"""The physician fee schedule's arithmetic (domain I.2)."""

from decimal import Decimal

from coding.pricing.terms import Medicare, Values
from core.money import dollars

_PARTS = ("26", "TC", "53")


def values_of(medicare: Medicare, code: str, modifiers: tuple[str, ...]) -> Values | None:
    """The row of the part that a modifier names, else of the whole."""
    for part in _PARTS:
        if part in modifiers and (code, part) in medicare.values:
            return medicare.values[code, part]
    return medicare.values.get((code, ""))


def fee(values: Values, medicare: Medicare, factor: Decimal, *, is_facility: bool) -> Decimal:
    """Dollars for one unit: each value times its index, added, times the factor, rounded once."""
    return dollars(_adjusted(values, medicare, is_facility=is_facility) * factor)


def practice_expense(
    values: Values, medicare: Medicare, factor: Decimal, *, is_facility: bool
) -> Decimal:
    """The part of the fee that stands for practice expense, not rounded."""
    expense = values.pe_facility if is_facility else values.pe_non_facility
    return expense * medicare.gpci[1] * factor


def _adjusted(values: Values, medicare: Medicare, *, is_facility: bool) -> Decimal:
    expense = values.pe_facility if is_facility else values.pe_non_facility
    work, practice, malpractice = medicare.gpci
    return values.work * work + expense * practice + values.mp * malpractice
