"""Global periods: what a surgery's price has in it (domain A.8). Looks at all earlier lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.edits.families import is_evaluation, is_surgery
from coding.edits.patterns import dotted
from coding.edits.snapshot import LineFacts
from core.findings import Finding

_DAYS = {"000": 0, "010": 10, "090": 90}
_STAGED = frozenset({"58", "78", "79"})
_PRIOR_NEEDED = frozenset({"24", "58", "78", "79"})
_OWN_MODIFIERS = frozenset({"54", "55", "56", "80", "81", "82", "AS"})


def window(day: date, days: int) -> tuple[date, date]:
    """First and last day of a global period; a 90-day one begins the day before."""
    return (day - timedelta(days=1) if days == 90 else day), day + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class _Surgery:
    """A procedure with a global period, of this encounter or of an earlier one."""

    code: str
    day: date
    days: int
    is_here: bool


def check_globals(context: Context) -> Iterator[Finding]:
    """Visits and procedures inside a global period, and modifiers that claim one."""
    if not context.reference.procedures:
        return
    here, before = _surgeries_here(context), _surgeries_before(context)
    for line in context.facts.lines:
        if is_evaluation(line.procedure_code):
            yield from _visit(line, here, before)
            yield from _unrelated(context, line)
        elif _days(context, line.procedure_code) is not None:  # a blood draw has no global days
            yield from _procedure(line, before)
        yield from _claims_a_period(context, line, before)


def _surgeries_here(context: Context) -> list[_Surgery]:
    return [
        _Surgery(line.procedure_code, line.service_date_from, days, True)
        for line in context.facts.lines
        if (days := _days(context, line.procedure_code)) is not None
    ]


def _surgeries_before(context: Context) -> list[_Surgery]:
    """Of the same specialty in this practice, whoever entered them; an assistant starts none."""
    return [
        _Surgery(line.procedure_code, line.service_date, days, False)
        for line in context.facts.earlier
        if line.specialty_code == context.facts.specialty_code
        and not _OWN_MODIFIERS - {"54"} & set(line.modifiers)
        and "78" not in line.modifiers
        and (days := _days(context, line.procedure_code)) is not None
    ]


def _days(context: Context, code: str) -> int | None:
    return _DAYS.get(context.procedure(code).global_days) if is_surgery(code) else None


def _visit(line: LineFacts, here: list[_Surgery], before: list[_Surgery]) -> Iterator[Finding]:
    field, day, said = on_line(line), line.service_date_from, set(line.modifiers)
    for surgery in (*here, *before):
        first, last = window(surgery.day, surgery.days)
        if not first <= day <= last:
            continue
        if day > surgery.day:
            if not said & {"24"}:
                message = (
                    f"{named(line)}: within the {surgery.days} days after {surgery.code} of "
                    f"{surgery.day:%m/%d/%Y}, so in its price. 24 if it is unrelated; else 99024."
                )
                yield finding("GLOB-01", message, field, "add_modifier:24")
                return
        elif surgery.days == 90:
            if not said & {"57", "25", "24"}:
                message = (
                    f"{named(line)}: the day of {surgery.code} or before. 57 if it decided it."
                )
                yield finding("GLOB-03", message, field, "add_modifier:57")
                return
        elif not said & {"25", "57", "24"}:
            message = f"{named(line)}: beside {surgery.code}, a minor procedure. 25 if separate."
            yield finding("GLOB-02", message, field, "add_modifier:25")
            return


def _unrelated(context: Context, line: LineFacts) -> Iterator[Finding]:
    """A visit that says 24 has another reason than the surgery had."""
    if "24" not in line.modifiers:
        return
    pointed = [diagnosis.code for diagnosis in context.pointed(line)]
    for surgery in context.facts.earlier:
        days = _days(context, surgery.procedure_code)
        is_open = days and surgery.service_date < line.service_date_from <= (
            window(surgery.service_date, days)[1]
        )  # fmt: skip
        shared = [code for code in pointed if code in surgery.diagnoses]
        if is_open and shared and surgery.specialty_code == context.facts.specialty_code:
            message = (
                f"{named(line)}: 24 says unrelated, and {dotted(shared[0])} was a reason for "
                f"{surgery.procedure_code} of {surgery.service_date:%m/%d/%Y}."
            )
            yield finding("MOD-26", message, on_line(line), "remove_modifier:24")
            return


def _procedure(line: LineFacts, before: list[_Surgery]) -> Iterator[Finding]:
    day = line.service_date_from
    for surgery in before:
        last = window(surgery.day, surgery.days)[1]
        is_inside = surgery.days > 0 and surgery.day < day <= last
        if is_inside and not _STAGED & set(line.modifiers):
            message = (
                f"{named(line)}: within the {surgery.days} days after {surgery.code} of "
                f"{surgery.day:%m/%d/%Y}. 79 unrelated, 58 staged, 78 back to the operating room."
            )
            fix = "add_modifier:79|add_modifier:58|add_modifier:78"
            yield finding("GLOB-04", message, on_line(line), fix)
            return


def _claims_a_period(
    context: Context, line: LineFacts, before: list[_Surgery]
) -> Iterator[Finding]:
    day = line.service_date_from
    if _may_be_open(context, day):
        return
    is_open = any(
        surgery.days > 0 and surgery.day <= day <= window(surgery.day, surgery.days)[1]
        for surgery in before
    )
    for modifier in sorted(_PRIOR_NEEDED & set(line.modifiers)):
        if not is_open:
            message = f"{named(line)}: {modifier} follows a surgery, and no global period is open."
            yield finding("MOD-16", message, on_line(line), f"remove_modifier:{modifier}")


def _may_be_open(context: Context, day: date) -> bool:
    """Whether there was a surgery lately whose global days no loaded table says."""
    return any(
        is_surgery(line.procedure_code)
        and line.procedure_code not in context.reference.procedures
        and line.service_date <= day <= line.service_date + timedelta(days=90)
        for line in context.facts.earlier
    )
