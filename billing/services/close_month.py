"""Closing a month: its first to last day stay locked, with what was looked at (domain F.5)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from billing.ledger.period import stop_postings
from billing.models import ClosedMonth
from billing.selectors.day_close import newest_closed
from billing.selectors.month_close import Item, month_items, next_month
from billing.services.close_day import LEAST_REASON, Unexplained
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.models import Practice


def close_month(*, practice: Practice, ended_on: date, reasons: Mapping[str, str]) -> ClosedMonth:
    """Close the month that ended on `ended_on`. A month that is closed is answered with its close.

    `reasons` explains by its key each item that is not well and does not stop it. Raises
    ApplicationError for a month whose turn it is not, Conflict where something stops it,
    Unexplained.
    """
    with transaction.atomic():
        stop_postings(practice)
        known = ClosedMonth.everywhere.filter(practice=practice, ended_on=ended_on).first()
        if known is not None:
            return known
        if next_month(practice) != ended_on:
            raise ApplicationError("Months are closed one after the other, when they are over.")
        items = month_items(practice, ended_on)
        stopping = [
            f"{item.label}: {item.words}" for item in items if item.stops and not item.is_well
        ]
        if stopping:
            raise Conflict(". ".join(stopping) + ".")
        checks = _explained(items, reasons)
        newest = newest_closed(practice)
        actor = current_actor()
        closed = ClosedMonth.everywhere.create(
            practice=practice,
            ended_on=ended_on,
            checks=checks,
            last_hash=newest.hash if newest else "",
            closed_by=actor.user,
            closed_by_name=actor.name,
        )
        timeline.record(
            closed,
            kind="month.closed",
            sentence=f"closed {ended_on:%B %Y}",
            details={"hash": closed.last_hash},
        )
    return closed


def _explained(items: list[Item], reasons: Mapping[str, str]) -> list[dict[str, str]]:
    said = {key: " ".join(text.split())[:200] for key, text in reasons.items()}
    missing = [
        item.key
        for item in items
        if not item.is_well and len(said.get(item.key, "")) < LEAST_REASON
    ]
    if missing:
        raise Unexplained(missing)
    return [
        {"label": item.label, "words": item.words, "why": "" if item.is_well else said[item.key]}
        for item in items
    ]
