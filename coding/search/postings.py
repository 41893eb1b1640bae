"""Which phrases hold which stems, packed: a few bytes a word."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import log

from coding.search.documents import Documents
from coding.search.text import stems

# Words of the default, which nobody types, and words that say that a title is not the default.
_SILENT = frozenset(
    stems("""
    unspecified without with of and or the in to not by no uncomplicated mellitus site type
    encounter for a an at on initial nos from due as it primary essential organism cause accidental
    unintentional
""")
)
_HALF_SILENT = frozenset(stems("specified elsewhere classified nec other adult"))
_LEAST, _MOST = 1.0, 8.0


class Postings:
    """All phrases of an index, numbered best first."""

    def __init__(
        self, phrases: Iterable[tuple[int, int, Sequence[str], str]], documents: Documents
    ) -> None:
        ids: dict[str, int] = {}
        found = array("I")  # document, kind, first token, after the last: four numbers a phrase
        tokens = array("I")
        paths: list[str] = []
        for document, kind, words, path in phrases:
            first = len(tokens)
            tokens.extend([ids.setdefault(one, len(ids)) for one in words])
            found.extend((document, kind, first, len(tokens)))
            paths.append(path)
        order = _best_first(found, documents)
        self.token_ids = ids
        self.document = array("I", (found[4 * one] for one in order))
        self.kind = bytes(found[4 * one + 1] for one in order)
        self._paths = {i: path for i, one in enumerate(order) if (path := paths[one])}
        self._starts = array("I", [0])
        self._tokens = array("I")
        self.title_of = array("I", bytes(4 * len(documents.codes)))
        for number, one in enumerate(order):
            if not self.kind[number]:
                self.title_of[self.document[number]] = number
            self._tokens.extend(tokens[found[4 * one + 2] : found[4 * one + 3]])
            self._starts.append(len(self._tokens))
        self._lists = self._inverted()
        self._sorted = sorted(self.token_ids)
        self.weight, self.extra = self._weights()
        self.bits = lru_cache(maxsize=600)(self._bits)

    def __len__(self) -> int:
        return len(self.document)

    def tokens(self, phrase: int) -> "array[int]":
        """The stems of a phrase, as numbers."""
        return self._tokens[self._starts[phrase] : self._starts[phrase + 1]]

    def title_tokens(self, document: int) -> "array[int]":
        """The stems of a document's title."""
        return self.tokens(self.title_of[document])

    def path(self, phrase: int) -> str:
        """How the phrase is shown; empty for a title."""
        return self._paths.get(phrase, "")

    def has(self, stem: str) -> bool:
        """Whether any phrase has this stem."""
        return stem in self.token_ids or f"~{stem}" in self.token_ids

    def holding(self, token: int) -> "array[int]":
        """The phrases that have a stem, best first."""
        return self._lists[token]

    def beginning(self, letters: str, most: int) -> list[int]:
        """Stems that begin so, the most used first."""
        start = bisect_left(self._sorted, letters)
        end = bisect_left(self._sorted, letters + "~", start)
        found = [self.token_ids[word] for word in self._sorted[start : min(end, start + 400)]]
        found.sort(key=lambda token: -len(self._lists[token]))
        return found[:most]

    def _inverted(self) -> "list[array[int]]":
        lists: list[array[int]] = [array("I") for _ in self.token_ids]
        tokens, starts = self._tokens, self._starts
        for phrase in range(len(self.document)):
            for place in range(starts[phrase], starts[phrase + 1]):
                lists[tokens[place]].append(phrase)
        return lists

    def _weights(self) -> "tuple[array[float], array[float]]":
        """What a stem counts for when it was typed, and what it costs when it was not."""
        weight, extra = array("f"), array("f")
        total = len(self.document) + 1
        for word, number in self.token_ids.items():
            rare = min(_MOST, max(_LEAST, log(total / (1 + len(self._lists[number])))))
            plain = word.lstrip("!~")
            silent = plain in _SILENT
            weight.append(0.3 if silent else rare)
            if silent or word != plain:
                extra.append(0.0 if word[0] == "~" else 0.04 if silent else 0.12)
            else:
                extra.append(1.6 if plain in _HALF_SILENT else min(rare, 5.0))
        return weight, extra

    def _bits(self, tokens: tuple[int, ...]) -> int:
        """The phrases that have any of these stems, as the bits of a number."""
        marks = bytearray(len(self.document) // 8 + 1)
        for token in tokens:
            for phrase in self._lists[token]:
                marks[phrase >> 3] |= 1 << (phrase & 7)
        return int.from_bytes(marks, "little")


def _best_first(found: "array[int]", documents: Documents) -> list[int]:
    """The phrases by what their document is worth and how short they are."""
    worth = documents.worth
    keys = [0.01 * (found[i + 3] - found[i + 2]) - worth[found[i]] for i in range(0, len(found), 4)]
    return sorted(range(len(keys)), key=keys.__getitem__)


def first_bits(bits: int, most: int) -> Iterator[int]:
    """The places of the lowest bits that are set, at most `most`."""
    if not bits:
        return
    text = f"{bits:b}"
    last = len(text) - 1
    place = len(text)
    for _ in range(most):
        place = text.rfind("1", 0, place)
        if place < 0:
            return
        yield last - place
