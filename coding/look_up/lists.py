"""The short lists: modifiers, places of service, adjustment reasons and remarks, with our words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from coding.choices import CodeSetKind
from coding.code_sets.modifier_words import WORDS
from coding.code_sets.releases import release_on
from coding.models import ExternalCode, PlaceOfService, ProcedureModifier
from coding.search.text import stems

MODIFIER, PLACE, CARC, RARC = "modifier", "place", "carc", "rarc"
NAMES = {
    MODIFIER: "Modifier", PLACE: "Place of service", CARC: "Adjustment reason (CARC)",
    RARC: "Remittance remark (RARC)",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One code of a short list. `ended` is its last day, where it has one."""

    kind: str
    code: str
    words: str
    source: str
    note: str = ""
    ended: date | None = None

    @property
    def name(self) -> str:
        """What sort of code it is."""
        return NAMES[self.kind]


def entries(kind: str, on: date) -> list[Entry]:
    """Every code of one list, in order."""
    read = {MODIFIER: _modifiers, PLACE: _places}.get(kind)
    found = read(on) if read else _external(kind, on)
    return sorted(found, key=lambda one: (len(one.code), one.code))


def entry(kind: str, code: str, on: date) -> Entry | None:
    """One code of a list."""
    return next((one for one in entries(kind, on) if one.code == code), None)


def matching(text: str, some: Iterable[Entry], limit: int) -> list[Entry]:
    """Those whose code is `text` or begins so, then those whose words it says."""
    typed, asked = text.upper(), stems(text)
    ranked = []
    for one in some:
        if one.code == typed:
            ranked.append((0, one))
        elif len(typed) > 1 and one.code.startswith(typed):
            ranked.append((1, one))
        elif len(text) > 2 and asked and _says(one.words, asked):
            ranked.append((2, one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])][:limit]


def _says(words: str, asked: list[str]) -> bool:
    have = stems(words)
    return all(any(word.startswith(one) for word in have) for one in asked)


def _modifiers(on: date) -> Iterator[Entry]:
    release = release_on(CodeSetKind.HCPCS, on)
    known: dict[str, Entry] = {
        code: Entry(MODIFIER, code, words, "our own words") for code, words in WORDS.items()
    }
    if release:
        for row in ProcedureModifier.objects.filter(release=release):
            known[row.code] = Entry(MODIFIER, row.code, row.long_title or row.short_title,
                                    str(release), ended=row.terminated_on)  # fmt: skip
    yield from known.values()


def _places(on: date) -> Iterator[Entry]:
    release = release_on(CodeSetKind.POS, on)
    for row in PlaceOfService.objects.filter(release=release) if release else ():
        rate = "facility rate" if row.is_facility else "non-facility rate"
        yield Entry(PLACE, row.code, row.name, str(release), rate)


def _external(kind: str, on: date) -> Iterator[Entry]:
    release = release_on(CodeSetKind(kind), on)
    for row in ExternalCode.objects.filter(release=release) if release else ():
        words = row.meaning or "Its words come with a licence"
        yield Entry(kind, row.code, words, str(release), ended=row.stops_on)
