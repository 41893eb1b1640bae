"""The search of one release: phrases that lead to codes, found by the stems of their words.

A phrase is a title, an inclusion term, an entry of the Alphabetic Index, or one of our own usual
phrases. Phrases are numbered best first and every stem has a list of their numbers; common stems
also as the bits of one big number, so that "has all these words" is a single AND. That keeps a
search of 75,000 codes under 10 ms in plain Python.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding.search.documents import Documents, Row
from coding.search.hit import Hit
from coding.search.postings import Postings
from coding.search.query import QueryReader, Reading
from coding.search.ranking import Found, Ranking
from coding.search.spelling import Speller
from coding.search.text import american, stem, stems, words
from coding.search.vocabulary import Vocabulary, vocabulary

TITLE, INCLUSION, USUAL, INDEX = range(4)
_CODE = re.compile(r"[A-Z][0-9A-Z]{1,6}")
_DENIES = re.compile(r"\b(?:without|not|no)\b([^,;()]*?)(?=,|;|\(|\)|\bwith\b|$)")
_VERBATIM, _FEWEST = 0.1, 8
_SURE = 1.15  # a whole usual phrase or index entry; see ranking
_IN_OUR_LISTS = 40  # how many texts a word of our own lists counts for in spelling


@dataclass(frozen=True, slots=True)
class Term:
    """Words that lead to a code besides its title.

    `path` is how they are shown. `optional` are words that may be there or not: the modifiers in
    parentheses of the Alphabetic Index.
    """

    code: str
    text: str
    kind: int = INCLUSION
    path: str = ""
    optional: str = ""


class IcdIndex:
    """Codes of one release, findable by code, words, short forms, everyday words and slips."""

    def __init__(
        self,
        rows: Iterable[Row],
        terms: Iterable[Term] = (),
        words_known: Vocabulary | None = None,
    ) -> None:
        known = words_known or vocabulary()
        self._documents = Documents(rows, [usual.code for usual in known.usual])
        uses: dict[str, int] = dict.fromkeys(known.known_words, _IN_OUR_LISTS)
        phrases = self._phrases(terms, known, uses)
        self._postings = Postings(phrases, self._documents)
        self._ranking = Ranking(self._documents, self._postings, known.same)
        speller = Speller({american(word): count for word, count in uses.items()})
        self._reader = QueryReader(
            known,
            speller,
            is_known=self._postings.has,
            begins=lambda letters: bool(self._postings.beginning(letters, 1)),
            written=frozenset(uses),
        )

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The best `limit`: the exact code, codes that begin so, then words, best first."""
        plain = query.upper().replace(".", "").replace(" ", "")
        found: dict[str, Hit] = {}
        if exact := self.exact(plain):
            found[plain] = exact
        if _CODE.fullmatch(plain) and any(c.isdigit() for c in plain):
            for code in self._documents.beginning(plain, limit):
                row = self._documents.row(code)
                if row is not None:
                    found.setdefault(code, Hit(*row))
        if len(found) < limit:
            for hit in self._by_words(query, limit):
                found.setdefault(hit.code, hit)
        return list(found.values())[:limit]

    def plainly(self, query: str) -> Hit | None:
        """The code that somebody who types this surely means; None when that is not sure.

        Sure is: one of our own usual phrases or an index entry says just this, word for word or by
        its short form, and the code can be billed.
        """
        hits = self._by_words(query, 1)
        return hits[0] if hits and hits[0].score >= _SURE and hits[0].is_billable else None

    def exact(self, code: str) -> Hit | None:
        """The hit of a code without its dot; None when the release does not have it."""
        row = self._documents.row(code)
        return Hit(*row, is_exact=True) if row else None

    def below(self, code: str) -> list[Hit]:
        """The codes one step below a header (with or without its dot), in order."""
        plain = code.upper().replace(".", "")
        rows = map(self._documents.row, self._documents.children(plain))
        return [Hit(*row) for row in rows if row is not None]

    def _by_words(self, query: str, limit: int) -> list[Hit]:
        ranked = self._ranked(query, limit)
        return [self._hit(found, reading, score) for score, found, reading in ranked]

    def _ranked(self, query: str, limit: int) -> list[tuple[float, Found, Reading]]:
        best: dict[int, tuple[float, Found, Reading]] = {}
        for reading in self._reader.readings(query):
            for one in self._ranking.best(reading, max(limit * 2, _FEWEST)):
                score = one.score * reading.trust
                kept = best.get(one.document)
                if kept is None or score > kept[0]:
                    best[one.document] = (score, one, reading)
        # Letters that stand alone are no words of a phrase; typed just so, they tell phrases apart.
        typed = " ".join(query.lower().split())

        def order(item: tuple[float, Found, Reading]) -> tuple[float, int]:
            score, found, _ = item
            is_verbatim = self._postings.path(found.phrase).lower() == typed
            return -(score + _VERBATIM * is_verbatim), found.document

        return sorted(best.values(), key=order)[:limit]

    def _hit(self, found: Found, reading: Reading, score: float) -> Hit:
        code, title, billable = self._documents.extended(found.document, frozenset(reading.tokens))
        path = self._postings.path(found.phrase)
        if set(stems(path)) <= set(stems(title)):
            path = ""  # says nothing that the title does not
        return Hit(code, title, billable, path, score=score)

    def _phrases(
        self, terms: Iterable[Term], known: Vocabulary, uses: dict[str, int]
    ) -> Iterable[tuple[int, int, Sequence[str], str]]:
        """Document, kind, stems and shown path of every phrase."""
        for number, title in enumerate(self._documents.titles):
            yield number, TITLE, phrase_stems(title, uses), ""
        for term in terms:
            found = self._documents.number_of(term.code)
            if found is not None:
                found_stems = phrase_stems(term.text, uses)
                if term.optional:
                    found_stems += [f"~{one}" for one in set(stems(term.optional))]
                yield found, term.kind, found_stems, term.path or term.text
        for usual in known.usual:
            found = self._documents.number_of(usual.code)
            if found is not None:
                yield found, USUAL, phrase_stems(usual.text, {}), usual.text


def phrase_stems(text: str, uses: dict[str, int]) -> list[str]:
    """The stems of a phrase, each once; what it denies with a "!" before it."""
    small = text.lower()
    denied: set[str] = set()
    if " no" in small or "without" in small or small.startswith("no"):
        for match in _DENIES.finditer(small):
            denied.update(map(stem, words(match.group(1))))
    out: dict[str, None] = {}
    for word in words(small):
        uses[word] = uses.get(word, 0) + 1
        one = stem(word)
        out[f"!{one}" if one in denied else one] = None
    return list(out)
