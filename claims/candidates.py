"""Which claim of ours may an answer be about that names none: a score with its reasons (E.3, E.7).

Pure. The score only orders what a person chooses from: nothing is ever matched by it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from difflib import SequenceMatcher

# How much each fact can say. A fact that the payer did not send is left out of the whole; a few
# facts alone never make a full score.
NUMBER, MEMBER, NAME, DAY, CHARGE, CODES, PAYER, PROVIDER = 20, 25, 20, 20, 15, 8, 7, 5
LEAST_WHOLE = 70
ALIKE = 0.8  # of two names: a letter left out, or two that changed places
LEAST_NUMBER = 5  # characters of a number cut off that still say something
NEAR = timedelta(days=3)
MOST = 5
LEAST_SCORE = 20
CLEAR = 15


@dataclass(frozen=True, slots=True)
class Answer:
    """What the payer wrote about the claim."""

    number: str
    last_name: str
    first_name: str
    member_number: str
    days: frozenset[date]
    charge: Decimal
    codes: frozenset[str]
    payer_id: int | None
    provider_npi: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """A version of ours that it may mean."""

    key: int
    number: str
    last_name: str
    first_name: str
    member_numbers: frozenset[str]
    first_day: date
    last_day: date
    charge: Decimal
    line_charges: tuple[Decimal, ...]
    codes: frozenset[str]
    payer_id: int
    provider_npi: str = ""
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact: how well it fits (0 to 1) and in words."""

    words: str
    weight: int
    fit: float

    def as_json(self) -> dict[str, str]:
        """For the page: the words and whether they speak for it."""
        tone = "ok" if self.fit >= 0.75 else "care" if self.fit > 0 else "bad"
        return {"words": self.words, "tone": tone}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score, 0 to 100, and every fact that was compared."""

    key: int
    score: int
    reasons: tuple[Reason, ...]


def rank(
    answer: Answer, ours: Iterable[Ours], *, least: int = LEAST_SCORE, most: int = MOST
) -> list[Scored]:
    """The candidates for `answer`, best first, no more than a person can look over."""
    scored = [(score(answer, one), one) for one in ours]
    # Between equals: what waits for an answer before what has one, then the newest.
    scored.sort(key=lambda pair: (-pair[0].score, pair[1].is_answered, -pair[1].key))
    return [found for found, _ in scored if found.score >= least][:most]


def score(answer: Answer, ours: Ours) -> Scored:
    """How well `ours` fits, as a share of what the payer told."""
    reasons = [
        reason
        for reason in (
            _number(answer, ours),
            _member(answer, ours),
            _name(answer, ours),
            _day(answer, ours),
            _charge(answer, ours),
            _codes(answer, ours),
            _payer(answer, ours),
            _provider(answer, ours),
        )
        if reason is not None
    ]
    whole = max(LEAST_WHOLE, sum(reason.weight for reason in reasons))
    points = sum(reason.weight * reason.fit for reason in reasons)
    if ours.is_answered:
        reasons.append(Reason("answered before", 0, 0))
        points -= 5
    return Scored(ours.key, max(0, min(100, round(100 * points / whole))), tuple(reasons))


def _number(answer: Answer, ours: Ours) -> Reason | None:
    """Only what speaks for a claim: a payer's own numbering speaks against none."""
    theirs = plain_number(answer.number)
    if len(theirs) < LEAST_NUMBER:
        return None
    if theirs == ours.number:
        return Reason("claim number", NUMBER, 1)
    if ours.number.startswith(theirs) or ours.number.endswith(theirs):
        return Reason("claim number, cut off", NUMBER, 0.9)
    if SequenceMatcher(None, theirs, ours.number).ratio() >= 0.85:
        return Reason("claim number, nearly", NUMBER, 0.7)
    return None


def _member(answer: Answer, ours: Ours) -> Reason | None:
    theirs = plain_number(answer.member_number)
    if not theirs or not ours.member_numbers:
        return None
    known = {plain_number(number) for number in ours.member_numbers}
    if theirs in known:
        return Reason("member ID", MEMBER, 1)
    if any(_close(theirs, number, 0.85) for number in known):
        return Reason("member ID, nearly", MEMBER, 0.6)
    return Reason("not member ID", MEMBER, 0)


def _name(answer: Answer, ours: Ours) -> Reason | None:
    last, first = plain_name(answer.last_name), plain_name(answer.first_name)
    if not last:
        return None
    our_last, our_first = plain_name(ours.last_name), plain_name(ours.first_name)
    if last == our_last and first == our_first:
        return Reason("name", NAME, 1)
    if (last, first) == (our_first, our_last):
        return Reason("name, turned round", NAME, 0.9)
    same_last, same_first = _close(last, our_last, ALIKE), _close(first, our_first, ALIKE)
    initial = len(first) == 1 and first == our_first[:1]
    if same_last and (same_first or initial or not first):
        return Reason("name, nearly", NAME, 0.8)
    if same_last:
        return Reason("last name", NAME, 0.4)
    if same_first and first:
        return Reason("first name", NAME, 0.3)
    return Reason("not name", NAME, 0)


def _day(answer: Answer, ours: Ours) -> Reason | None:
    if not answer.days:
        return None
    if all(ours.first_day <= day <= ours.last_day for day in answer.days):
        return Reason("date", DAY, 1)
    if any(ours.first_day - NEAR <= day <= ours.last_day + NEAR for day in answer.days):
        return Reason("date, nearly", DAY, 0.4)
    return Reason("not date", DAY, 0)


def _charge(answer: Answer, ours: Ours) -> Reason | None:
    charge = abs(answer.charge)
    if charge == ours.charge:
        return Reason("charge", CHARGE, 1)
    if charge in ours.line_charges:
        return Reason("charge of a line", CHARGE, 0.7)
    return Reason("not charge", CHARGE, 0)


def _codes(answer: Answer, ours: Ours) -> Reason | None:
    if not answer.codes or not ours.codes:
        return None
    shared = len(answer.codes & ours.codes) / len(answer.codes)
    return Reason("codes" if shared else "not codes", CODES, shared)


def _payer(answer: Answer, ours: Ours) -> Reason | None:
    if answer.payer_id is None:
        return None
    if answer.payer_id == ours.payer_id:
        return Reason("payer", PAYER, 1)
    return Reason("not payer", PAYER, 0)


def _provider(answer: Answer, ours: Ours) -> Reason | None:
    if not answer.provider_npi or not ours.provider_npi:
        return None
    if answer.provider_npi == ours.provider_npi:
        return Reason("provider", PROVIDER, 1)
    return Reason("not provider", PROVIDER, 0)


def plain_number(text: str) -> str:
    """A number as it is compared: capital letters and digits, without leading zeros."""
    return "".join(filter(str.isalnum, text.upper())).lstrip("0")


def plain_name(text: str) -> str:
    """A name as it is compared: capital letters only."""
    return "".join(filter(str.isalpha, text.upper()))


def split_name(text: str) -> tuple[str, str]:
    """Last and first name of "Last, First"."""
    last, _, first = text.partition(",")
    return last.strip(), first.strip()


def rank_words(scores: Sequence[int]) -> str:
    """What the scores of the candidates amount to, for the person who chooses."""
    if not scores:
        return "No claim of ours looks like it. Find one by number or name, or leave it unapplied."
    if len(scores) == 1:
        return f"One claim of ours looks like it, {scores[0]} of 100."
    if scores[0] - scores[1] >= CLEAR:
        return f"The first fits clearly better than the others: {scores[0]} of 100."
    return "Two or more fit about as well: look before you choose."


def _close(one: str, other: str, least: float) -> bool:
    return bool(one and other) and (
        one == other or SequenceMatcher(None, one, other).ratio() >= least
    )
