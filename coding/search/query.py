"""What somebody typed, as the ways in which it can be understood.

"DM2 w neuropathy" can be read with its short forms written out; "sore throat" as it stands or as
pain in the throat. Every reading is a list of stems; the index scores each and keeps the best.
"""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import islice, product

from coding.search.spelling import Speller, edit_distance
from coding.search.text import american, stem, words
from coding.search.vocabulary import Phrase, Vocabulary, any_order, without_fillers

MOST_READINGS = 6
_LONGEST_PHRASE = 5
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
# Short forms that are also English words: written out only alone or in capitals.
_ALSO_WORDS = frozenset({
    "all", "as", "or", "am", "add", "aids", "cap", "dip", "pip", "ad", "si", "op", "tab", "tr",
    "des", "gas", "prom", "mash", "ms", "tn", "rad", "spn", "id", "mad", "ed", "odd", "peds",
    "mod", "dis", "inf", "lad", "hap", "hist",
})  # fmt: skip
_DENIALS = {"no", "not", "without", "deni"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand what was typed. `trust` is 1 for the words as they stand."""

    tokens: tuple[str, ...]
    trust: float
    is_open: bool  # whether the last word may still be being typed


Option = tuple[Phrase, float]


class QueryReader:
    """Reads queries with the word lists and the spelling of one index."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        speller: Speller,
        is_known: Callable[[str], bool],
        begins: Callable[[str], bool],
        written: Container[str],
    ) -> None:
        self._vocabulary = vocabulary
        self._speller = speller
        self._is_known = is_known
        self._begins = begins
        self._written = written

    def readings(self, text: str) -> list[Reading]:
        """Every way to understand `text`, the most literal first."""
        typed = words(text)[:14]
        is_open = bool(typed) and text[-1:].isalnum()
        capitals = (
            {word.lower() for word in _CAPITALS.findall(text)} if text != text.upper() else set()
        )
        plain_words = frozenset() if len(typed) == 1 else _ALSO_WORDS - capitals
        found: dict[tuple[str, ...], float] = {}
        for spelled, spelling_trust in islice(self._spellings(typed, is_open), 4):
            stemmed = [stem(word) for word in spelled]
            for tokens, trust in islice(_combined(self._written_out(stemmed, plain_words)), 4):
                plain = without_fillers(_denied(list(tokens)))
                for full, more_trust in islice(_combined(self._everyday(plain)), 6):
                    total = trust * spelling_trust * more_trust
                    key = tuple(dict.fromkeys(full))
                    if key and found.get(key, 0) < total:
                        found[key] = total
        best = sorted(found.items(), key=lambda item: -item[1])[:MOST_READINGS]
        return [Reading(tokens, trust, is_open) for tokens, trust in best]

    def _written_out(self, tokens: list[str], plain_words: frozenset[str]) -> list[list[Option]]:
        """Short forms in their order, written out; a word of `plain_words` is one by itself."""
        short = self._vocabulary.short

        def meanings(stretch: list[str]) -> list[Option] | None:
            key = tuple(stretch)
            if key not in short or (len(key) == 1 and key[0] in plain_words):
                return None
            spelled_out = [(meaning, 1.0 - 0.01 * i) for i, meaning in enumerate(short[key])]
            known = any(short[key]) and all(map(self._is_known, key))
            return [*spelled_out, (key, 0.985)] if known else spelled_out

        return _options(tokens, meanings)

    def _everyday(self, tokens: list[str]) -> list[list[Option]]:
        """Everyday words in any order: as they stand, and as the texts say it."""
        everyday = self._vocabulary.everyday

        def meanings(stretch: list[str]) -> list[Option] | None:
            key = any_order(stretch)
            if key not in everyday:
                return None
            said = [(meaning, 0.97 - 0.01 * i) for i, meaning in enumerate(everyday[key])]
            known = all(map(self._is_known, key)) or not any(everyday[key])
            return [(tuple(stretch), 1.0), *said] if known else said

        return _options(tokens, meanings)

    def _spellings(self, typed: list[str], is_open: bool) -> Iterator[tuple[list[str], float]]:
        """The words with slips put right; then joined where that makes known ones."""
        joined = self._joined(typed)
        variants = [(typed, 1.0)] if joined == typed else [(typed, 0.99), (joined, 1.0)]
        for variant, base in variants:
            choices = [
                self._spelling(word, is_open and place == len(variant) - 1)
                for place, word in enumerate(variant)
            ]
            for chosen in islice(product(*choices), 3):
                trust = base
                for _, one in chosen:
                    trust *= one
                yield [word for some, _ in chosen for word in some], trust

    def _spelling(self, word: str, may_go_on: bool) -> list[tuple[list[str], float]]:
        as_typed = [([word], 1.0)]
        if len(word) < 3 or (stem(word),) in self._vocabulary.short:
            return as_typed
        if word in self._written and not self._speller.is_rare(american(word)):
            return as_typed
        if self._knows(word):  # by its stem alone: a form of a known word, or a slip like one
            corrected = self._speller.correct(american(word))
            other = [([one], 0.93) for one in corrected if stem(one) != stem(word)]
            return as_typed + other[:1]
        is_beginning = self._begins(stem(word))
        if is_beginning and len(word) < (5 if may_go_on else 6):
            alike = sorted(self._speller.sounds_like(american(word)))[:1]
            return as_typed + [([one], 0.93) for _, one in alike]
        corrected = self._speller.correct(american(word))
        found = [([one], 0.93 - 0.05 * i) for i, one in enumerate(corrected)]
        if parts := self._parts(word):
            is_slip = bool(corrected) and edit_distance(word, corrected[0], 1) == 1
            found = [*found[:1], (parts, 0.9)] if is_slip else [(parts, 0.97)]
        if is_beginning:
            return as_typed + found
        return found or as_typed

    def _joined(self, typed: list[str]) -> list[str]:
        """Such as "ear ache" as "earache", where the joined form is known."""
        out: list[str] = []
        for word in typed:
            if out and len(word) > 2 and len(out[-1]) > 1 and self._knows(out[-1] + word):
                out[-1] += word
            else:
                out.append(word)
        return out

    def _parts(self, word: str) -> list[str]:
        """Such as "ckd 3a" of "ckd3a"; nothing when a word does not fall apart."""
        digits = next((i for i, c in enumerate(word) if c.isdigit()), 0)
        if digits > 1 and self._knows(word[:digits]):
            return [word[:digits], word[digits:]]
        if len(word) < 7:
            return []
        for cut in range(3, len(word) - 2):
            if self._knows(word[:cut]) and self._knows(word[cut:]):
                return [word[:cut], word[cut:]]
        return []

    def _knows(self, word: str) -> bool:
        stemmed = stem(word)
        return (
            self._is_known(stemmed)
            or (stemmed,) in self._vocabulary.short
            or (stemmed,) in self._vocabulary.everyday
            or word in self._vocabulary.known_words
        )


def _options(
    tokens: list[str], meanings: Callable[[list[str]], list[Option] | None]
) -> list[list[Option]]:
    """For each stretch of words: what it can stand for, the longest known stretch first."""
    options: list[list[Option]] = []
    place = 0
    while place < len(tokens):
        for length in range(min(_LONGEST_PHRASE, len(tokens) - place), 0, -1):
            known = meanings(tokens[place : place + length])
            if known is not None:
                options.append(known)
                place += length
                break
        else:
            options.append([((tokens[place],), 1.0)])
            place += 1
    return options


def _combined(options: list[list[Option]]) -> Iterator[tuple[tuple[str, ...], float]]:
    """One of each: the words, and how far they can be trusted."""
    for chosen in product(*options):
        trust = 1.0
        for _, one in chosen:
            trust *= one
        yield tuple(token for tokens, _ in chosen for token in tokens), trust


def _denied(tokens: list[str]) -> list[str]:
    """Marks the words behind "no" or "without" with "!": what is denied is not to be found."""
    out: list[str] = []
    denying = False
    for token in tokens:
        if token in _DENIALS:
            denying = True
        elif token in {"with"}:
            denying = False
        else:
            out.append(f"!{token}" if denying else token)
    return out
