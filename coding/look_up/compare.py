"""Two diagnoses side by side: what both have, and what only one has."""

from dataclasses import dataclass
from datetime import date

from coding.edit_reference import diagnosis_facts
from coding.edits.patterns import dotted
from coding.edits.relations import excludes
from coding.look_up.diagnosis import DiagnosisCard, diagnosis_card


@dataclass(frozen=True)
class Difference:
    """One line of the comparison, as each of the two has it."""

    what: str
    first: tuple[str, ...]
    second: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return self.first == self.second


@dataclass(frozen=True)
class Comparison:
    """Two cards and their lines. `excluded_at` is whose Excludes1 note names the other."""

    first: DiagnosisCard
    second: DiagnosisCard
    lines: list[Difference]
    excluded_at: str


def compare(first: str, second: str, on: date) -> Comparison | None:
    """Two codes of the release for `on`; None unless it has both."""
    one, other = diagnosis_card(first, on), diagnosis_card(second, on)
    if one is None or other is None:
        return None
    sides = (_said(one), _said(other))
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    lines = [Difference(name, sides[0].get(name, ()), sides[1].get(name, ())) for name in names]
    return Comparison(one, other, lines, _excluded_at(first, second, on))


def _said(card: DiagnosisCard) -> dict[str, tuple[str, ...]]:
    """The lines of one card, by what they are about."""
    said: dict[str, tuple[str, ...]] = {
        "Title": (card.step.title,),
        "On a claim": ("billable" if card.is_billable else "needs more characters",),
        "Stands in": tuple(f"{step.label} {step.title}" for step in card.above),
        "For": card.audiences,
        "Seventh characters": tuple(f"{one} {meaning}" for one, meaning in card.sevenths),
    }
    for at in card.notes:
        for note in at.notes:
            said[note.label] = (*said.get(note.label, ()), *note.texts)
    if card.policies:
        said["Policies"] = tuple(str(one.policy) for one in card.policies)
    return said


def _excluded_at(first: str, second: str, on: date) -> str:
    facts = diagnosis_facts([first, second], on)
    if first == second or not {first, second} <= facts.keys():
        return ""
    one, other = facts[first], facts[second]
    found = excludes(one, other) or excludes(other, one)
    return dotted(found[0]) if found and not found[1].is_uncertain else ""
