"""What somebody typed, as the ways in which it can be understood.

"DM2 w neuropathy" can be read with its short forms written out; "sore throat" as it stands or as
pain in the throat. Every reading is a list of stems; the index scores each and keeps the best.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from coding.search.spelling import Speller
from coding.search.text import american, stem, words
from coding.search.vocabulary import Phrase, Vocabulary, without_fillers

MOST_READINGS = 8
_LONGEST_PHRASE = 5
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
    ) -> None:
        self._vocabulary = vocabulary
        self._speller = speller
        self._is_known = is_known
        self._begins = begins

    def readings(self, text: str) -> list[Reading]:
        """Every way to understand `text`, the most literal first."""
        typed = words(text)[:14]
        is_open = bool(typed) and text[-1:].isalnum()
        found: dict[tuple[str, ...], float] = {}
        for spelled, spelling_trust in islice(self._spellings(typed, is_open), 4):
            shorts = self._options([stem(word) for word in spelled], self._vocabulary.short, 1.0)
            for tokens, trust in islice(_combined(shorts), 4):
                plain = without_fillers(_denied(list(tokens)))
                for full, more_trust in islice(_combined(self._everyday(plain)), 6):
                    total = trust * spelling_trust * more_trust
                    key = tuple(dict.fromkeys(full))
                    if key and found.get(key, 0) < total:
                        found[key] = total
        best = sorted(found.items(), key=lambda item: -item[1])[:MOST_READINGS]
        return [Reading(tokens, trust, is_open) for tokens, trust in best]

    def _everyday(self, tokens: list[str]) -> list[list[Option]]:
        return self._options(tokens, self._vocabulary.everyday, 0.97)

    def _options(
        self, tokens: list[str], phrases: dict[Phrase, list[Phrase]], trust: float
    ) -> list[list[Option]]:
        """For each stretch of words: what it can stand for, the longest known stretch first."""
        options: list[list[Option]] = []
        place = 0
        while place < len(tokens):
            for length in range(min(_LONGEST_PHRASE, len(tokens) - place), 0, -1):
                key = tuple(tokens[place : place + length])
                if key in phrases:
                    options.append(self._meanings(key, phrases[key], trust))
                    place += length
                    break
            else:
                options.append([((tokens[place],), 1.0)])
                place += 1
        return options

    def _meanings(self, key: Phrase, meanings: list[Phrase], trust: float) -> list[Option]:
        as_typed = [(key, 0.985)] if any(meanings) and all(map(self._is_known, key)) else []
        spelled_out = [(meaning, trust - 0.01 * i) for i, meaning in enumerate(meanings)]
        if trust < 1:
            return (as_typed[:1] and [(key, 1.0), *spelled_out]) or spelled_out
        return spelled_out + as_typed

    def _spellings(self, typed: list[str], is_open: bool) -> Iterator[tuple[list[str], float]]:
        """The words with slips put right, joined and split where that makes known ones."""
        choices: list[list[tuple[list[str], float]]] = []
        for place, word in enumerate(self._joined(typed)):
            may_go_on = is_open and place == len(typed) - 1
            choices.append(self._spelling(word, may_go_on))
        for chosen in product(*choices):
            trust = 1.0
            for _, one in chosen:
                trust *= one
            yield [word for some, _ in chosen for word in some], trust

    def _spelling(self, word: str, may_go_on: bool) -> list[tuple[list[str], float]]:
        as_typed = [([word], 1.0)]
        if self._knows(word) or len(word) < 3:
            return as_typed
        if parts := self._parts(word):
            return [(parts, 0.98)]
        if self._begins(stem(word)) and (may_go_on or len(word) < 6):
            return as_typed
        corrected = self._speller.correct(american(word))
        found = [([one], 0.93 - 0.05 * i) for i, one in enumerate(corrected)]
        if self._begins(stem(word)):
            return as_typed + found
        return found or as_typed

    def _joined(self, typed: list[str]) -> list[str]:
        """Such as "ear ache" as "earache", where only the joined form is known."""
        out: list[str] = []
        for word in typed:
            if out and len(word) > 2 and len(out[-1]) > 1:
                joined = out[-1] + word
                if self._knows(joined) and not (self._knows(word) and self._knows(out[-1])):
                    out[-1] = joined
                    continue
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
