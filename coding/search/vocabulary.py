"""Our own word lists, read once: short forms, everyday words, words alike, usual codes.

They are text files beside this module, so that somebody who codes and does not program can read
and correct them. Every left side is compared by its stems (see `text`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coding.search.text import stems, words

FOLDER = Path(__file__).parent / "vocabulary"
Phrase = tuple[str, ...]

# Words that say nothing about the disease; dropped from what is typed and from our own phrases.
_SAY_NOTHING = """
    a about after again ago all also always am an and are as at away bad be because been by did do
    does don due during ever every feel feeling felt female for from get go goes going gone got had
    has have having he her his horrible i if in is it just keep keeps kept like little lot male man
    me much my now of on or patient pt really s she so some still suddenly t terrible that the there
    this to too ve very was were when which while with woman won wont worst yesterday
"""
FILLERS = frozenset(_SAY_NOTHING.split()) | frozenset(stems(_SAY_NOTHING))


@dataclass(frozen=True, slots=True)
class Usual:
    """One of our own index phrases and the code that is taken first for it."""

    code: str
    text: str


@dataclass(frozen=True)
class Vocabulary:
    """The lists, ready for look-up."""

    short: dict[Phrase, list[Phrase]]
    everyday: dict[Phrase, list[Phrase]]
    same: dict[str, frozenset[str]]
    usual: list[Usual]
    known_words: frozenset[str]  # as written, for the spelling


@cache
def vocabulary() -> Vocabulary:
    """The lists of this version of Claimline."""
    short = _phrases("abbreviations.txt", keep_fillers=True)
    everyday = _phrases("everyday.txt", keep_fillers=False)
    usual = list(_usual())
    known = {word for text in _texts() for word in words(text)} | FILLERS
    return Vocabulary(short, everyday, _same(), usual, frozenset(known))


def without_fillers(tokens: list[str]) -> list[str]:
    """The words that say something; all of them when there are no others."""
    return [token for token in tokens if token not in FILLERS] or tokens


def any_order(tokens: Sequence[str]) -> Phrase:
    """The key of an everyday phrase: "blood in pee" is also "peeing blood"."""
    return tuple(sorted(tokens))


def _phrases(name: str, *, keep_fillers: bool) -> dict[Phrase, list[Phrase]]:
    found: dict[Phrase, list[Phrase]] = {}
    for line in _lines(name):
        left, _, right = line.partition("=")
        meanings = [tuple(stems(meaning)) for meaning in right.split("|")]
        for form in left.split(","):
            tokens = stems(form)
            key = tuple(tokens) if keep_fillers else any_order(without_fillers(tokens))
            if key:
                found.setdefault(key, []).extend(meanings)
    return found


def _same() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines("same.txt"):
        row = set(stems(line))
        for word in row:
            found.setdefault(word, set()).update(row - {word})
    return {word: frozenset(others) for word, others in found.items()}


def _usual() -> Iterator[Usual]:
    for line in _lines("usual.txt"):
        code, _, texts = line.partition("=")
        for text in texts.split(";"):
            yield Usual(code.strip().replace(".", ""), text.strip())


def _texts() -> Iterator[str]:
    for name in ("everyday.txt", "same.txt"):
        yield from _lines(name)
    for usual in _usual():
        yield usual.text


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line
