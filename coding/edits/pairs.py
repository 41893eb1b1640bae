"""Rules on two lines: NCCI pairs, add-ons, duplicates (domain A.6, A.7)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from coding.edits.catalogue import finding
from coding.edits.context import DISTINCT, SIDES, SITES, Context, named, on_line
from coding.edits.families import is_evaluation, is_laboratory
from coding.edits.reference import PtpEdit
from coding.edits.snapshot import LineFacts
from core.findings import Finding, Severity

BYPASS = SITES | DISTINCT | {"24", "25", "27", "57", "58", "78", "79", "91"}
_SAYS_WHY = SITES | DISTINCT | {"76", "77", "91", "50", "JW", "26", "TC", "80", "81", "82", "AS"}


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two lines that meet on a day: of this encounter (with its row) or of another."""

    code: str
    modifiers: tuple[str, ...]
    day: date
    line: LineFacts | None
    encounter: str = ""

    @property
    def name(self) -> str:
        """How a message calls it."""
        return self.code if self.line else f"{self.code} (encounter {self.encounter})"


def check_pairs(context: Context) -> Iterator[Finding]:
    """Every rule on lines that meet on one day."""
    yield from _procedure_pairs(context)
    yield from _add_ons(context)
    yield from _duplicates(context)


# -- NCCI ------------------------------------------------------------------------------------


def _procedure_pairs(context: Context) -> Iterator[Finding]:
    if not context.reference.ptp:
        return
    sides = _sides(context)
    for later in range(len(sides)):
        for earlier in range(later):
            one, other = sides[earlier], sides[later]
            if one.day != other.day or (one.line is None and other.line is None):
                continue
            edit = _edit(context, one, other)
            if edit is not None:
                first, second = (one, other) if edit.column1 == one.code else (other, one)
                yield from _judged(context, edit, first, second)


def _sides(context: Context) -> list[_Side]:
    here = [
        _Side(line.procedure_code, line.modifiers, line.service_date_from, line)
        for line in context.facts.lines
    ]
    return here + [
        _Side(line.procedure_code, line.modifiers, line.service_date, None, line.encounter_number)
        for line in context.same_day
    ]


def _edit(context: Context, one: _Side, other: _Side) -> PtpEdit | None:
    """The edit of two codes on the day, whichever of them is column 1."""
    table = context.reference.ptp
    rows = (*table.get((one.code, other.code), ()), *table.get((other.code, one.code), ()))
    return next((row for row in rows if row.is_active_on(one.day)), None)


def _judged(context: Context, edit: PtpEdit, first: _Side, second: _Side) -> Iterator[Finding]:
    """`second` is the side of column 2, which is not paid."""
    source = context.reference.source("ptp")
    at = second.line or first.line
    assert at is not None  # noqa: S101 - one of the two is of this encounter
    field = on_line(at)
    if edit.indicator == "0":
        message = f"{second.name} is never paid with {first.name}, whatever the modifier."
        yield finding("NCCI-0", message, field, "remove_line" if second.line else "", source)
        return
    visit = next((one for one in (first, second) if one.line and is_evaluation(one.code)), None)
    bypass = (set(first.modifiers) | set(second.modifiers)) & BYPASS
    if visit is not None:
        yield from _with_visit(visit, first, second, source)
    elif not bypass:
        message = f"{second.name} is paid with {first.name} only with a modifier that says why."
        one, other = ("XS", "59") if context.is_medicare else ("59", "XS")
        fix = f"add_modifier:{one}|add_modifier:{other}|remove_line"
        yield finding("NCCI-1", message, field, fix, source)
    elif bypass <= SIDES and set(first.modifiers) & SIDES == set(second.modifiers) & SIDES:
        message = f"{second.name} with {first.name}: the same side on both parts nothing."
        yield finding("NCCI-2", message, field, "", source)
    elif bypass & DISTINCT:
        message = f"{second.name} with {first.name}: the note must support the modifier."
        yield finding("NCCI-2", message, field, "", source)


def _with_visit(visit: _Side, first: _Side, second: _Side, source: str) -> Iterator[Finding]:
    """For a visit the modifier stands on the visit: 25, 24 or 57 (domain A.6, W-35)."""
    assert visit.line is not None  # noqa: S101
    if {"24", "25", "57"} & set(visit.modifiers):
        return
    other = second if visit is first else first
    message = f"{visit.code} beside {other.name} needs 25 on the visit, where it was separate."
    yield finding("NCCI-3", message, on_line(visit.line), "add_modifier:25", source)


# -- add-ons ---------------------------------------------------------------------------------


def _add_ons(context: Context) -> Iterator[Finding]:
    for line in context.facts.lines:
        row = context.reference.add_ons.get(line.procedure_code)
        if row is None:
            continue
        day = line.service_date_from
        there = {other.procedure_code for other in context.facts.lines
                 if other.service_date_from == day and other.key != line.key}  # fmt: skip
        there |= {other.procedure_code for other in context.same_day if other.service_date == day}
        if there & row.primaries or (row.kind != "1" and there - {line.procedure_code}):
            continue
        some = ", ".join(sorted(row.primaries)[:4])
        message = f"{named(line)}: an add-on without its primary" + (f": {some}." if some else ".")
        yield finding(
            "AOC-01",
            message,
            on_line(line),
            "remove_line",
            context.reference.source("add_on"),
            severity=None if row.kind == "1" else Severity.WARNING,
        )


# -- duplicates ------------------------------------------------------------------------------


def _duplicates(context: Context) -> Iterator[Finding]:
    seen: dict[tuple[str, date], list[LineFacts]] = defaultdict(list)
    for line in context.facts.lines:
        key = line.procedure_code, line.service_date_from
        for other in seen[key]:
            if _is_same_service(line.modifiers, other.modifiers):
                again = "91" if is_laboratory(line.procedure_code) else "76"
                message = f"{named(line)}: line {other.position} is the same service."
                fix = "remove_line" if is_evaluation(line.procedure_code) else (
                    f"remove_line|add_modifier:{again}")  # fmt: skip
                yield finding("DUPL-01", message, on_line(line), fix)
                break
        seen[key].append(line)
        twin = next((other for other in context.same_day
                     if other.procedure_code == line.procedure_code
                     and other.service_date == line.service_date_from
                     and _is_same_service(line.modifiers, other.modifiers)), None)  # fmt: skip
        if twin is not None:
            message = f"{named(line)}: on encounter {twin.encounter_number} of the day already."
            yield finding("DUPL-02", message, on_line(line), "remove_line")


def _is_same_service(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether nothing on either line says why it is there twice."""
    why_one, why_other = set(one) & _SAYS_WHY, set(other) & _SAYS_WHY
    return why_one == why_other and not (why_one | why_other) - SITES
