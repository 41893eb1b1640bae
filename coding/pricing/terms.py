"""What pricing is told: the lines, the contract's terms, Medicare's values. Plain and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

HUNDRED = Decimal(100)


class Method(StrEnum):
    """How a rule of a contract makes an amount (domain I.1)."""

    FIXED = "fixed"
    PCT_MEDICARE = "pct_medicare"
    RVU = "rvu"
    PCT_CHARGE = "pct_charge"
    PER_UNIT = "per_unit"
    CASE_RATE = "case_rate"
    CARVE_OUT = "carve_out"


@dataclass(frozen=True, slots=True)
class LineToPrice:
    """One service of a session. `charge` is for the whole line, `minutes` are of anesthesia."""

    key: int
    code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)
    charge: Decimal = Decimal(0)
    place: str = "11"
    is_facility: bool = False
    is_non_physician: bool = False
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a contract. Without codes it holds for everything; `code_to` makes a range.

    `value` is dollars, a percentage, or dollars per relative value unit, as the method says.
    """

    method: Method
    value: Decimal = Decimal(0)
    code_from: str = ""
    code_to: str = ""
    modifier: str = ""
    place: str = ""

    def fits(self, line: LineToPrice) -> bool:
        """Whether the rule speaks of the line."""
        if self.modifier and self.modifier not in line.modifiers:
            return False
        if self.place and self.place != line.place:
            return False
        if not self.code_from:
            return True
        last = self.code_to or self.code_from
        return self.code_from <= line.code <= last and len(line.code) == len(self.code_from)

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """What is more exact wins: code and modifier, code, range, everything; then the place."""
        is_exact = bool(self.code_from) and self.code_to in {"", self.code_from}
        return is_exact, is_exact and bool(self.modifier), bool(self.code_from), bool(self.place)

    @property
    def words(self) -> str:
        """The rule as a trace names it."""
        span = self.code_from or "any code"
        if self.code_to and self.code_to != self.code_from:
            span = f"{self.code_from} to {self.code_to}"
        extra = "".join([f"-{self.modifier}" if self.modifier else "",
                         f" at {self.place}" if self.place else ""])  # fmt: skip
        return f"{span}{extra}"


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract in force: its rules, and what it reduces. Percentages are of 100."""

    name: str
    rules: tuple[Rule, ...]
    is_lesser_of_charge: bool = True
    reduces_multiples: bool = True
    multiple_steps: tuple[Decimal, ...] = (
        HUNDRED,
        Decimal(50),
        Decimal(50),
        Decimal(50),
        Decimal(50),
    )
    bilateral_pct: Decimal = Decimal(150)
    assistant_pct: Decimal = Decimal(16)
    assistant_non_physician_pct: Decimal = Decimal("13.6")
    cosurgeon_pct: Decimal = Decimal("62.5")
    non_physician_pct: Decimal = HUNDRED
    pays_physical_status: bool = False
    rounds_time_up: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """Medicare's values and indicators of a code, or of its 26 or TC part.

    `is_priced` is False where only the indicators are known, as in a starter table.
    """

    work: Decimal
    pe_non_facility: Decimal
    pe_facility: Decimal
    mp: Decimal
    multiple: str = "0"
    bilateral: str = "0"
    global_days: str = "XXX"
    endoscopy_base: str = ""
    pre: Decimal = Decimal(0)
    intra: Decimal = Decimal(0)
    post: Decimal = Decimal(0)
    is_priced: bool = True


@dataclass(frozen=True, slots=True)
class Medicare:
    """The physician fee schedule of a day and a place: values by (code, part), indices, factor."""

    values: Mapping[tuple[str, str], Values] = field(default_factory=lambda: MappingProxyType({}))
    gpci: tuple[Decimal, Decimal, Decimal] = (Decimal(1), Decimal(1), Decimal(1))
    factor: Decimal | None = None
    name: str = "no physician fee schedule loaded"
    place: str = "national, no locality"
    anesthesia_bases: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    anesthesia_factor: Decimal | None = None
    anesthesia_name: str = "no anesthesia base units loaded"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: what was done, and the amount after it (None: no amount yet)."""

    words: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a payer should allow for a line, and why; `amount` is None where nothing says."""

    key: int
    amount: Decimal | None
    steps: tuple[Step, ...]
