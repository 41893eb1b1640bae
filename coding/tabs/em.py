"""The E/M tab: the worksheet, what it supports, and how the visit's line stands to it."""

from dataclasses import dataclass
from typing import Any

from coding.choices import EmFamily
from coding.edits.snapshot import EncounterFacts
from coding.em import Entered, Judged, families_on, family_of, family_on, judge
from coding.em.offer import offered_family
from coding.em.tables import Complexity, complexity_on, prolonged_on
from coding.em.words import ROWS, Choice
from coding.em_forms import WorksheetForm, initial_of
from coding.models import ChargeLine, EmWorksheet
from coding.services.em_worksheet import Worksheet, levelled_among

_MEDICARE = "medicare"


@dataclass(frozen=True)
class ShownChoice:
    """One of a row's four levels, and whether it is ticked."""

    choice: Choice
    is_ticked: bool


@dataclass(frozen=True)
class ShownRow:
    """One of the three rows of the worksheet."""

    name: str
    label: str
    choices: list[ShownChoice]
    problems: list[str]


@dataclass(frozen=True)
class Result:
    """What the worksheet supports as it stands, and the words around it."""

    judged: Judged | None
    line: ChargeLine | None
    remark: Complexity | None = None
    minutes: int | None = None

    @property
    def adds(self) -> bool:
        """Whether saving also adds a line: the visit has no level yet."""
        return self.line is None

    @property
    def differs(self) -> bool:
        """Whether the visit's line has another code than the worksheet supports."""
        judged, line = self.judged, self.line
        return bool(judged and judged.code and line and line.procedure_code != judged.code)


class EmTab:
    """Read by the template. `bound` is the form as it was sent and refused."""

    def __init__(
        self,
        facts: EncounterFacts,
        row: EmWorksheet | None,
        lines: list[ChargeLine],
        bound: WorksheetForm | None = None,
        *,
        is_preventive: bool = False,
    ) -> None:
        on = facts.service_date_from
        self.row = row
        self.has_tables = bool(families_on(on))
        offered, self.why_offered = offered_family(facts, is_preventive=is_preventive)
        if row is None and (named := _named_by(lines)):
            offered, self.why_offered = named, "As the visit's line says."
        initial = initial_of(row) if row else {"family": offered}
        self.form = bound or WorksheetForm(on=on, initial=initial)
        self.family_label = EmFamily(row.family).label if row else ""
        kept = Worksheet(row.family, row.ticks, row.minutes) if row else None
        self.result = result_of(facts, kept, lines)

    @property
    def rows(self) -> list[ShownRow]:
        """Problems, data and risk."""
        ticked = self.form.ticked
        return [
            ShownRow(
                row.name,
                row.label,
                [ShownChoice(one, str(one.digit) == ticked[row.name]) for one in row.choices],
                [str(error) for error in self.form[row.name].errors],
            )
            for row in ROWS
        ]

    @property
    def asks(self) -> bool:
        """Whether somebody has to say: change the line, or keep it as it is."""
        result, row = self.result, self.row
        return bool(
            row and result.differs and result.line and result.line.procedure_code != row.kept_code
        )

    @property
    def may_change(self) -> bool:
        """Whether the line is still a draft."""
        return bool(self.result.line and self.result.line.state == "draft")


def result_of(facts: EncounterFacts, entered: Worksheet | None, lines: list[ChargeLine]) -> Result:
    """What a worksheet would support, kept or not."""
    on, is_medicare = facts.service_date_from, facts.payer_kind == _MEDICARE
    family = family_on(entered.family, on) if entered else None
    judged: Judged | None = None
    if entered and family:
        prolonged = prolonged_on(on, is_medicare=is_medicare)
        judged = judge(Entered(entered.ticks, entered.minutes), family, prolonged)
    remark = complexity_on(on) if is_medicare and family else None
    if remark and family and family.name not in remark.families:
        remark = None
    line = levelled_among(lines, judged.code if judged else "")
    return Result(judged, line, remark, entered.minutes if entered else None)


def _named_by(lines: list[ChargeLine]) -> str:
    """The family of a line that has a level already."""
    found: Any = (family_of(one.procedure_code, one.service_date_from) for one in lines)
    return next((family.name for family in found if family), "")
