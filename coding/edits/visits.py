"""Levels of visits against the worksheet that stands behind them (domain A.11)."""

from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.em import Entered, family_of, family_on, judge
from coding.em.tables import UNLEVELLED
from core.findings import Finding


def check_visits(context: Context) -> Iterator[Finding]:
    """Visits whose code says more or less than the worksheet supports.

    What is above may be put right with one key. What is below is only said: no key raises a level.
    """
    sheet = context.facts.worksheet
    on = context.facts.service_date_from
    family = family_on(sheet.family, on) if sheet else None
    if sheet is None or family is None:
        return
    judged = judge(Entered(sheet.ticks, sheet.minutes), family)
    for line in context.facts.lines:
        code = line.procedure_code
        own = family_of(code, on)
        if code == judged.code or not judged.code or (own is None and code not in UNLEVELLED):
            continue
        if own is not None and own.name != family.name:
            message = f"{named(line)}: the worksheet is for another kind of visit, {judged.code}."
            yield finding("EM-01", message, on_line(line))
        elif own is not None and own.ranked.index(code) > own.ranked.index(judged.code):
            message = f"{named(line)}: above the level of its worksheet, {judged.code}."
            yield finding("EM-01", message, on_line(line), f"replace_code:{judged.code}")
        else:
            message = f"{named(line)}: below the level of its worksheet, {judged.code}."
            yield finding("EM-01", message, on_line(line))
