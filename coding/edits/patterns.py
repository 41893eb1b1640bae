"""The code lists inside notes of the tabular list, and whether a code is on one (domain A.2.1).

`(E11.-, P70-P74, J70.2-J70.4)`, `(E08-E13 with .51-.52)`, `(T36-T50 with fifth or sixth
character 5)`. A qualifier that cannot be read makes the pattern uncertain: a hit is a hint.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_GROUP = re.compile(r"\(([^()]*)\)")
_CODE = r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{0,4})?"
_TOKEN = re.compile(rf"({_CODE})\.?-?(?:\s*-\s*({_CODE})\.?-?)?", re.ASCII)
_LOOKS_LIKE_CODE = re.compile(r"[A-Z][0-9][0-9A-Z]|[A-Z][0-9A-Z]{2}\.", re.ASCII)
_DOTTED = re.compile(r"\.([0-9A-Z]{1,4})(?:-\.([0-9A-Z]{1,4}))?-?")
_PLACE = re.compile(
    r"(first|second|third|fourth|fifth|sixth|seventh|[1-7](?:st|nd|rd|th))"
    r"(?:\s+(or|to)\s+(fifth|sixth|seventh|[5-7]th))?[\s-]+characters?\s+\.?([0-9A-Z])(?:-([0-9A-Z]))?"
)
_FINAL = re.compile(r"final characters?\s+-?([0-9A-Z]+)")
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "sixth": 5, "seventh": 6}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A code with all below it, or a range; perhaps only with certain further characters.

    `endings` are ranges of what follows the third character; `places` the positions (0 is the
    first character) of which one must hold a character of `characters`.
    """

    low: str
    high: str
    endings: tuple[tuple[str, str], ...] = ()
    places: tuple[int, ...] = ()
    characters: tuple[str, str] = ("", "")
    final: str = ""
    is_uncertain: bool = False

    def matches(self, code: str) -> bool:
        """Whether `code`, without its dot, is meant."""
        length = min(len(self.low), len(self.high))
        if not self.low[:length] <= code[:length] <= self.high[:length] or len(code) < length:
            return False
        if self.endings and not any(
            first <= code[3 : 3 + len(first)] <= last for first, last in self.endings
        ):
            return False
        first, last = self.characters
        if self.places and not any(first <= code[place : place + 1] <= last
                                   for place in self.places if place < len(code)):  # fmt: skip
            return False
        return code.endswith(self.final)


@lru_cache(maxsize=50_000)
def patterns_of(text: str) -> tuple[Pattern, ...]:
    """The patterns of a note's code list; none where the note is prose."""
    found: list[Pattern] = []
    for group in _GROUP.finditer(text):
        if _LOOKS_LIKE_CODE.search(group[1]):
            after = text[group.end() :].strip()
            inside = group[1] + (f" {after}" if after.startswith("with ") else "")
            found += _patterns_in(inside)
    return tuple(found)


def _patterns_in(inside: str) -> list[Pattern]:
    found: list[Pattern] = []
    for token in (part.strip() for part in inside.split(",")):
        if token.startswith(".") and found and found[-1].endings:
            endings = (*found[-1].endings, *_endings(token))
            found[-1] = Pattern(found[-1].low, found[-1].high, endings)
            continue
        head, _, qualifier = token.partition("with ")
        bare = _TOKEN.fullmatch(head.strip().rstrip(".").strip())
        if bare is None:
            bare = _TOKEN.match(head.strip())
        if bare is not None:
            low = bare[1].replace(".", "")
            found.append(_qualified(low, (bare[2] or low).replace(".", ""), qualifier.strip()))
    return found


def _qualified(low: str, high: str, qualifier: str) -> Pattern:
    if not qualifier:
        return Pattern(low, high)
    if endings := _endings(qualifier) if qualifier.startswith(".") else ():
        return Pattern(low, high, endings)
    if final := _FINAL.search(qualifier):
        return Pattern(low, high, final=final[1])
    if found := _PLACE.search(qualifier):
        first, joint, second, one, other = found.groups()
        if joint == "to":  # "fifth to sixth characters 51": the only one of its kind
            return Pattern(low, high, is_uncertain=True)
        places = tuple(_place(word) for word in (first, second) if word)
        return Pattern(low, high, places=places, characters=(one, other or one))
    return Pattern(low, high, is_uncertain=True)


def _endings(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((found[1], found[2] or found[1]) for found in _DOTTED.finditer(text))


def _place(word: str) -> int:
    return _PLACES[word] if word in _PLACES else int(word[0]) - 1


def padded(code: str, seventh: str) -> str:
    """A code brought to seven characters: X up to the sixth, then the seventh (ICD-05)."""
    return f"{code.replace('.', ''):X<6}{seventh}"


def dotted(code: str) -> str:
    """A code as it is shown."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code
