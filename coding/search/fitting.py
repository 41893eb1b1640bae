"""How the codes of a search fit the case they are searched for: what the edits would say of them.

The notes and facts of a release are read once a process, since a release never changes once it is
loaded. A search then costs the case's diagnoses and the question which releases hold.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from coding.choices import CodeSetKind
from coding.code_sets.icd_families import categories
from coding.code_sets.releases import best_of, usable_by_kind
from coding.edit_reference import audience_of, notes_of
from coding.edits.context import years
from coding.edits.diagnoses import never_stands_first
from coding.edits.person import clashes
from coding.edits.reference import Audience, IcdFacts, IcdNote
from coding.edits.relations import CODE_FIRST, EXCLUDES1, always_wants_first, excludes
from coding.models import CodeSetRelease, CodingCase, IcdFact
from coding.models import IcdNote as NoteRow
from coding.search.hit import Hit

LISTED, NEVER_FIRST = "on the list already", "cannot be first"
_MOST_KEPT = 6  # notes and facts of three years
_kept: OrderedDict[tuple[object, str], Any] = OrderedDict()
_lock = Lock()


def fitted(hits: Iterable[Hit], case: CodingCase) -> list[Hit]:
    """The same hits, each with its cautions for this case: listed already, excluded by a diagnosis
    of the list (ICD-06), cannot be first in an empty list (ICD-07, 08, 14, 16, 18), and for other
    patients (ICD-11, ICD-12).
    """
    fit = _Fit(case)
    return [hit.cautioned(tuple(fit.cautions(hit))) for hit in hits]


class _Fit:
    """One case, with what a code is held against."""

    def __init__(self, case: CodingCase) -> None:
        on = case.encounter.service_date_from
        usable = usable_by_kind((CodeSetKind.ICD10CM, CodeSetKind.ICD_FACTS))
        release = best_of(usable[CodeSetKind.ICD10CM], on)
        facts = best_of(usable[CodeSetKind.ICD_FACTS], on)
        self._notes = _of_release(release, "notes", _read_notes) if release else _Notes({}, {})
        self._audiences = _of_release(facts, "audiences", _read_audiences) if facts else {}
        self._age = years(case.patient.birth_date, on)
        self._sex = case.patient.sex
        listed = case.diagnoses.order_by("position").values_list("code", "title")
        self._listed = [self._facts(code, title) for code, title in listed]

    def cautions(self, hit: Hit) -> Iterator[str]:
        """What the edits would say, in short words; nothing of a code that only opens others."""
        if any(row.code == hit.code for row in self._listed):
            yield LISTED
            return
        if not hit.is_billable:
            return
        row = self._facts(hit.code, hit.title)
        for place, other in enumerate(self._listed):
            found = excludes(row, other) or excludes(other, row)
            if found and not found[1].is_uncertain:
                yield f"excluded by {chr(ord('A') + place)}"
        is_second = never_stands_first(row.code, row.title) or always_wants_first(row)
        if is_second and not self._listed:
            yield NEVER_FIRST
        for _, audience in clashes(row, self._age, self._sex):
            yield f"for {audience.words}"

    def _facts(self, code: str, title: str) -> IcdFacts:
        beginnings = [code[:length] for length in range(len(code), 0, -1)]
        audiences = [one for name in beginnings for one in self._audiences.get(name, ())]
        return IcdFacts(code, title, notes=self._notes.of(code), audiences=tuple(audiences))


@dataclass(frozen=True, slots=True)
class _Notes:
    """The notes of a release that speak of other codes, and what stands above each category."""

    by_owner: dict[str, tuple[IcdNote, ...]]
    above: dict[str, tuple[str, ...]]

    def of(self, code: str) -> tuple[IcdNote, ...]:
        """A code's own notes and those that it inherits."""
        chain = [code[:length] for length in range(len(code), 2, -1)]
        owners = [*chain, *self.above.get(code[:3], ())]
        return tuple(note for owner in owners for note in self.by_owner.get(owner, ()))


def _of_release(release: CodeSetRelease, what: str, read: Callable[[CodeSetRelease], Any]) -> Any:
    key = (release.public_id, what)
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = read(release)
        with _lock:
            _kept[key] = found
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    return found


def _read_notes(release: CodeSetRelease) -> _Notes:
    rows: dict[str, list[NoteRow]] = defaultdict(list)
    notes = NoteRow.objects.filter(release=release, kind__in=(EXCLUDES1, CODE_FIRST))
    for row in notes.order_by("owner", "kind", "position"):
        rows[row.owner].append(row)
    above = {row.code: (*filter(None, [row.block]), f"CH{row.chapter:02}")
             for row in categories(release)}  # fmt: skip
    return _Notes({owner: tuple(notes_of(owner, some)) for owner, some in rows.items()}, above)


def _read_audiences(release: CodeSetRelease) -> dict[str, list[Audience]]:
    found: dict[str, list[Audience]] = defaultdict(list)
    for row in IcdFact.objects.filter(release=release):
        found[row.begins_with].append(audience_of(row))
    return dict(found)
