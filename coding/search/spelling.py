"""Putting right what was mistyped: the known word that differs least, common words first.

Words that share pairs of letters with the typed one are looked at; of these the one with the
smallest edit distance wins (a letter more, less, wrong, or two letters swapped), and among equals
the one that the code texts and our own lists use most.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

_LOOKED_AT = 24
_RARE, _SOUNDS_ALIKE = 3, 0.5
_SOUNDS = (
    ("sthm", "sm"), ("cz", "ks"), ("x", "ks"), ("ph", "f"), ("rrh", "r"), ("rh", "r"), ("ght", "t"),
    ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("sch", "sk"), ("ch", "k"), ("c", "k"),
    ("q", "k"), ("z", "s"), ("y", "i"), ("pn", "n"), ("ps", "s"), ("ea", "e"), ("ee", "e"),
    ("ie", "i"), ("ei", "i"),
)  # fmt: skip


class Speller:
    """Corrections out of a fixed set of words with the number of texts that use them."""

    def __init__(self, uses: Mapping[str, int]) -> None:
        self._words = [word for word in uses if len(word) > 2 and not word.isdigit()]
        self._uses = array("I", (uses[word] for word in self._words))
        pairs: dict[str, array[int]] = {}
        for number, word in enumerate(self._words):
            for pair in _pairs(word):
                if pair not in pairs:
                    pairs[pair] = array("I")
                pairs[pair].append(number)
        self._pairs = pairs
        self._sounds: dict[str, list[int]] = {}
        for number, word in enumerate(self._words):
            if self._uses[number] > _RARE:
                self._sounds.setdefault(sound(word), []).append(number)
        self._rare = frozenset(word for word, count in uses.items() if count <= _RARE)
        self.correct = lru_cache(maxsize=2_000)(self._correct)

    def is_rare(self, word: str) -> bool:
        """Whether hardly a text uses this word, so that it may as well be a slip."""
        return word in self._rare

    def sounds_like(self, typed: str) -> list[tuple[float, str]]:
        """Known words that sound like it, with what they cost in place of a distance."""
        alike = self._sounds.get(sound(typed), []) if len(typed) > 3 else []
        return [
            (_SOUNDS_ALIKE - min(self._uses[number], 1_000) / 1_500, self._words[number])
            for number in alike
        ]

    def _correct(self, typed: str) -> tuple[str, ...]:
        """At most three known words for one that is not known, the likeliest first."""
        allowed = _allowed(typed)
        scored = self.sounds_like(typed)
        if not allowed:
            return tuple(word for _, word in sorted(scored)[:3])
        shared: Counter[int] = Counter()
        for pair in _pairs(typed):
            if pair in self._pairs:
                shared.update(self._pairs[pair])
        for number in _nearest(shared, typed, self._words):
            word = self._words[number]
            if abs(len(word) - len(typed)) > allowed:
                continue
            distance = edit_distance(typed, word, allowed)
            if distance <= allowed:
                beginning = 0.0 if word[0] == typed[0] else 0.7
                likelihood = min(self._uses[number], 1_000) / 1_500
                scored.append((distance + beginning - likelihood, word))
        scored.sort()
        return tuple(dict.fromkeys(word for _, word in scored))[:3]


def sound(word: str) -> str:
    """A word roughly as it sounds: one letter for letters that sound alike, none doubled."""
    for letters, one in _SOUNDS:
        word = word.replace(letters, one)
    return "".join(c for i, c in enumerate(word) if i == 0 or c != word[i - 1])


def edit_distance(one: str, other: str, most: int) -> int:
    """Damerau's distance (neighbours swapped count once); anything above `most` is `most` + 1."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def _allowed(typed: str) -> int:
    """How many slips are believed of a word of this length."""
    if len(typed) < 4 or any(c.isdigit() for c in typed):
        return 0
    return 1 if len(typed) < 6 else 2 if len(typed) < 8 else 3


def _pairs(word: str) -> set[str]:
    framed = f"^{word}$"
    return {framed[i : i + 2] for i in range(len(framed) - 1)}


def _nearest(shared: Counter[int], typed: str, words: list[str]) -> Iterable[int]:
    """The words with most letter pairs in common for their length (Dice)."""
    least = max(2, len(typed) // 3)
    size = len(typed) + 1
    close = [
        (2 * count / (size + len(words[number]) + 1), number)
        for number, count in shared.items()
        if count >= least
    ]
    close.sort(reverse=True)
    return [number for _, number in close[:_LOOKED_AT]]
