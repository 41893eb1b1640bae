"""The worksheet of a visit's level: saved as evidence, applied to a line, never raising one itself.

A level is changed by its own act, which names the old and the new code (DESIGN 2, domain A.11).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from coding.choices import EmFamily, LineState
from coding.em import Entered, Judged, family_on, judge
from coding.em.levels import ELEMENTS, LEVELS, Ticks
from coding.em.tables import is_levelled
from coding.grammar import TypedLine
from coding.models import ChargeLine, CodingCase, EmWorksheet
from coding.services.lines import add_line, replace_code
from coding.services.touch_case import lock_for_change
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict

MOST_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a coder entered: the kind of visit, the three ticks or none, minutes, a remark."""

    family: str
    ticks: Ticks | None = None
    minutes: int | None = None
    note: str = ""


def judge_worksheet(case: CodingCase, entered: Worksheet) -> Judged:
    """What a worksheet supports on the day of the visit; nothing is kept.

    Raises ApplicationError at the field that is missing or makes no sense.
    """
    on = case.encounter.service_date_from
    family = family_on(entered.family, on)
    if family is None:
        known = entered.family in EmFamily.values
        raise ApplicationError(
            f"There is no table of levels for that kind of visit on {on:%m/%d/%Y}."
            if known
            else "Choose the kind of visit.",
            field="family",
        )
    if entered.ticks is None and not (entered.minutes and family.minutes):
        instead = ", or write the total minutes" if family.minutes else ""
        raise ApplicationError(f"Tick problems, data and risk{instead}.", field="problems")
    return judge(Entered(entered.ticks, entered.minutes), family)


@transaction.atomic
def save_worksheet(*, case: CodingCase, entered: Worksheet) -> EmWorksheet:
    """Keep the worksheet; saved again unchanged it stays as it was.

    Raises ApplicationError at the field that is missing, Conflict when the codes are closed.
    """
    judged = judge_worksheet(case, entered)
    lock_for_change(case)
    row = EmWorksheet.everywhere.filter(case=case).first()
    before = _facts(row) if row else None
    row = row or EmWorksheet(practice_id=case.practice_id, case=case)
    was_code = row.code
    row.family, row.minutes, row.note = entered.family, entered.minutes, entered.note.strip()
    row.problems, row.data, row.risk = entered.ticks or (None, None, None)
    row.code = judged.code
    after = _facts(row)
    if after == before:
        return row
    if row.code != was_code:
        row.kept_code = ""
    row.saved_by, row.saved_at = current_actor().user, clock.now()
    row.save()
    timeline.record(
        case,
        kind="worksheet.saved",
        sentence=f"saved the E/M worksheet: {_said(row, judged)}",
        details={"found": _found(row), "note": row.note},
        before=before,
        after=after,
    )
    return row


@transaction.atomic
def apply_worksheet(*, case: CodingCase, entered: Worksheet) -> ChargeLine | None:
    """Keep the worksheet and add its line where the visit has no level yet.

    Returns the visit's line, new or as it stands; None where the worksheet supports no code.
    A line of another level stays as it is. Raises ApplicationError as `save_worksheet` does, and
    where the code is not in the charge master: then nothing is kept.
    """
    row = save_worksheet(case=case, entered=entered)
    line = levelled_line(case, row.code)
    if line is None and row.code:
        line = add_line(case=case, typed=TypedLine(row.code))
    return line


@transaction.atomic
def change_to_worksheet(*, case: CodingCase, old: str, new: str) -> ChargeLine:
    """Change the visit's line from `old` to `new`, which the worksheet supports: an explicit act.

    Done already, it does nothing. Raises Conflict when line or worksheet are not those any more.
    """
    row = EmWorksheet.everywhere.filter(case=case).first()
    line = levelled_line(case, new)
    if row is None or row.code != new or line is None or line.procedure_code not in {old, new}:
        raise Conflict("Line or worksheet have changed meanwhile: look again.")
    if line.procedure_code == new:
        return line  # pressed twice
    return replace_code(case=case, line=line, code=new)


@transaction.atomic
def keep_level(*, case: CodingCase, code: str) -> None:
    """Leave the visit's line at another level than the worksheet supports, and say so once.

    Raises Conflict when line or worksheet are not those any more.
    """
    row = EmWorksheet.everywhere.filter(case=case).first()
    line = levelled_line(case, row.code) if row else None
    if row is None or line is None or line.procedure_code != code:
        raise Conflict("Line or worksheet have changed meanwhile: look again.")
    if code in {row.kept_code, row.code}:
        return
    lock_for_change(case)
    row.kept_code = code
    row.save(update_fields=["kept_code"])
    timeline.record(
        case,
        kind="worksheet.kept",
        sentence=f"kept {code} though the E/M worksheet supports {row.code}",
        before={"kept_code": ""},
        after={"kept_code": code, "code": row.code},
    )


def levelled_line(case: CodingCase, code: str = "") -> ChargeLine | None:
    """The line that carries the visit's level: the one of `code`, else the first that has one."""
    rows = ChargeLine.everywhere.filter(case=case).exclude(state=LineState.VOID)
    return levelled_among(rows.order_by("position"), code)


def levelled_among(lines: Iterable[ChargeLine], code: str = "") -> ChargeLine | None:
    """Of a case's lines the one of `code`, else the first that has a level."""
    found = [one for one in lines if is_levelled(one.procedure_code, one.service_date_from)]
    return next((one for one in found if one.procedure_code == code), found[0] if found else None)


def _facts(row: EmWorksheet) -> dict[str, object]:
    names = ("family", *ELEMENTS, "minutes", "note", "code")
    return {name: getattr(row, name) for name in names}


def _found(row: EmWorksheet) -> str:
    """Kind of visit and ticks in words, for the timeline."""
    ticks = zip(ELEMENTS, row.ticks or (), strict=False)
    words = [f"{name} {LEVELS[tick - 1]}" for name, tick in ticks]
    return ", ".join([EmFamily(row.family).label, *words])


def _said(row: EmWorksheet, judged: Judged) -> str:
    ticks = f"{judged.level_name} by decision making" if judged.level else ""
    minutes = f"{row.minutes} minutes" if row.minutes else ""
    return f"{', '.join(filter(None, [ticks, minutes]))}; supports {row.code or 'no code'}"
