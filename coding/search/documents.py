"""The codes of one release as the search sees them.

A code and its seventh characters are one document: "initial encounter", "sequela" and the like are
chosen at the end, from what was typed, the initial encounter when nothing was.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coding.search.text import stems

Row = tuple[str, str, bool]  # code without dot, title, whether it can be billed

_FIRST_CHOICE = "A0BD12"  # seventh characters by how often they are the right one
_COMMON = 0.045  # what a code of our own list is worth before anything is typed
_FAMILY = 0.015  # what a code of the same category is worth
_RARE_LETTERS = {"O": 0.05, "P": 0.05, "Q": 0.03, "V": 0.07, "W": 0.06, "X": 0.06, "Y": 0.07,
                 "T": 0.02, "U": 0.01}  # fmt: skip
_RARE_WORDS = (
    "elsewhere", "newborn", "complicating", "drug-induced", "congenital", "sequela", "secondary",
    "other specified", "due to", "pathological", "stress fracture",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extension:
    """One seventh character of a document."""

    character: str
    meaning: str
    stems: frozenset[str]


class Documents:
    """Codes, titles, what they are worth, and what stands below a header."""

    def __init__(self, rows: Iterable[Row], usual_codes: Iterable[str]) -> None:
        by_code = {code: (title, billable) for code, title, billable in rows}
        extensions, kept = _folded(by_code)
        usual = set(usual_codes)
        folded_usual = {code if code in kept else _base(code, by_code) for code in usual}
        families = {code[:3] for code in usual}
        self.codes = sorted(kept)
        self.titles = [by_code[code][0] for code in self.codes]
        self.billable = [by_code[code][1] or code in extensions for code in self.codes]
        self.extensions = {i: extensions[c] for i, c in enumerate(self.codes) if c in extensions}
        self.worth = [
            _worth(code, title, code in folded_usual, code[:3] in families)
            for code, title in zip(self.codes, self.titles, strict=True)
        ]
        self.all_codes = sorted(by_code)
        self._of = {code: number for number, code in enumerate(self.codes)}
        self._rows = by_code

    def number_of(self, code: str) -> int | None:
        """The document of a code, also of one with a seventh character; None when unknown."""
        if code in self._of:
            return self._of[code]
        if code not in self._rows:
            return None
        return self._of.get(_base(code, self._rows) or "")

    def above(self, number: int) -> int | None:
        """The header that a document stands below; None for a category."""
        code = self.codes[number]
        for length in range(len(code) - 1, 2, -1):
            if code[:length] in self._of:
                return self._of[code[:length]]
        return None

    def below(self, number: int, most: int) -> range:
        """The documents below a header, at most `most`."""
        code = self.codes[number]
        end = bisect_left(self.codes, code + "~", number)
        return range(number + 1, min(end, number + 1 + most))

    def beginning(self, letters: str, most: int) -> list[str]:
        """Codes that begin with these letters, in order."""
        start = bisect_left(self.all_codes, letters)
        found = self.all_codes[start : start + most]
        return [code for code in found if code.startswith(letters)]

    def children(self, code: str) -> list[str]:
        """The codes one step below a header, in order; seventh characters are a step too."""
        start = bisect_right(self.all_codes, code)
        found = []
        for other in self.all_codes[start:]:
            if not other.startswith(code):
                break
            known = (other[:n] for n in range(len(other) - 1, 2, -1) if other[:n] in self._rows)
            if next(known, "") == code:
                found.append(other)
        return found

    def row(self, code: str) -> Row | None:
        """A code as it was loaded."""
        known = self._rows.get(code)
        return (code, *known) if known else None

    def extended(self, number: int, asked: frozenset[str]) -> Row:
        """The code to take of a document: with the seventh character that fits what was asked."""
        code = self.codes[number]
        if number not in self.extensions:
            return (code, *self._rows[code])
        more = asked.difference(stems(self.titles[number]))
        best = max(
            self.extensions[number],
            key=lambda one: (len(one.stems & more), -_rank(one.character)),
        )
        full = f"{code:X<6}{best.character}"
        return (full, *self._rows[full])


def _folded(
    by_code: Mapping[str, tuple[str, bool]],
) -> tuple[dict[str, tuple[Extension, ...]], set[str]]:
    """Seventh characters by the code they extend, and the codes that stay documents."""
    extensions: dict[str, list[Extension]] = {}
    kept: set[str] = set()
    meanings: dict[str, Extension] = {}
    for code, (title, _) in by_code.items():
        base = _base(code, by_code)
        if base is None:
            kept.add(code)
            continue
        meaning = title[len(by_code[base][0]) :].lstrip(", ")
        key = code[6] + meaning
        if key not in meanings:
            meanings[key] = Extension(code[6], meaning, frozenset(stems(meaning)))
        extensions.setdefault(base, []).append(meanings[key])
    return {code: tuple(found) for code, found in extensions.items()}, kept


def _base(code: str, by_code: Mapping[str, tuple[str, bool]]) -> str | None:
    """The code that this one only adds a seventh character to."""
    if len(code) != 7 or code not in by_code:
        return None
    base = code[:6]
    while len(base) > 3 and base not in by_code and base.endswith("X"):
        base = base[:-1]
    known = by_code.get(base)
    if known is None or known[1] or not by_code[code][0].startswith(known[0]):
        return None
    return base


def _rank(character: str) -> int:
    place = _FIRST_CHOICE.find(character)
    return place if place >= 0 else len(_FIRST_CHOICE)


def _worth(code: str, title: str, is_usual: bool, is_family: bool) -> float:
    """How likely a code is before anything is typed; about 0.05 better or worse than none."""
    worth = _COMMON if is_usual else _FAMILY if is_family else 0.0
    worth -= _RARE_LETTERS.get(code[0], 0.0)
    small = title.lower()
    worth -= 0.012 * sum(word in small for word in _RARE_WORDS)
    if "unspecified" in small:
        worth += 0.012
    return worth
