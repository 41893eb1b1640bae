"""A prefix index over one release, built on first use and kept while the release stays the same.

Codes are numbered best first (billable, short titles, short codes), so the beginning of every list
holds the likely answers and a search can stop early: that is what keeps it under 10 ms.
"""

import re
import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from coding.models import CodeSetRelease, IcdCode
from coding.search.words import MEANS, USUAL

_WORD = re.compile(r"[a-z0-9]+")
_CODE = re.compile(r"[A-Z][0-9A-Z]{1,6}")
_MOST_LOOKED_AT = 6_000
_NO_WEIGHT = frozenset({
    "unspecified", "with", "without", "of", "and", "or", "the", "in", "to", "not", "by", "other",
})  # fmt: skip
_POOL = 120  # hits that are ranked against each other


@dataclass(frozen=True, slots=True)
class Hit:
    """One code that fits what was typed."""

    code: str
    title: str
    is_billable: bool

    @property
    def dotted(self) -> str:
        """As it is shown."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code


class IcdIndex:
    """Codes and titles of one release, findable by the beginnings of their words."""

    def __init__(self, rows: list[tuple[str, str, bool]]) -> None:
        best_first = sorted(rows, key=_worth)
        self.hits = [Hit(*row) for row in best_first]
        self._by_code = {hit.code: number for number, hit in enumerate(self.hits)}
        self._codes = sorted(self._by_code)
        self._texts: list[str] = []
        lists: dict[str, array[int]] = {}
        for number, hit in enumerate(self.hits):
            words = _WORD.findall(hit.title.lower())
            self._texts.append(f" {' '.join(words)}")
            for word in dict.fromkeys(words):
                if word not in lists:
                    lists[word] = array("I")
                lists[word].append(number)
        self._lists = lists
        self._words = sorted(lists)

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The best `limit`: exact code, the code usually meant, beginnings of codes, words."""
        text = " ".join(query.lower().split())
        if not text:
            return []
        found: dict[int, None] = {}
        plain = text.upper().replace(".", "").replace(" ", "")
        if plain in self._by_code:
            found[self._by_code[plain]] = None
        usual = self._by_code.get(USUAL.get(text, ""))
        if usual is not None:
            found[usual] = None
        if _CODE.fullmatch(plain) and any(c.isdigit() for c in plain):
            found |= dict.fromkeys(self._beginning(plain, limit))
        typed = _spelled_out(text)
        if len(found) < limit:
            found |= dict.fromkeys(self._by_words(_flat(typed), limit))
        if not found and len(typed) > 1:  # nothing has all of it: what has all but one word?
            for i in range(len(typed) - 1, -1, -1):
                without = _flat(typed[:i] + typed[i + 1 :])
                found |= dict.fromkeys(self._by_words(without, limit))
        return [self.hits[number] for number in list(found)[:limit]]

    def _beginning(self, plain: str, limit: int) -> list[int]:
        start = bisect_left(self._codes, plain)
        numbers = []
        for code in self._codes[start : start + limit]:
            if not code.startswith(plain):
                break
            numbers.append(self._by_code[code])
        return numbers

    def _by_words(self, words: list[str], limit: int) -> list[int]:
        """Codes whose titles have, for every word, a word beginning with it."""
        lists = [self._lists_of(word) for word in words]
        if not words or not all(lists):
            return []
        rarest = min(range(len(words)), key=lambda i: sum(map(len, lists[i])))
        others = [f" {word}" for i, word in enumerate(words) if i != rarest]
        pool: list[int] = []
        for seen, number in enumerate(_distinct(merge(*lists[rarest]))):
            if seen > _MOST_LOOKED_AT or len(pool) >= max(_POOL, limit):
                break
            if all(word in self._texts[number] for word in others):
                pool.append(number)
        pool.sort(key=lambda number: self._distance(number, words))
        return pool[:limit]

    def _lists_of(self, word: str) -> list["array[int]"]:
        start = bisect_left(self._words, word)
        found = []
        for known in self._words[start:]:
            if not known.startswith(word):
                break
            found.append(self._lists[known])
        return found

    def _distance(self, number: int, words: list[str]) -> tuple[bool, bool, int, int]:
        """How far a title is from what was typed: words only begun, words not asked for, rank.

        "Unspecified" counts for nothing: without a word on it, it is what was meant.
        """
        text = self._texts[number] + " "
        extra = sum(word not in _NO_WEIGHT for word in text.split()) - len(words)
        only_begun = sum(f" {word} " not in text for word in words)
        hit = self.hits[number]
        return (not hit.is_billable, _is_later(hit.code), only_begun + extra, number)


def _worth(row: tuple[str, str, bool]) -> tuple[bool, bool, int, int, str]:
    """Best first: billable, not a later encounter of an injury, few words, short code."""
    code, title, is_billable = row
    return (not is_billable, _is_later(code), title.count(" "), len(code), code)


def _is_later(code: str) -> bool:
    """Whether the seventh character says a subsequent encounter or a sequela."""
    return len(code) == 7 and code[6] in "DEFGHJKMNPQRS"


def _spelled_out(text: str) -> list[tuple[str, ...]]:
    """What was typed, word by word, each as the words of the titles it stands for."""
    return [tuple(_WORD.findall(MEANS.get(word, word))) for word in _WORD.findall(text)]


def _flat(typed: list[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(word for words in typed for word in words))


def _distinct(numbers: Iterator[int]) -> Iterator[int]:
    last = -1
    for number in numbers:
        if number != last:
            yield number
        last = number


_built: dict[int, tuple[str, IcdIndex]] = {}
_building = threading.Lock()


def index_of(release: CodeSetRelease) -> IcdIndex:
    """The index of a release, built anew when its stamp is another than that of the kept one."""
    stamp = f"{release.source_sha256}:{release.row_count}"
    kept = _built.get(release.pk)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    with _building:
        kept = _built.get(release.pk)
        if kept is None or kept[0] != stamp:
            rows = IcdCode.objects.filter(release=release)
            index = IcdIndex(list(rows.values_list("code", "title", "is_billable")))
            kept = _built[release.pk] = (stamp, index)
    return kept[1]
