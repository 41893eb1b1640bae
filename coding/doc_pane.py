"""The left pane of the coding screen: the notes with what is quoted, orders, earlier visits.

Read by `coding/screen.py`; everything is asked for once, when first needed.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from coding.choices import LineState
from coding.edits.patterns import dotted
from coding.grammar import code_of
from coding.models import CaseDiagnosis, ChargeLine, CodeEvidence, CodingCase
from coding.note_text import Mark, Passage, Run, runs_of, sections_of
from patients.choices import SuggestionKind
from patients.models import EncounterNote, EncounterOrder, SuggestedCode

MOST_VISITS = 5


@dataclass(frozen=True)
class ShownSection:
    """A section of a note, its passages cut into runs."""

    heading: str
    paragraphs: list[list[Run]]
    items: list[list[Run]]


@dataclass(frozen=True)
class ShownNote:
    """A clinical note cut into sections."""

    note: EncounterNote
    sections: list[ShownSection]


@dataclass(frozen=True)
class ShownSuggestion:
    """A code that the provider suggested, as it is written."""

    row: SuggestedCode
    label: str


@dataclass(frozen=True)
class ShownVisit:
    """An earlier visit of the patient with its codes."""

    case: CodingCase
    codes: list[str]
    lines: list[str]


class DocPane:
    """What the coder reads of one encounter."""

    def __init__(self, case: CodingCase, codes: Callable[[], Collection[str]]) -> None:
        self.case = case
        self.encounter = case.encounter
        self._codes = codes

    @cached_property
    def notes(self) -> list[ShownNote]:
        """As they were added, with what is quoted of them and what suggestions rest on."""
        rows = list(self.encounter.notes.all())
        return [ShownNote(note, _sections(note.text, self._marks(note))) for note in rows]

    @property
    def is_signed(self) -> bool:
        """Whether any note is signed: then the encounter need not wait for one."""
        return any(shown.note.signed_at for shown in self.notes)

    @cached_property
    def orders(self) -> list[EncounterOrder]:
        """What was ordered at the visit, as it was told."""
        return list(self.encounter.orders.all())

    @cached_property
    def quotes(self) -> list[CodeEvidence]:
        """Every quote with its code."""
        return list(self.case.evidence.select_related("diagnosis", "line"))

    @cached_property
    def suggestions(self) -> list[ShownSuggestion]:
        """The provider's codes that the case has not."""
        rows = list(self.encounter.suggestions.all())
        have = self._codes() if rows else ()
        return [
            ShownSuggestion(row, _suggested_as(row))
            for row in rows
            if code_of(row.text) not in have
        ]

    @cached_property
    def visits(self) -> list[ShownVisit]:
        """The patient's last visits before this one, the newest first."""
        rows = self._earlier().select_related("encounter__rendering_provider")
        return [
            _shown_visit(row) for row in rows.prefetch_related("diagnoses", "lines")[:MOST_VISITS]
        ]

    @cached_property
    def last_coded(self) -> CodingCase | None:
        """The newest earlier visit that has codes."""
        diagnoses = CaseDiagnosis.objects.filter(case=OuterRef("pk"))
        return self._earlier().filter(Exists(diagnoses)).first()

    def _earlier(self) -> QuerySet[CodingCase]:
        rows = CodingCase.objects.filter(
            patient=self.case.patient_id,
            encounter__service_date_from__lte=self.encounter.service_date_from,
        )
        return rows.exclude(pk=self.case.pk).order_by("-encounter__service_date_from", "-pk")

    def _marks(self, note: EncounterNote) -> list[Mark]:
        quoted = [
            Mark(row.start, row.start + row.length, _label(row))
            for row in self.quotes
            if row.note_id == note.pk
        ]
        return quoted + list(filter(None, (_open_mark(note, row) for row in self.suggestions)))


def _sections(text: str, marks: list[Mark]) -> list[ShownSection]:
    def cut(passages: list[Passage]) -> list[list[Run]]:
        return [runs_of(passage, marks) for passage in passages]

    return [
        ShownSection(section.heading, cut(section.paragraphs), cut(section.items))
        for section in sections_of(text)
    ]


def _label(quote: CodeEvidence) -> str:
    """The letter of a diagnosis, the number of a line."""
    if quote.diagnosis is not None:
        return quote.diagnosis.letter
    return str(quote.line.position) if quote.line is not None else ""


def _open_mark(note: EncounterNote, suggested: ShownSuggestion) -> Mark | None:
    words = suggested.row.words
    at = note.text.lower().find(words.lower()) if words else -1
    if at < 0:
        return None
    key = str(suggested.row.public_id)
    return Mark(at, at + len(words), suggested.label, is_open=True, adds=key)


def _suggested_as(row: SuggestedCode) -> str:
    is_diagnosis = row.kind == SuggestionKind.DIAGNOSIS
    return dotted(code_of(row.text)) if is_diagnosis else row.text.upper()


def _shown_visit(row: CodingCase) -> ShownVisit:
    lines: list[Any] = [line for line in row.lines.all() if line.state != LineState.VOID]
    return ShownVisit(
        row, [one.dotted for one in row.diagnoses.all()], [_line(one) for one in lines]
    )


def _line(line: ChargeLine) -> str:
    units = f" x{line.units.normalize():f}" if line.units != 1 else ""
    return f"{line.code_with_modifiers}{units}"
