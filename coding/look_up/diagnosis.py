"""Everything that the loaded release says of one diagnosis, or of what stands above diagnoses."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from coding.choices import CodeSetKind, IcdNoteKind
from coding.code_sets.icd_families import families
from coding.code_sets.lookups import icd_facts, seventh_characters
from coding.code_sets.releases import release_on
from coding.edit_reference import audience_of
from coding.look_up.policies import Covering, policies_of_diagnosis
from coding.look_up.tree import label_of, path_to, title_of
from coding.models import CodeSetRelease, IcdCode, IcdNote


@dataclass(frozen=True)
class Step:
    """One step of the way down: a chapter, a block, a category, a code."""

    key: str
    label: str
    title: str


@dataclass(frozen=True)
class Notes:
    """The notes of one kind at one owner."""

    kind: str
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class NotesAt:
    """The notes of one owner: the code itself first, then what it inherits from."""

    step: Step
    is_own: bool
    notes: tuple[Notes, ...]


@dataclass(frozen=True)
class DiagnosisCard:
    """One entry of the tabular list. `row` is None of a chapter or block, which are no codes."""

    release: CodeSetRelease
    step: Step
    above: tuple[Step, ...]
    row: IcdCode | None
    notes: tuple[NotesAt, ...]
    sevenths: tuple[tuple[str, str], ...]
    audiences: tuple[str, ...]
    policies: tuple[Covering, ...]

    @property
    def is_billable(self) -> bool:
        """Whether it may stand on a claim."""
        return self.row is not None and self.row.is_billable


def diagnosis_card(key: str, on: date) -> DiagnosisCard | None:
    """What stands at `key` (a code without its dot, "E08-E13", "CH04") in the release for `on`."""
    release = release_on(CodeSetKind.ICD10CM, on)
    path = path_to(release, key) if release else []
    if release is None or not path:
        return None
    family = families(release, [key])[key[:3]] if _is_code(key) else {}
    steps = [
        Step(one, label_of(one), family[one].title if one in family else title_of(release, one))
        for one in path
    ]
    row = family.get(key)
    return DiagnosisCard(
        release=release,
        step=steps[-1],
        above=tuple(steps[:-1]),
        row=row,
        notes=tuple(_notes(release, steps)),
        sevenths=tuple(sorted(seventh_characters([key], on).get(key, {}).items())) if row else (),
        audiences=tuple(_audiences(key, on)) if row else (),
        policies=tuple(policies_of_diagnosis(key, on)) if row and row.is_billable else (),
    )


def _is_code(key: str) -> bool:
    return "-" not in key and not key.startswith("CH")


def _notes(release: CodeSetRelease, steps: list[Step]) -> list[NotesAt]:
    owners = [step.key for step in steps]
    texts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for note in IcdNote.objects.filter(release=release, owner__in=owners).order_by("position"):
        texts[note.owner, note.kind].append(note.text)
    found = []
    for step in reversed(steps):
        notes = tuple(
            Notes(kind.value, kind.label, tuple(texts[step.key, kind]))
            for kind in IcdNoteKind
            if (step.key, kind) in texts
        )
        if notes:
            found.append(NotesAt(step, step is steps[-1], notes))
    return found


def _audiences(code: str, on: date) -> list[str]:
    facts = icd_facts([code], on).get(code, [])
    return list(dict.fromkeys(audience_of(fact).words for fact in facts))
