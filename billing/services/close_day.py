"""Closing a day: its figures kept, its journals fingerprinted, its date locked (domain F.5)."""

import json
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from billing.ledger import day_chain
from billing.ledger.period import closed_through, stop_postings
from billing.models import ClosedDay
from billing.selectors.day_close import DayToClose, day_to_close, newest_closed, next_day
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.models import Practice
from core.money import format_money

LEAST_REASON = 5


class Unexplained(ApplicationError):
    """Differences that nobody has explained yet, by their keys."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__("Say in a few words why.", field=f"why_{keys[0]}")
        self.keys = keys


def close_day(*, practice: Practice, day: date, reasons: Mapping[str, str]) -> ClosedDay:
    """Close the books up to and including `day`: nothing is posted there any more, by anybody.

    `reasons` explains each difference by its key. A day that is closed already is answered with
    its close. Raises Conflict for a day to come, one whose forerunner is open, one with an open
    batch, books that do not tie, and while something is being posted; Unexplained.
    """
    with transaction.atomic():
        stop_postings(practice)
        known = ClosedDay.everywhere.filter(practice=practice, day=day).first()
        if known is not None:
            return known
        _check_day(practice, day)
        found = day_to_close(practice, day)
        _check(found)
        differences = _explained(found, reasons)
        closed = _write(practice, found, differences)
        day_chain.write_fingerprints(closed)
        tape = found.totals.tape
        timeline.record(
            closed,
            kind="day.closed",
            sentence=f"closed {day:%m/%d/%Y}: {found.journal_count:,} journals, receivables"
            f" ${format_money(tape.closing_amount)}",
            details={"hash": closed.hash},
        )
    return closed


def _check_day(practice: Practice, day: date) -> None:
    if day > clock.today(practice):
        raise ApplicationError("This day has not come yet.", field="day")
    closed = closed_through(practice)
    if closed is not None and day <= closed:
        raise ApplicationError(f"The books are closed through {closed:%m/%d/%Y}.", field="day")
    following = next_day(practice)
    if closed is not None and following is not None and following < day:
        raise ApplicationError(
            f"Days are closed one after the other: {following:%m/%d/%Y} comes first.", field="day"
        )


def _check(found: DayToClose) -> None:
    if found.open_batches:
        names = ", ".join(f"{one.number} of {one.owner_name}" for one in found.open_batches)
        raise Conflict(f"Close these batches first: {names}.")
    if found.wrong:
        raise Conflict("The books do not tie: " + " ".join(found.wrong))


def _explained(found: DayToClose, reasons: Mapping[str, str]) -> list[dict[str, str]]:
    said = {key: " ".join(text.split())[:200] for key, text in reasons.items()}
    missing = [one.key for one in found.differences if len(said.get(one.key, "")) < LEAST_REASON]
    if missing:
        raise Unexplained(missing)
    return [
        {"key": one.key, "words": one.words, "amount": str(one.amount), "why": said[one.key]}
        for one in found.differences
    ]


def _write(practice: Practice, found: DayToClose, differences: list[dict[str, str]]) -> ClosedDay:
    before = newest_closed(practice)
    previous = before.hash if before else ""
    journals, lines = day_chain.count_journals(practice, found.from_on, found.day)
    totals = found.totals.as_text()
    actor = current_actor()
    return ClosedDay.everywhere.create(
        practice=practice,
        from_on=found.from_on,
        day=found.day,
        journal_count=journals,
        line_count=lines,
        totals=totals,
        differences=differences,
        previous_hash=previous,
        hash=day_chain.seal(
            practice, previous=previous, from_on=found.from_on, day=found.day, journals=journals,
            lines=lines, totals=json.dumps(totals), differences=json.dumps(differences),
        ),
        closed_by=actor.user,
        closed_by_name=actor.name,
    )  # fmt: skip
