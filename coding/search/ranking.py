"""Which phrases fit a reading, and how well.

A phrase is good when it has the words that were typed (rare ones count for more) and little else:
"unspecified", "without complication" and other words of the default cost nearly nothing, so the
code that a coder takes without further detail comes first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest

from coding.search.documents import Documents
from coding.search.postings import Postings, first_bits
from coding.search.query import Reading
from coding.search.text import other_endings

_EXACT, _SAME, _BEGUN, _ONLY_BEGUN = 1.0, 0.88, 0.7, 0.8
_ENOUGH = 0.45  # of what was typed, by weight, must be there
_ALL_OF = 300  # a list up to this long is looked through whole
_SOME_OF = 120
_HEADERS, _BELOW = 14, 60
_UNKNOWN = 0.85  # for each word that nothing answers
_HEADER = 0.8  # of a code that cannot be billed
_TRUST = (0.97, 0.985, 1.0, 1.0)  # by kind: title, inclusion term, usual phrase, index
_WHOLE = (0.12, 0.12, 0.26, 0.22)  # more for a phrase that says just what was typed


@dataclass(frozen=True, slots=True)
class Found:
    """A document, how well it fits (about 0 to 1.3), and the phrase that led to it."""

    document: int
    score: float
    phrase: int


@dataclass(slots=True)
class _Asked:
    """One word of a reading as the stems that answer it."""

    tokens: tuple[int, ...]
    size: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Header:
    """A phrase that led to a header: what it lacks or has too much, and how well it fits."""

    phrase: int
    document: int
    extra: float
    gains: list[float]
    fit: float
    told: frozenset[int] = frozenset()  # stems that phrase and title of the found code share


class Ranking:
    """Scores the phrases of one index."""

    def __init__(
        self, documents: Documents, postings: Postings, same: Mapping[str, frozenset[str]]
    ) -> None:
        self._documents = documents
        self._postings = postings
        self._same = same
        ids = postings.token_ids
        self._by_extension = {
            number: tuple({ids[stem] for one in found for stem in one.stems if stem in ids})
            for number, found in documents.extensions.items()
        }
        self._in_extensions = frozenset(
            token for tokens in self._by_extension.values() for token in tokens
        )

    def best(self, reading: Reading, most: int) -> list[Found]:
        """The best documents for a reading, best first."""
        table, asked = self._asked(reading)
        if not asked:
            return []
        trust = _UNKNOWN ** (len(reading.tokens) - len(asked))
        total = sum(one.weight for one in asked)
        by_extension = {} if self._in_extensions.isdisjoint(table) else self._by_extension
        question = _Question(table, len(asked), total, by_extension)
        scorer = _Scorer(self._documents, self._postings, question)
        for phrase in self._candidates(asked, total):
            scorer.look_at(phrase)
        scorer.open_headers()
        return nlargest(most, scorer.found(trust), key=lambda one: one.score)

    def _asked(self, reading: Reading) -> tuple[dict[int, tuple[int, float]], list[_Asked]]:
        """For every stem that answers a word: which word, and what it counts for."""
        table: dict[int, tuple[int, float]] = {}
        asked: list[_Asked] = []
        for place, word in enumerate(reading.tokens):
            is_last = reading.is_open and place == len(reading.tokens) - 1
            answers = self._answers(word, is_last)
            if not answers:
                continue
            exact = self._postings.token_ids.get(word)
            weights = self._postings.weight
            weight = weights[exact] if exact is not None else max(weights[t] for t in answers)
            number = len(asked)
            for token, quality in answers.items():
                if token not in table or table[token][1] < quality * weight:
                    table[token] = (number, quality * weight)
            lists = self._postings.holding
            size = sum(len(lists(token)) for token in answers)
            asked.append(_Asked(tuple(answers), size, weight))
        return table, asked

    def _answers(self, word: str, may_go_on: bool) -> dict[int, float]:
        """Stems that answer a word: itself, words that mean the same, words that it begins."""
        ids = self._postings.token_ids
        answers = {ids[word]: _EXACT} if word in ids else {}
        for other in (*self._same.get(word, ()), *other_endings(word)):
            if other in ids:
                answers.setdefault(ids[other], _SAME)
        if f"~{word}" in ids:
            answers[ids[f"~{word}"]] = _SAME
        if (may_go_on and len(word) > 1) or (word not in ids and len(word) > 2):
            quality = _BEGUN if word in ids else _ONLY_BEGUN
            for token in self._postings.beginning(word, 40):
                answers.setdefault(token, quality)
        return answers

    def _candidates(self, asked: list[_Asked], total: float) -> Iterable[int]:
        """Phrases that can have enough of what was typed."""
        seen: dict[int, None] = {}
        left = sum(one.weight for one in asked)
        holding, bits = self._postings.holding, self._postings.bits
        for one in sorted(asked, key=lambda one: (-one.weight, one.size)):
            if left < _ENOUGH * total:
                break
            left -= one.weight
            if one.size <= _ALL_OF:
                for token in one.tokens:
                    seen.update(dict.fromkeys(holding(token)))
                continue
            mine = bits(one.tokens)
            others = [bits(other.tokens) for other in asked if other is not one]
            all_of_them = mine
            for other in others:
                all_of_them &= other
            seen.update(dict.fromkeys(first_bits(all_of_them, _ALL_OF)))
            if len(others) > 1:
                for other in others:
                    seen.update(dict.fromkeys(first_bits(mine & other, _SOME_OF)))
            seen.update(dict.fromkeys(first_bits(mine, _SOME_OF)))
        return seen


@dataclass(frozen=True, slots=True)
class _Question:
    """A reading as the scorer needs it: what answers it, and what all of it is worth."""

    table: Mapping[int, tuple[int, float]]  # stem: which of the words, and what it counts for
    count: int
    total: float
    by_extension: Mapping[int, tuple[int, ...]]  # stems of seventh characters, by document


class _Scorer:
    """Scores phrases for one reading and keeps the best of each document."""

    def __init__(self, documents: Documents, postings: Postings, question: _Question) -> None:
        self._documents = documents
        self._postings = postings
        self._table = question.table
        self._count = question.count
        self._total = question.total
        self._by_extension = question.by_extension
        self._best: dict[int, tuple[float, int]] = {}
        self._headers: list[_Header] = []

    def look_at(self, phrase: int) -> None:
        """Score a phrase; headers are kept for `open_headers`."""
        gains = [0.0] * self._count
        extra = 0.0
        get, cost = self._table.get, self._postings.extra
        for token in self._postings.tokens(phrase):
            answer = get(token)
            if answer is None:
                extra += cost[token]
            elif answer[1] > gains[answer[0]]:
                gains[answer[0]] = answer[1]
        document = self._postings.document[phrase]
        kind = self._postings.kind[phrase]
        own = sum(gains)
        if own < self._total * 0.3:
            return
        is_header = not self._documents.billable[document]
        opened, told = (document if is_header else None), frozenset[int]()
        if kind and not is_header and 0.0 in gains:
            opened = self._documents.above(document)  # a sibling may have what is missing
            told = frozenset(self._postings.tokens(phrase)).intersection(
                self._postings.title_tokens(document)
            )
        if opened is not None:
            fit = own - 0.3 * extra
            self._headers.append(_Header(phrase, opened, extra, list(gains), fit, told))
        if kind and 0.0 in gains:
            self._complete(gains, self._postings.title_tokens(document), 0.9)
        if 0.0 in gains and document in self._by_extension:
            self._complete(gains, self._by_extension[document], 0.95)
        score = self._score(sum(gains), extra, kind, document)
        self._keep(document, score * _HEADER if is_header else score, phrase)

    def open_headers(self) -> None:
        """What leads to a header leads to the codes below it, the plainest first."""
        for header in nlargest(_HEADERS, self._headers, key=lambda one: one.fit):
            known = set(self._postings.tokens(header.phrase))
            known.update(self._postings.title_tokens(header.document))
            known.update(self._postings.title_tokens(self._postings.document[header.phrase]))
            for below in self._documents.below(header.document, _BELOW):
                if self._documents.billable[below]:
                    self._below(below, header, known)

    def found(self, trust: float) -> Iterable[Found]:
        """Every document that fits well enough."""
        for document, (score, phrase) in self._best.items():
            yield Found(document, score * trust, phrase)

    def _below(self, document: int, header: "_Header", known: set[int]) -> None:
        """Score a code by what led to its header and by its own title."""
        gains, extra = list(header.gains), header.extra
        get, cost = self._table.get, self._postings.extra
        title = self._postings.title_tokens(document)
        for token in header.told:
            answer = get(token)
            if answer is not None and token not in title:
                gains[answer[0]] = 0.0  # what tells the sibling apart from the code that was found
        for token in title:
            answer = get(token)
            if answer is not None:
                gains[answer[0]] = max(gains[answer[0]], answer[1] * 0.95)
            elif token not in known:
                extra += cost[token]
        if 0.0 in gains and document in self._by_extension:
            self._complete(gains, self._by_extension[document], 0.95)
        score = self._score(sum(gains), extra, self._postings.kind[header.phrase], document)
        self._keep(document, 0.97 * score, header.phrase)

    def _complete(self, gains: list[float], tokens: Iterable[int], share: float) -> None:
        """Words that the phrase lacks but the title of its code has."""
        for token in tokens:
            answer = self._table.get(token)
            if answer is not None and not gains[answer[0]]:
                gains[answer[0]] = answer[1] * share

    def _score(self, gain: float, extra: float, kind: int, document: int) -> float:
        coverage = gain / self._total
        if coverage < _ENOUGH:
            return 0.0
        precision = gain / (gain + 0.55 * extra)
        score = coverage**1.6 * (0.42 + 0.58 * precision) * _TRUST[kind]
        if coverage > 0.96 and precision > 0.9:
            score += _WHOLE[kind] * precision
        return score + self._documents.worth[document]

    def _keep(self, document: int, score: float, phrase: int) -> None:
        kept = self._best.get(document)
        if score > 0 and (kept is None or score > kept[0]):
            self._best[document] = (score, phrase)
