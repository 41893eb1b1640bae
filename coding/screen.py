"""What the coding screen shows: one read of a case, with a fixed number of queries."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from coding.choices import LineState
from coding.doc_pane import DocPane
from coding.em_forms import WorksheetForm
from coding.finding_key import finding_key
from coding.fixes import Fix, fixes_of
from coding.grammar import written
from coding.models import CaseDiagnosis, ChargeLine, CodingCase, EmWorksheet
from coding.selectors import charge_items_on, icd_codes
from coding.services.check_case import Checked, check_gathered
from coding.services.gather_facts import Gathered, gather_facts
from coding.services.lines import as_typed
from coding.services.void_charges import RETURNED
from coding.side import SIDES, Side
from coding.states import OPEN
from coding.tabs.code_notes import CodeNotesTab
from coding.tabs.coverage import CoverageTab
from coding.tabs.em import EmTab
from core import clock, timeline
from core.access import CODERS
from core.findings import Finding, Severity
from core.money import ZERO
from core.services.work import open_items
from patients.choices import VisitKind
from patients.coverage_facts import with_facts
from patients.models import Coverage
from patients.selectors import coverages_for

USUAL_REASONS = (
    "The note supports it",
    "Separate site, session or problem, as documented",
    "The payer accepts it, as agreed in writing",
    "A signed ABN is on file",
)
_KIND_WORDS = {
    Severity.ERROR: ("error", "danger", "Error"),
    Severity.OVERRIDABLE: ("error", "danger", "Needs a reason"),
    Severity.WARNING: ("warn", "warn", "Warning"),
    Severity.INFORMATION: ("info", "info", "Hint"),
}


@dataclass(frozen=True)
class ShownLine:
    """A charge line as its row shows it."""

    row: ChargeLine
    short_name: str
    letters: str
    typed: str
    mark: str


@dataclass(frozen=True)
class ShownFinding:
    """A finding with where it is, its weight in words, and its buttons."""

    finding: Finding
    where: str
    css: str
    tone: str
    word: str
    fixes: list[Fix]

    @property
    def key(self) -> str:
        """By which other pages point at it."""
        return finding_key(self.finding)

    @property
    def is_overridable(self) -> bool:
        """Whether a reason lets the case go on."""
        return self.finding.severity == Severity.OVERRIDABLE


class CodingScreen:
    """Read by the templates; everything is asked for once, when first needed."""

    def __init__(self, case: CodingCase, role: str, user: Any) -> None:
        self.case = case
        self.encounter = case.encounter
        self.patient = case.patient
        self.doc = DocPane(case, self._codes)
        self.checked_at = clock.now()
        self.role = role
        self.user = user
        self.em_form: WorksheetForm | None = None  # as it was sent and refused
        self.dx_filter = ""  # what the Coverage tab's covered diagnoses are filtered by

    @property
    def sides(self) -> tuple[Side, ...]:
        """The tabs at the right."""
        return SIDES

    @property
    def may_code(self) -> bool:
        """Whether the person may change the codes now."""
        return self.role in CODERS and self.case.state in OPEN

    @cached_property
    def may_undo(self) -> bool:
        """Whether the newest change is the person's own, and can be taken back."""
        steps = self.case.changes.filter(is_undone=False).order_by("version")
        newest = steps.last() if self.may_code else None
        return newest is not None and newest.user_id == self.user.pk

    @property
    def usual_reasons(self) -> tuple[str, ...]:
        """What is mostly said when a finding is overridden."""
        return USUAL_REASONS

    @property
    def coded_by_other(self) -> Any:
        """Somebody else who took the case up and has not finished."""
        other = self.case.coder if self.case.state == "in_progress" else None
        return other if other and other != self.user else None

    @cached_property
    def diagnoses(self) -> list[CaseDiagnosis]:
        """A first."""
        return list(self.case.diagnoses.all())

    def _codes(self) -> set[str]:
        """Every code on the case, diagnoses undotted."""
        return {one.code for one in self.diagnoses} | {row.procedure_code for row in self.rows}

    @cached_property
    def coverages(self) -> list[Coverage]:
        """In force on the day of service, by rank."""
        return coverages_for(self.encounter)

    @cached_property
    def coverages_told(self) -> list[Coverage]:
        """The same for the banner, with what other apps know of each."""
        return with_facts(self.coverages)

    @cached_property
    def age(self) -> int:
        """Years on the day of service."""
        return int(self.patient.age_on(self.encounter.service_date_from))

    @cached_property
    def rows(self) -> list[ChargeLine]:
        """The lines but the void ones."""
        return list(self.case.lines.exclude(state=LineState.VOID))

    @cached_property
    def lines(self) -> list[ShownLine]:
        """The rows of the lines table."""
        items = charge_items_on(
            [row.procedure_code for row in self.rows], self.encounter.service_date_from
        )
        letters = {diagnosis.pk: diagnosis.letter for diagnosis in self.diagnoses}
        return [
            ShownLine(
                row,
                getattr(items.get(row.procedure_code), "short_name", "not in the charge master"),
                "".join(letters.get(key, "?") for key in row.pointers),
                typed_of(row, self.diagnoses),
                self._mark(f"line:{row.pk}"),
            )
            for row in self.rows
        ]

    @property
    def total(self) -> Decimal:
        """What the lines charge together."""
        return sum((row.charge_amount for row in self.rows), ZERO)

    @property
    def fee_source(self) -> str:
        """Where the fees come from, when it is one place."""
        sources = {row.fee_source for row in self.rows if row.fee_source}
        return sources.pop() if len(sources) == 1 else ""

    @cached_property
    def gathered(self) -> Gathered:
        """What edits and tabs look at."""
        return gather_facts(self.case)

    @cached_property
    def checked(self) -> Checked:
        """The edits, run once."""
        return check_gathered({self.case.pk: self.gathered})[self.case.pk]

    @cached_property
    def findings(self) -> list[ShownFinding]:
        """The list on the right, the heaviest first."""
        where = {f"diagnosis:{one.pk}": f"Diagnosis {one.letter}" for one in self.diagnoses}
        where |= {f"line:{row.pk}": f"Line {row.position}" for row in self.rows}
        fixes = [fixes_of(one) if self.may_code else [] for one in self.checked.findings]
        titles = self._titles({fix.code for some in fixes for fix in some})
        return [
            ShownFinding(
                one,
                where.get(one.field, ""),
                *_KIND_WORDS[one.severity],
                [fix.titled(titles.get(fix.code, "")) for fix in some],
            )
            for one, some in zip(self.checked.findings, fixes, strict=True)
        ]

    @cached_property
    def keyed(self) -> ShownFinding | None:
        """The finding that the key puts right: the heaviest whose first fix is no judgment."""
        able = (one for one in self.findings if one.fixes and not one.fixes[0].is_judgment)
        return next(able, None)

    def _titles(self, codes: set[str]) -> dict[str, str]:
        """What diagnoses are called that a fix would put there."""
        wanted = codes - {""}
        rows = icd_codes(wanted, self.encounter.service_date_from) if wanted else {}
        return {code: row.title for code, row in rows.items()}

    @property
    def finding_words(self) -> str:
        """The live region's words: totals only."""
        counts = {"error": 0, "warning": 0, "hint": 0}
        names = {"error": "error", "warn": "warning", "info": "hint"}
        for one in self.findings:
            counts[names[one.css]] += 1
        said = [f"{n} {word}{'s' if n != 1 else ''}" for word, n in counts.items() if n]
        return ", ".join(said) or "Nothing found"

    @cached_property
    def em(self) -> EmTab:
        """The E/M tab."""
        row = EmWorksheet.objects.select_related("saved_by").filter(case=self.case).first()
        is_preventive = self.encounter.visit_kind == VisitKind.PREVENTIVE
        return EmTab(self.gathered.facts, row, self.rows, self.em_form, is_preventive=is_preventive)

    @cached_property
    def coverage(self) -> CoverageTab:
        """The Coverage tab."""
        plan = self.coverages[0].plan if self.coverages else None
        return CoverageTab(self.gathered, self.rows, self.encounter, plan, self.dx_filter)

    @cached_property
    def code_notes(self) -> CodeNotesTab:
        """The Code notes tab."""
        return CodeNotesTab(self.gathered, self.diagnoses)

    def _mark(self, field: str) -> str:
        """The outline of a row: the heaviest finding on it."""
        here = [one.css for one in self.findings if one.finding.field == field]
        if "error" in here:
            return "is-flag"
        return "is-care" if "warn" in here else ""

    @cached_property
    def returned_because(self) -> str:
        """Why it came back to coding, until it is finished again."""
        item = open_items(self.case).filter(kind=RETURNED).first()
        return item.reason if item else ""

    @cached_property
    def entries(self) -> Any:
        """What happened to the case and its encounter, newest first."""
        return timeline.entries_for(self.case, self.encounter)

    @cached_property
    def saved_at(self) -> Any:
        """When the last change was kept."""
        newest = timeline.entries_for(self.case).order_by("-at", "-pk").first()
        return newest.at if newest else self.case.opened_at


def typed_of(row: ChargeLine, diagnoses: list[CaseDiagnosis]) -> str:
    """A line as one would type it again."""
    places = {diagnosis.pk: diagnosis.position for diagnosis in diagnoses}
    return written(as_typed(row, places)).lower()
