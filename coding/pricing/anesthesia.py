"""What anesthesia is paid: base, time and status units, the factor, and the role (domain I.3)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from coding.pricing.terms import HUNDRED, LineToPrice, Medicare, Method, Rule, Step, Terms
from core.money import dollars

_ROLES = {
    "AA": Decimal(1), "QZ": Decimal(1), "QK": Decimal("0.5"), "QY": Decimal("0.5"),
    "QX": Decimal("0.5"),
}  # fmt: skip
_SUPERVISED_BASE = 3  # AD: three base units and no time
# Units for the patient's state, where a payer counts them; Medicare does not.
_STATUS_UNITS = {"P3": 1, "P4": 2, "P5": 3}
_QUARTER = 15


@dataclass(frozen=True, slots=True)
class _Units:
    """What is multiplied: base, time, and the patient's status where it counts."""

    base: Decimal
    time: Decimal
    status: int


def anesthesia(
    base_units: Decimal,
    time_units: Decimal,
    factor: Decimal,
    modifiers: tuple[str, ...],
    status_units: int = 0,
) -> Decimal:
    """Units times the factor, by the role (AA and QZ whole, QK, QX and QY half)."""
    if "AD" in modifiers:
        return dollars(_SUPERVISED_BASE * factor)
    role = next((share for name, share in _ROLES.items() if name in modifiers), Decimal(1))
    return dollars((base_units + time_units + status_units) * factor * role)


def time_units(minutes: int, *, rounds_up: bool = False) -> Decimal:
    """Quarters of an hour: to one decimal as Medicare counts, or every begun one."""
    if rounds_up:
        return Decimal(-(-minutes // _QUARTER))
    return (Decimal(minutes) / _QUARTER).quantize(Decimal("0.1"), ROUND_HALF_UP)


def price_anesthesia(
    line: LineToPrice, rule: Rule, terms: Terms, medicare: Medicare, head: str
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """The amount by a rule of Medicare's percentage or of dollars a unit, and the steps to it.

    The amount is None where base units, factor or minutes are missing; the step says which.
    """
    by_unit = rule.method is Method.RVU
    factor = rule.value if by_unit else medicare.anesthesia_factor
    base = medicare.anesthesia_bases.get(line.code)
    if base is None or factor is None or not line.minutes:
        missing = (
            f"no base units for {line.code}" if base is None
            else "no anesthesia conversion factor" if factor is None else "no minutes"
        )  # fmt: skip
        return None, (Step(f"{head}: {medicare.anesthesia_name}: {missing}."),)
    units = _Units(
        base,
        time_units(line.minutes, rounds_up=terms.rounds_time_up),
        _status_units(line) if terms.pays_physical_status else 0,
    )
    amount = anesthesia(units.base, units.time, factor, line.modifiers, units.status)
    steps = [Step(_words(line, units, factor, medicare.anesthesia_name), amount)]
    if not by_unit:
        amount = dollars(amount * rule.value / HUNDRED)
        steps.append(Step(f"{head}: {rule.value.normalize():f} % of Medicare", amount))
    return amount, tuple(steps)


def _status_units(line: LineToPrice) -> int:
    return sum(units for name, units in _STATUS_UNITS.items() if name in line.modifiers)


def _words(line: LineToPrice, units: _Units, factor: Decimal, name: str) -> str:
    if "AD" in line.modifiers:
        return f"AD: {_SUPERVISED_BASE} base units, no time, factor {factor:f}"
    role = next((one for one in _ROLES if one in line.modifiers), "")
    state = f" + {units.status} for the status" if units.status else ""
    share = f", {role} {_ROLES[role] * HUNDRED:.0f} %" if role else ""
    return (
        f"{name}: {units.base.normalize():f} base + {units.time.normalize():f} time "
        f"({line.minutes} minutes){state}, factor {factor:f}{share}"
    )
