"""A coder's codes against an auditor's, difference by difference. Pure.

A code is paired once: with the same code, else with one that was meant for the same thing (a
diagnosis of the same three-character category, a visit with a visit, a procedure of the same first
three characters). What stays alone on the coder's side is extra, on the auditor's side missed. A
line whose code is wrong is one difference; modifiers, units and pointers of it are not looked at.
Pointers are compared as diagnoses, so that a wrong diagnosis is not counted again at each line.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from coding.auditing.coded import Coded, CodedLine
from coding.choices import AuditDirection as Direction
from coding.choices import AuditPart as Part
from coding.choices import DifferenceKind as Kind
from coding.edits.families import (
    ESTABLISHED_OFFICE,
    HOME_ESTABLISHED,
    HOME_NEW,
    NEW_OFFICE,
    is_evaluation,
)

_T = TypeVar("_T")
Pair = tuple[_T | None, _T | None]
_SAME_FAMILY = 3
# Visits of one kind by level, a new patient's before an established one's. A new patient has no
# office visit of the first level.
_LADDERS = (
    (("", *NEW_OFFICE), ESTABLISHED_OFFICE), (HOME_NEW, HOME_ESTABLISHED),
    (("99221", "99222", "99223"),), (("99231", "99232", "99233"),),
    (("99234", "99235", "99236"),), (("99242", "99243", "99244", "99245"),),
    (("99252", "99253", "99254", "99255"),),
    (("99281", "99282", "99283", "99284", "99285"),), (("99304", "99305", "99306"),),
    (("99307", "99308", "99309", "99310"),),
)  # fmt: skip
# Of each code: its ladder, its level, whether it is a new patient's.
_RUNGS = {
    code: (ladder, level, len(sides) > 1 and side == 0)
    for ladder, sides in enumerate(_LADDERS)
    for side, codes in enumerate(sides)
    for level, code in enumerate(codes)
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which the two disagree. Empty text on a side: it has nothing there."""

    kind: str
    part: str
    coder: str
    auditor: str
    place: str
    direction: str = ""
    is_visit: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How much was reviewed: the coder's codes of each sort, and visits on either side."""

    diagnoses: int = 0
    procedures: int = 0
    modifiers: int = 0
    visits: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.diagnoses + other.diagnoses,
            self.procedures + other.procedures,
            self.modifiers + other.modifiers,
            self.visits + other.visits,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs, and how much was looked at."""

    differences: tuple[Difference, ...]
    tally: Tally


def compare(coder: Coded, auditor: Coded) -> Comparison:
    """What the coder missed, had too much, or had otherwise than the auditor."""
    diagnoses = _pairs(coder.diagnoses, auditor.diagnoses, [_same, _same_family])
    # What the auditor calls each of the coder's diagnoses; one too many has no name.
    meant = {ours: theirs for ours, theirs in diagnoses if ours and theirs}
    reached = set(meant.values())
    lines = _pairs(coder.lines, auditor.lines, _LINE_MATCHES)
    alike = [(ours, theirs) for ours, theirs in lines if ours and theirs and _is_like(ours, theirs)]
    found = [*_diagnosis_differences(diagnoses)]
    for ours, theirs in lines:
        found += _line_differences(ours, theirs)
    for ours, theirs in alike:
        mine = tuple(meant[code] for code in ours.pointers if code in meant)
        wanted = tuple(code for code in theirs.pointers if code in reached)
        found += _pointer_difference(ours, mine, wanted)
    tally = Tally(
        diagnoses=len(coder.diagnoses),
        procedures=len(coder.lines),
        modifiers=sum(len(ours.modifiers) for ours, _ in alike),
        visits=sum(map(_is_visit, lines)),
    )
    return Comparison(tuple(found), tally)


# -- pairing ------------------------------------------------------------------------------------


def _pairs(
    ours: Sequence[_T], theirs: Sequence[_T], matches: Sequence[Callable[[_T, _T], bool]]
) -> list[Pair[_T]]:
    """Each of ours with one of theirs, by the strictest match first; the rest alone."""
    left, right = dict(enumerate(ours)), dict(enumerate(theirs))
    found: dict[int, _T] = {}
    for match in matches:
        for place, one in list(left.items()):
            partner = next((key for key, other in right.items() if match(one, other)), None)
            if partner is not None:
                found[place] = right.pop(partner)
                del left[place]
    paired: list[Pair[_T]] = [(one, found.get(place)) for place, one in enumerate(ours)]
    return paired + [(None, other) for other in right.values()]


def _same(one: str, other: str) -> bool:
    return one == other


def _same_family(one: str, other: str) -> bool:
    return one[:_SAME_FAMILY] == other[:_SAME_FAMILY]


def _visits(one: CodedLine, other: CodedLine) -> bool:
    return is_evaluation(one.procedure_code) and is_evaluation(other.procedure_code)


_LINE_MATCHES: list[Callable[[CodedLine, CodedLine], bool]] = [
    lambda one, other: (
        (one.procedure_code, one.modifiers) == (other.procedure_code, other.modifiers)
    ),
    lambda one, other: one.procedure_code == other.procedure_code,
    _visits,
    lambda one, other: _same_family(one.procedure_code, other.procedure_code),
]


def _is_visit(pair: Pair[CodedLine]) -> bool:
    return any(line is not None and is_evaluation(line.procedure_code) for line in pair)


def _is_like(ours: CodedLine, theirs: CodedLine) -> bool:
    """The same service, perhaps at another level: its modifiers and pointers mean the same."""
    one, other = ours.procedure_code, theirs.procedure_code
    return one == other or _same_ladder(one, other)


# -- differences --------------------------------------------------------------------------------


def _diagnosis_differences(pairs: list[Pair[str]]) -> Iterator[Difference]:
    for ours, theirs in pairs:
        if ours == theirs:
            continue
        kind = Kind.MISSED if not ours else Kind.EXTRA if not theirs else Kind.WRONG_CODE
        yield Difference(kind, Part.DIAGNOSIS, ours or "", theirs or "", ours or theirs or "")


def _line_differences(ours: CodedLine | None, theirs: CodedLine | None) -> Iterator[Difference]:
    is_visit = _is_visit((ours, theirs))
    if ours is None or theirs is None:
        yield from _alone(ours, theirs, is_visit)
        return
    one, other = ours.procedure_code, theirs.procedure_code
    if not _is_like(ours, theirs):
        yield Difference(Kind.WRONG_CODE, Part.PROCEDURE, one, other, one, "", is_visit)
        return
    if one != other:
        direction = _up_or_down(_level(one), _level(other))
        yield Difference(Kind.EM_LEVEL, Part.PROCEDURE, one, other, one, direction, is_visit=True)
    elif ours.units != theirs.units:
        direction = _up_or_down(ours.units, theirs.units)
        mine, wanted = (f"{line.units.normalize():f}" for line in (ours, theirs))
        yield Difference(Kind.UNITS, Part.PROCEDURE, mine, wanted, one, direction)
    yield from _modifier_differences(ours, theirs)


def _alone(
    ours: CodedLine | None, theirs: CodedLine | None, is_visit: bool
) -> Iterator[Difference]:
    """A line that only one side has: too much on ours, too little where it is theirs."""
    for line, kind, direction in (
        (ours, Kind.EXTRA, Direction.OVER),
        (theirs, Kind.MISSED, Direction.UNDER),
    ):
        if line is not None:
            text = line.code_with_modifiers
            sides = (text, "") if line is ours else ("", text)
            yield Difference(kind, Part.PROCEDURE, *sides, line.procedure_code, direction, is_visit)


def _modifier_differences(ours: CodedLine, theirs: CodedLine) -> Iterator[Difference]:
    """One for each modifier, or for each pair of them that stand for one another."""
    extra = [code for code in ours.modifiers if code not in theirs.modifiers]
    missed = [code for code in theirs.modifiers if code not in ours.modifiers]
    for one, other in zip_longest(extra, missed, fillvalue=""):
        yield Difference(Kind.MODIFIER, Part.MODIFIER, one, other, ours.procedure_code)


def _pointer_difference(
    line: CodedLine, mine: tuple[str, ...], wanted: tuple[str, ...]
) -> Iterator[Difference]:
    """The main reason counts, and which there are; the order of the others says nothing."""
    if mine[:1] != wanted[:1] or set(mine) != set(wanted):
        yield Difference(
            Kind.POINTER, Part.POINTER, " ".join(mine), " ".join(wanted), line.procedure_code
        )


# -- levels of visits ---------------------------------------------------------------------------


def _same_ladder(one: str, other: str) -> bool:
    """Two visits of one kind, so that they differ in level, or in new against established."""
    mine, theirs = _RUNGS.get(one), _RUNGS.get(other)
    return mine is not None and theirs is not None and mine[0] == theirs[0]


def _level(code: str) -> tuple[int, bool]:
    """The level first; at the same level a new patient's visit is the higher one."""
    _, level, is_new = _RUNGS[code]
    return level, is_new


def _up_or_down(ours: object, theirs: object) -> str:
    return Direction.OVER if ours > theirs else Direction.UNDER  # type: ignore[operator]
