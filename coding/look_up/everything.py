"""One search over every code set: diagnoses, services, and the short lists."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from coding.look_up.lists import CARC, MODIFIER, NAMES, PLACE, RARC, Entry, entries, matching
from coding.models import CodingCase
from coding.search.for_coder import search_for_coder
from coding.search.hit import Hit
from coding.search.procedures import ServiceHit, search_services
from coding.selectors import icd_index

_MOST, _MOST_OF_LIST = 12, 8
# A word before the code that says which list is meant: "CO-45", "pos 11", "modifier 25". A short
# one means it only before a code: "CO poisoning" and "OA knee" are diagnoses.
_SAID = re.compile(
    r"(?P<modifier>mod(?:ifier)?s?)\b|(?P<place>pos|place(?: of service)?)\b"
    r"|(?P<rarc>rarc|remark)\b|(?P<carc>carc|co|pr|oa|pi|reason)\b",
    re.IGNORECASE,
)
_SHORT = 3
_CODE = {
    MODIFIER: re.compile(r"[A-Z0-9]{2}"),
    PLACE: re.compile(r"\d{2}"),
    CARC: re.compile(r"[A-Z]?\d{1,3}"),
}


@dataclass(frozen=True)
class Found:
    """What a search found, by kind."""

    diagnoses: list[Hit]
    services: list[ServiceHit]
    lists: list[tuple[str, list[Entry]]]
    has_icd: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing fits."""
        return not (self.diagnoses or self.services or self.lists)


def search_everything(text: str, on: date, *, user: Any, case: CodingCase | None) -> Found:
    """What fits `text` on `on`; a word such as "modifier" or "CO" before it keeps to one list."""
    kind, rest = _meant(text)
    if kind:
        return Found([], [], _lists((kind,), rest, on), has_icd=True)
    index = icd_index(on)
    return Found(
        diagnoses=search_for_coder(index, text, _MOST, user=user, case=case) if index else [],
        services=search_services(text, on, _MOST),
        lists=_lists((MODIFIER, PLACE, CARC, RARC), text, on),
        has_icd=index is not None,
    )


def _meant(text: str) -> tuple[str, str]:
    """The list that is named before a code or words, and what follows; empty where none is."""
    said = _SAID.match(text)
    rest = text[said.end() :].strip(" -:") if said else ""
    if said is None or not rest:
        return "", ""
    kind = str(said.lastgroup)
    is_short = len(said[0]) <= _SHORT
    return ("", "") if is_short and not _CODE[kind].fullmatch(rest.upper()) else (kind, rest)


def _lists(kinds: tuple[str, ...], text: str, on: date) -> list[tuple[str, list[Entry]]]:
    found = [(NAMES[kind], matching(text, entries(kind, on), _MOST_OF_LIST)) for kind in kinds]
    return [(name, some) for name, some in found if some]
