"""What a denied line should bring: what the payer should allow for it, less what it has paid.

The allowed amount is the one that was frozen when the claim left (`models/expected.py`). A version
that left before amounts were frozen is priced by the same engine as of today. Where no contract
says anything, the charge is the most that can come, and that is said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from claims.expected_lines import lines_to_price, sessions_of
from claims.models import ClaimVersion, ClaimVersionLine, ExpectedLine
from coding.pricing.many import price_many
from core.money import ZERO

BY_CHARGE = "the charge: no contract says what is allowed"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a payer should allow for one line, and by what."""

    amount: Decimal
    by: str


def expected_of(versions: Iterable[ClaimVersion]) -> dict[int, dict[int, Expected]]:
    """By version and charge line; a few queries, however many versions."""
    asked = list(versions)
    frozen = {
        row.version_line_id: row
        for row in ExpectedLine.objects.filter(version__in=[one.pk for one in asked])
    }
    rows = lines_to_price(asked)
    unfrozen = [row for row in rows if row.pk not in frozen]
    priced = price_many(sessions_of(asked, unfrozen)) if unfrozen else {}
    known: dict[int, tuple[Decimal | None, str]] = {
        pk: (one.amount, one.contract_name) for pk, one in frozen.items()
    } | {
        pk: (one.allowed.amount, one.contract.name if one.contract else "")
        for pk, one in priced.items()
    }
    found: dict[int, dict[int, Expected]] = {version.pk: {} for version in asked}
    for row in rows:
        found[row.version_id][row.charge_line_id] = _of(row, known)
    return found


def _of(row: ClaimVersionLine, known: Mapping[int, tuple[Decimal | None, str]]) -> Expected:
    amount, contract = known.get(row.pk, (None, ""))
    if amount is None or not contract:
        return Expected(row.charge_amount, BY_CHARGE)
    return Expected(amount, f"contract {contract}")


def still_to_come(allowed: Decimal, paid: Decimal, shares: Decimal, refused: Decimal) -> Decimal:
    """Of what is allowed, what is neither paid nor another's; never more than was refused."""
    return min(max(allowed - paid - shares, ZERO), refused)
