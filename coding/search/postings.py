"""Which phrases hold which stems, packed: a few bytes a word."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import log

from coding.search.documents import Documents

_SILENT = frozenset({
    "unspecified", "without", "with", "of", "and", "or", "the", "in", "to", "not", "by", "no",
    "uncomplicated", "mellitus", "site", "type", "encounter", "for", "a", "an", "at", "on",
    "initial", "nos", "from", "due", "as", "it", "primari", "essential", "organism", "caus",
})  # fmt: skip
_HALF_SILENT = frozenset({"specified", "elsewher", "classified", "nec", "other", "adult"})
_LEAST, _MOST = 1.0, 8.0


class Postings:
    """All phrases of an index, numbered best first."""

    def __init__(
        self, phrases: Iterable[tuple[int, int, Sequence[str], str]], documents: Documents
    ) -> None:
        gathered = list(phrases)
        gathered.sort(key=lambda one: 0.01 * len(one[2]) - documents.worth[one[0]])
        self.token_ids: dict[str, int] = {}
        self.document = array("I", (one[0] for one in gathered))
        self.kind = bytes(one[1] for one in gathered)
        self._paths = {i: one[3] for i, one in enumerate(gathered) if one[3]}
        self._starts = array("I", [0])
        self._tokens = array("I")
        self.title_of = array("I", bytes(4 * len(documents.codes)))
        for number, (document, kind, stems, _) in enumerate(gathered):
            if not kind:
                self.title_of[document] = number
            ids = self.token_ids
            self._tokens.extend([ids.setdefault(one, len(ids)) for one in stems])
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
        return stem in self.token_ids

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
            plain = word.lstrip("!")
            silent = plain in _SILENT
            weight.append(0.3 if silent else rare)
            if silent or word != plain:
                extra.append(0.04 if silent else 0.12)
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
