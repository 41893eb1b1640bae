"""One encounter under examination: facts, reference and settings, with what rules ask for often."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from coding.edits.reference import EditSettings, IcdFacts, ProcedureFacts, Reference
from coding.edits.snapshot import DiagnosisFacts, EarlierLine, EncounterFacts, LineFacts

_NO_PROCEDURE = ProcedureFacts()
DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
SIDES = frozenset({"LT", "RT"})
SITES = frozenset(
    ["E1", "E2", "E3", "E4", "FA", *(f"F{n}" for n in range(1, 10)), "TA",
     *(f"T{n}" for n in range(1, 10)), "LT", "RT", "LC", "LD", "LM", "RC", "RI"]
)  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What a check is handed. Everything is read only."""

    facts: EncounterFacts
    reference: Reference
    settings: EditSettings

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Diagnosis codes in their order."""
        return tuple(diagnosis.code for diagnosis in self.facts.diagnoses)

    @cached_property
    def diagnosis_of(self) -> dict[int, DiagnosisFacts]:
        """Diagnoses by key."""
        return {diagnosis.key: diagnosis for diagnosis in self.facts.diagnoses}

    @cached_property
    def letter_of(self) -> dict[int, str]:
        """Pointer letters by the diagnosis's key."""
        return {one.key: chr(ord("A") + place) for place, one in enumerate(self.facts.diagnoses)}

    @cached_property
    def icd(self) -> list[tuple[int, DiagnosisFacts, IcdFacts]]:
        """Place, diagnosis and what the release says of it, of the billable ones."""
        found = []
        for place, diagnosis in enumerate(self.facts.diagnoses):
            row = self.reference.icd.get(diagnosis.code)
            if row is not None and row.is_billable:
                found.append((place, diagnosis, row))
        return found

    @cached_property
    def same_day(self) -> tuple[EarlierLine, ...]:
        """Lines of other encounters of the patient with this provider on the days of this one."""
        days = {line.service_date_from for line in self.facts.lines}
        return tuple(
            line
            for line in self.facts.earlier
            if line.service_date in days and line.provider_key == self.facts.provider_key
        )

    @cached_property
    def is_medicare(self) -> bool:
        """Whether Medicare is the primary payer on the day."""
        return self.facts.payer_kind == "medicare"

    def procedure(self, code: str) -> ProcedureFacts:
        """Payment-policy indicators; those of a code that has none where it is not listed."""
        return self.reference.procedures.get(code, _NO_PROCEDURE)

    def pointed(self, line: LineFacts) -> Iterator[DiagnosisFacts]:
        """The diagnoses that a line points to, the main one first."""
        for key in line.pointers:
            if key in self.diagnosis_of:
                yield self.diagnosis_of[key]

    def place_of(self, line: LineFacts) -> str:
        """Where a line was done."""
        return line.place_of_service_code or self.facts.place_of_service_code

    def age_on(self, line: LineFacts) -> int:
        """The patient's whole years on the line's first day."""
        return years(self.facts.patient_birth_date, line.service_date_from)


def years(born: date, day: date) -> int:
    """Whole years between two dates."""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)


def on_line(line: LineFacts) -> str:
    """The field of a line's finding."""
    return f"line:{line.key}"


def named(line: LineFacts) -> str:
    """How messages begin: the line and its code."""
    return f"Line {line.position}, {line.procedure_code}"
