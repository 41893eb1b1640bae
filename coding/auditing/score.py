"""How right a coder was: the rates of domain A.13 over any number of audited encounters. Pure.

A rate is right codes ÷ (codes reviewed + codes missed). A difference on which the coder was right
does not count. Nothing reviewed gives no rate, not a hundred percent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from coding.auditing.compare import Difference, Tally
from coding.choices import AuditDirection as Direction
from coding.choices import AuditPart as Part
from coding.choices import DifferenceKind as Kind

TARGET = Decimal(95)
ENOUGH_LINES = 30  # of one coder in a quarter, before a rate says much
_WRONG_PROCEDURE = {Kind.EXTRA, Kind.WRONG_CODE, Kind.EM_LEVEL, Kind.UNITS}


@dataclass(frozen=True, slots=True)
class Audited:
    """One compared encounter: how much was reviewed, and the differences that count."""

    tally: Tally
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """A percentage with what it is of. `percent` is None where nothing was reviewed."""

    name: str
    right: int
    of: int

    @property
    def percent(self) -> Decimal | None:
        """With one decimal."""
        if not self.of:
            return None
        exact = Decimal(100 * self.right) / self.of
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def is_under_target(self) -> bool:
        """Below 95 percent, before rounding."""
        return self.of > 0 and Decimal(100 * self.right) / self.of < TARGET


@dataclass(frozen=True, slots=True)
class Score:
    """All rates, and which way the errors went."""

    encounters: int
    lines: int
    code: Rate
    encounter: Rate
    diagnosis: Rate
    procedure: Rate
    modifier: Rate
    visit: Rate
    over: int
    under: int

    @property
    def rates(self) -> tuple[Rate, ...]:
        """In the order in which they are shown."""
        return (
            self.code, self.encounter, self.diagnosis, self.procedure, self.modifier, self.visit,
        )  # fmt: skip

    @property
    def is_enough(self) -> bool:
        """Whether enough lines were looked at for a judgement."""
        return self.lines >= ENOUGH_LINES

    @property
    def verdict(self) -> str:
        """In words: how the code-level rate stands to the target."""
        if self.code.percent is None:
            return "Nothing audited yet"
        words = "Under the target of 95 %" if self.code.is_under_target else "On target, 95 %"
        return words if self.is_enough else f"{words}, on fewer than {ENOUGH_LINES} lines"


def score(audited: Iterable[Audited]) -> Score:
    """The rates over these encounters together."""
    rows = list(audited)
    tally = sum((one.tally for one in rows), Tally())
    differences = [difference for one in rows for difference in one.differences]
    diagnosis = _rate(
        "Diagnosis accuracy", tally.diagnoses,
        wrong=sum(1 for one in differences if one.part == Part.DIAGNOSIS and one.coder),
        missed=_missed(differences, Part.DIAGNOSIS),
    )  # fmt: skip
    procedure = _rate(
        "Procedure accuracy", tally.procedures,
        wrong=sum(
            1 for one in differences if one.part == Part.PROCEDURE and one.kind in _WRONG_PROCEDURE
        ),
        missed=_missed(differences, Part.PROCEDURE),
    )  # fmt: skip
    modifier = _rate(
        "Modifier accuracy", tally.modifiers,
        wrong=sum(1 for one in differences if one.part == Part.MODIFIER and one.coder),
        missed=_missed(differences, Part.MODIFIER),
    )  # fmt: skip
    parts = (diagnosis, procedure, modifier)
    off_level = sum(1 for one in differences if one.is_visit)
    return Score(
        encounters=len(rows),
        lines=tally.procedures,
        code=Rate(
            "Code-level accuracy", sum(one.right for one in parts), sum(one.of for one in parts)
        ),
        encounter=Rate(
            "Encounter accuracy", sum(1 for one in rows if not one.differences), len(rows)
        ),
        diagnosis=diagnosis,
        procedure=procedure,
        modifier=modifier,
        visit=Rate("E/M level agreement", tally.visits - off_level, tally.visits),
        over=sum(1 for one in differences if one.direction == Direction.OVER),
        under=sum(1 for one in differences if one.direction == Direction.UNDER),
    )


def _missed(differences: list[Difference], part: str) -> int:
    """Codes that only the auditor has; each is one more code that there was to find."""
    return sum(1 for one in differences if one.part == part and not one.coder)


def _rate(name: str, reviewed: int, *, wrong: int, missed: int) -> Rate:
    return Rate(name, reviewed - wrong, reviewed + missed)
