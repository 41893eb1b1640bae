"""What a denied line should bring: what the payer should allow for it, less what it has paid.

The allowed amount comes from the engine that prices contracts (`coding/pricing`), and nowhere else.
Where no contract says anything, the charge is the most that can come, and that is said.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from claims.models import ClaimVersion, ClaimVersionLine
from coding.edits.families import is_non_physician
from coding.pricing.answer import expected
from coding.pricing.terms import LineToPrice
from coding.selectors import places_on
from core.money import ZERO

BY_CHARGE = "the charge: no contract says what is allowed"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a payer should allow for one line, and by what."""

    amount: Decimal
    by: str


def expected_of(versions: Iterable[ClaimVersion]) -> dict[int, dict[int, Expected]]:
    """By version and charge line. One place for what denials call expected: where a version has
    its allowed amounts frozen, they are to be read here.
    """
    return {version.pk: _of_version(version) for version in versions}


def _of_version(version: ClaimVersion) -> dict[int, Expected]:
    rows = list(
        ClaimVersionLine.objects.filter(version=version).select_related(
            "charge_line__encounter__rendering_provider"
        )
    )
    if not rows:
        return {}
    on = min(row.service_date for row in rows)
    facilities = {place.code for place in places_on(on) if place.is_facility}
    lines = [_to_price(row, facilities) for row in rows]
    contract, found = expected(version.plan, lines, on)
    by = f"contract {contract.name}" if contract else ""
    amounts = {one.key: one.amount for one in found if one is not None}
    return {
        row.charge_line_id: Expected(amount, by)
        if (amount := amounts.get(row.charge_line_id)) is not None and by
        else Expected(row.charge_amount, BY_CHARGE)
        for row in rows
    }


def _to_price(row: ClaimVersionLine, facilities: Collection[str]) -> LineToPrice:
    line = row.charge_line
    place = line.place_of_service_code or line.encounter.place_of_service_code
    return LineToPrice(
        key=row.charge_line_id, code=row.procedure_code, modifiers=tuple(row.modifiers),
        units=row.units, minutes=line.minutes, charge=row.charge_amount, place=place,
        is_facility=place in facilities,
        is_non_physician=is_non_physician(line.encounter.rendering_provider.taxonomy_code),
    )  # fmt: skip


def still_to_come(allowed: Decimal, paid: Decimal, shares: Decimal, refused: Decimal) -> Decimal:
    """Of what is allowed, what is neither paid nor another's; never more than was refused."""
    return min(max(allowed - paid - shares, ZERO), refused)
