"""Logging a call about a claim or a patient: what was said, and when somebody looks again."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from claims.choices import VersionState
from claims.models import Claim, ClaimVersion
from claims.services.ask_status import CANNOT_ASK
from claims.services.assign_claim import LOOK
from claims.services.end_silence import end_silence
from claims.services.move_versions import Move, move_versions
from claims.services.watch_clocks import NO_ACKNOWLEDGEMENT, NO_ANSWER
from core import clock
from core.choices import ContactMethod
from core.errors import ApplicationError
from core.models import ContactLog
from core.services.work import (
    FOLLOW_UP,
    finish_work_item,
    log_contact,
    move_work_item,
    open_items,
)
from desk.call_outcomes import Outcome

# Items that say "ask": a call has done them. What else is open is only looked at later.
_DONE_BY_ASKING = frozenset({FOLLOW_UP, LOOK, NO_ANSWER, NO_ACKNOWLEDGEMENT, CANNOT_ASK})


def log_call(
    subject: Any,
    *,
    outcome: Outcome,
    with_whom: str,
    reference: str = "",
    note: str = "",
    next_on: date | None = None,
) -> ContactLog:
    """Keep the call, close or move the work of `subject`, and set its next day.

    `next_on` overrides the outcome's own day. Raises ApplicationError without a name, or for a day
    that is over.
    """
    today = clock.today(subject.practice)
    if not with_whom.strip():
        raise ApplicationError("Say who spoke.", field="with_whom")
    if next_on is not None and next_on < today:
        raise ApplicationError("Choose today or a day to come.", field="next_on")
    day = next_on or outcome.next_on(today)
    words = f"{outcome.label}. {note.strip()}".strip() if note.strip() else outcome.label
    with transaction.atomic():
        for item in open_items(subject).select_related("practice"):
            if item.kind in _DONE_BY_ASKING:
                finish_work_item(item, outcome=f"Called: {words}")
            elif day is not None:
                move_work_item(item, due_on=day, reason=f"called: {outcome.label.lower()}")
        contact = log_contact(
            subject, method=ContactMethod.CALL, with_whom=with_whom, reference=reference,
            outcome=words[:300], next_on=day, to_do=outcome.to_do or "Follow up",
        )  # fmt: skip
        if outcome.pends and isinstance(subject, Claim):
            _out_of_silence(subject, outcome, day)
    return contact


def _out_of_silence(claim: Claim, outcome: Outcome, day: date | None) -> None:
    """The payer has spoken: a claim without an answer is one that it has put aside.

    Its decision is awaited anew, and not missed before the `day` that was agreed on the telephone.
    """
    rows = ClaimVersion.objects.select_related("claim", "current_attempt").defer("snapshot")
    version = rows.get(pk=claim.version.pk)
    if version.state == VersionState.NO_RESPONSE:
        words = f"heard by telephone: {outcome.label.lower()}"
        move_versions([Move(version.pk, VersionState.PENDED, "claim.pended", words)])
        attempt = version.current_attempt
        if attempt is None:  # forwarded by another payer, and never sent by us
            return
        attempt.version = version
        zone = ZoneInfo(claim.practice.time_zone)
        agreed = datetime.combine(day + timedelta(days=1), time(), zone) if day else None
        end_silence(attempt, outcome=f"Called: {outcome.label}", not_before=agreed)
