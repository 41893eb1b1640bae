"""Finding our own claim and line in a payer's answer: pure rules that never guess (domain E.7)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from claims.answer_codes import REVERSAL

# How a claim was found, where it was not by our own number as it stands.
BY_PAYER_NUMBER, CUT_OFF, BY_HAND = "payer_claim_number", "number_cut_off", "by_hand"
BY_LINES = "line_numbers"
# Its number is ours, and nothing else that the payer wrote is.
CONTRADICTS = "contradicts"
# A person looks at these before the money is posted by itself.
LOOSE = frozenset({BY_PAYER_NUMBER, CUT_OFF})
LEAST_OF_NUMBER = 6
# Where a number was cut off, the charge and the patient must be those of the claim.
MUST_AGREE = frozenset({"charge", "name"})
_CORRECTIONS = frozenset({"7", "8"})
RANK_OF_STATUS = {"1": 1, "19": 1, "2": 2, "20": 2, "3": 3, "21": 3}


@dataclass(frozen=True, slots=True)
class OurLine:
    """A line of ours as a version states it."""

    key: int
    number: int
    control_number: str
    code: str
    modifiers: tuple[str, ...]
    service_date: date
    charge: Decimal


@dataclass(frozen=True, slots=True)
class TheirLine:
    """A line as the payer returns it; `codes` are the adjudicated and the submitted one."""

    position: int
    control_number: str
    codes: tuple[tuple[str, tuple[str, ...]], ...]
    service_date: date | None
    charge: Decimal


@dataclass(frozen=True, slots=True)
class Found:
    """The key of what was found, or None, and by which rule or for which reason."""

    key: int | None
    reason: str


_Rule = Callable[[OurLine, TheirLine], bool]


def match_lines(ours: Sequence[OurLine], theirs: Sequence[TheirLine]) -> list[Found]:
    """For each of their lines the one of ours it decides on, in the order of domain E.7.

    Two candidates are an exception, unless they are alike in code, modifiers, date and charge:
    then the first one still open is taken.
    """
    open_keys = [line.key for line in ours]
    results = []
    for line in theirs:
        found = _match(ours, line, open_keys)
        if found.key in open_keys:
            open_keys.remove(found.key)
        results.append(found)
    return _with_splits(ours, theirs, results, open_keys)


def _with_splits(
    ours: Sequence[OurLine],
    theirs: Sequence[TheirLine],
    results: Sequence[Found],
    open_keys: Sequence[int],
) -> list[Found]:
    """Several of their lines for one of ours: a payer pays units apart. Those that are left over
    with one code and day, and together come to the charge of the one open line with that code and
    day, belong to it (domain E.7).
    """
    done = list(results)
    left = [place for place, found in enumerate(results) if found.key is None]
    for line in ours:
        if line.key not in open_keys:
            continue
        alone = [o for o in ours if o.key in open_keys and o.code == line.code]
        parts = [
            place
            for place in left
            if any(code == line.code for code, _ in theirs[place].codes)
            and _same_day(line, theirs[place])
        ]
        total = sum((theirs[place].charge for place in parts), Decimal(0))
        if len(alone) == 1 and len(parts) > 1 and total == line.charge:
            for place in parts:
                done[place] = Found(line.key, "split")
                left.remove(place)
    return done


def _match(ours: Sequence[OurLine], theirs: TheirLine, open_keys: Sequence[int]) -> Found:
    by_number = [o for o in ours if o.control_number == theirs.control_number != ""]
    if len(by_number) == 1:
        return Found(by_number[0].key, "control_number")
    ambiguous = False
    for reason, rule in _RULES:
        # The code that we billed (SVC06) says more than the one that the payer made of it.
        for one in _one_code_each(theirs):
            hits = [o for o in ours if o.key in open_keys and rule(o, one)]
            if len(hits) == 1 or (hits and _alike(hits)):
                return Found(hits[0].key, reason)
            ambiguous = ambiguous or bool(hits)
            if hits:
                break
    by_position = [o for o in ours if theirs.control_number == str(o.number)]
    if len(by_position) == 1:
        return Found(by_position[0].key, "line_number")
    return Found(None, "ambiguous" if ambiguous else "unknown")


def _one_code_each(line: TheirLine) -> list[TheirLine]:
    """`line` with the submitted code alone, then with the adjudicated one."""
    return [replace(line, codes=(code,)) for code in reversed(line.codes)]


def _same_day(ours: OurLine, theirs: TheirLine) -> bool:
    return theirs.service_date is None or theirs.service_date == ours.service_date


def _full(ours: OurLine, theirs: TheirLine) -> bool:
    same_code = any(
        code == ours.code and sorted(mods) == sorted(ours.modifiers) for code, mods in theirs.codes
    )
    return same_code and _same_day(ours, theirs) and theirs.charge == ours.charge


def _without_modifiers(ours: OurLine, theirs: TheirLine) -> bool:
    return (
        any(code == ours.code for code, _ in theirs.codes)
        and _same_day(ours, theirs)
        and theirs.charge == ours.charge
    )


def _by_position(ours: OurLine, theirs: TheirLine) -> bool:
    return (
        any(code == ours.code for code, _ in theirs.codes)
        and theirs.service_date == ours.service_date
        and theirs.position == ours.number
    )


def _by_charge(ours: OurLine, theirs: TheirLine) -> bool:
    return theirs.service_date == ours.service_date and theirs.charge == ours.charge


_RULES: tuple[tuple[str, _Rule], ...] = (
    ("code_modifiers_date_charge", _full),
    ("code_date_charge", _without_modifiers),
    ("code_date_position", _by_position),
    ("date_charge", _by_charge),
)


def _alike(lines: Sequence[OurLine]) -> bool:
    first = lines[0]
    return all(
        (o.code, sorted(o.modifiers), o.service_date, o.charge)
        == (first.code, sorted(first.modifiers), first.service_date, first.charge)
        for o in lines
    )


@dataclass(frozen=True, slots=True)
class OurVersion:
    """A version that was sent, as far as an answer can tell it from its siblings."""

    key: int
    payer_id: int
    rank: int
    payer_claim_number: str
    frequency_code: str
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class TheirClaim:
    """What a payer's answer says about which version it decides."""

    status_code: str
    payer_claim_number: str
    frequency_code: str
    payer_id: int | None


def match_version(ours: Sequence[OurVersion], theirs: TheirClaim) -> Found:
    """Which version of a claim an answer is about: payer, rank, payer claim number, frequency.

    Each criterion narrows the candidates only where it leaves any. Two left is an exception,
    never a guess (DESIGN 3.3). An answer to a correction says so (CLP09), and some payers give it
    the number of the claim that it corrects: so its frequency is asked first. A reversal takes back
    the older version, whatever frequency it names (domain E.5).
    """
    if not ours:
        return Found(None, "never_sent")
    rank = RANK_OF_STATUS.get(theirs.status_code)
    left = list(ours)
    if theirs.frequency_code in _CORRECTIONS and theirs.status_code != REVERSAL:
        same = [v for v in left if v.frequency_code == theirs.frequency_code and not v.is_replaced]
        left = same or left
    for keep in (
        lambda v: v.payer_claim_number == theirs.payer_claim_number != "",
        lambda v: v.payer_id == theirs.payer_id,
        lambda v: v.rank == rank,
        lambda v: v.frequency_code == theirs.frequency_code,
        lambda v: not v.is_replaced,
    ):
        left = [version for version in left if keep(version)] or left
    if len(left) > 1:
        return Found(None, "ambiguous")
    if theirs.payer_id is not None and left[0].payer_id != theirs.payer_id:
        return Found(None, "other_payer")
    return Found(left[0].key, "control_number")


@dataclass(frozen=True, slots=True)
class Written:
    """What a payer wrote of a claim beside its numbers; amounts without their sign."""

    line_numbers: frozenset[str]
    charges: frozenset[Decimal]
    days: frozenset[date]
    name: str


def agreement(theirs: Written, lines: Sequence[OurLine], charge: Decimal, name: str) -> set[str]:
    """Which of line numbers, charge, date and name agree with a version of ours.

    A number typed wrong, or of another practice's claim, may be one of ours by chance: then
    nothing agrees.
    """
    found = set()
    if theirs.line_numbers & {line.control_number for line in lines}:
        found.add("lines")
    if theirs.charges & {charge, *(line.charge for line in lines)}:
        found.add("charge")
    if theirs.days & {line.service_date for line in lines}:
        found.add("date")
    if _letters(theirs.name) == _letters(name) or not theirs.name:
        found.add("name")
    return found


def _letters(name: str) -> str:
    """Last and first name without middle names, accents of case and punctuation."""
    last, _, first = name.upper().partition(",")
    first = first.split()[0] if first.split() else ""
    return "".join(filter(str.isalpha, last)) + "," + "".join(filter(str.isalpha, first))
