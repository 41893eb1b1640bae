"""The physician fee schedule's arithmetic (domain I.2, I.3)."""

from decimal import Decimal

from coding.pricing.terms import Medicare, Values
from core.money import dollars

_PARTS = ("26", "TC", "53")
_ROLES = {
    "AA": Decimal(1), "QZ": Decimal(1), "QK": Decimal("0.5"), "QY": Decimal("0.5"),
    "QX": Decimal("0.5"),
}  # fmt: skip
_SUPERVISED_BASE = 3  # AD: three base units and no time


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


def anesthesia(
    base_units: Decimal, time_units: Decimal, factor: Decimal, modifiers: tuple[str, ...]
) -> Decimal:
    """Base and time, times the factor, by the role (AA and QZ whole, QK, QX and QY half)."""
    if "AD" in modifiers:
        return dollars(_SUPERVISED_BASE * factor)
    role = next((share for name, share in _ROLES.items() if name in modifiers), Decimal(1))
    return dollars((base_units + time_units) * factor * role)
