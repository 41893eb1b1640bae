"""Silence becomes work: the sweep over answers that did not come in time (reliability 1.2)."""

from datetime import datetime, timedelta

from django.db import transaction

from claims import states
from claims.choices import ClockKind, VersionState
from claims.clocks import WAITS, Clocks, wait_of
from claims.models import ClaimVersion, SubmissionAttempt
from claims.selectors import last_told
from claims.services.move_versions import Move, move_versions
from claims.status_answers import meaning_of
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import open_work_item
from core.tenancy import practice_scope

AT_ONCE = 100
NO_ACKNOWLEDGEMENT, NO_ANSWER = "claim.no_acknowledgement", "claim.no_answer"


def report_silence() -> int:
    """Report up to 100 answers that are overdue; returns how many."""
    with transaction.atomic():
        overdue = list(
            SubmissionAttempt.everywhere.filter(clock_due_at__lte=clock.now())
            .select_related("version__claim", "version__payer", "batch__partner", "practice")
            .defer("version__snapshot")
            .order_by("clock_due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        for attempt in overdue:
            with practice_scope(attempt.practice), acting_as(Actor(source="clocks")):
                _report(attempt)
    return len(overdue)


def _report(attempt: SubmissionAttempt) -> None:
    """Make the work, and set the next clock: an attempt is never without one while it waits."""
    version, kind = attempt.version, attempt.clock_kind
    is_waiting = version.current_attempt_id == attempt.pk and version.state in states.WITH_PAYER
    if not is_waiting:
        _set_clock(attempt, ClockKind.NONE)
        return
    is_last = kind == ClockKind.REMITTANCE
    if is_last and (until := _said_lately(version)):
        _wait_until(attempt, kind, until)
        return
    awaited = ClockKind(kind).label
    sentence = f"noticed that the answer is late: {awaited}"
    to = VersionState.NO_RESPONSE if is_last and version.state != VersionState.NO_RESPONSE else ""
    move_versions([Move(version.pk, to, "claim.doubted", sentence)])
    wait = WAITS[wait_of(kind, on_paper=attempt.batch.is_paper)]
    open_work_item(
        subject=version.claim,
        kind=NO_ANSWER if is_last or kind == ClockKind.BY_MAIL else NO_ACKNOWLEDGEMENT,
        title=f"Late: {awaited}",
        reason=f"{_how_it_went(attempt)}. {wait.to_do}",
        role=Role.BILLER,
        due_on=clock.today(attempt.practice),
        amount=version.charge_amount,
    )
    _set_clock(attempt, ClockKind.NONE if is_last else ClockKind.REMITTANCE)


def _said_lately(version: ClaimVersion) -> datetime | None:
    """Until when the payer need not be asked again: it said that it works on it. No silence."""
    told = last_told(version)
    if told is None or not meaning_of(told.category_code).is_pending:
        return None
    return told.ask_again_at if told.ask_again_at > clock.now() else None


def _how_it_went(attempt: SubmissionAttempt) -> str:
    """When it went to whom, and under which number they know it."""
    batch = attempt.batch
    at = clock.local(attempt.sent_at or attempt.created_at, attempt.practice)
    if batch.is_paper:
        return f"Mailed to {attempt.version.payer.name} on {at:%m/%d/%Y}"
    number = batch.interchange_control_number
    return f"Sent to {batch.partner.name} on {at:%m/%d/%Y}, interchange {number}"


def _set_clock(attempt: SubmissionAttempt, kind: str) -> None:
    """After a silent acknowledgement the remittance is still awaited, counted from the sending."""
    due = None
    if kind:
        started = attempt.sent_at or attempt.created_at
        on_paper = attempt.batch.is_paper
        due = Clocks(attempt.practice).due(
            kind, started, on_paper=on_paper, payer_id=attempt.version.payer_id
        )
        due = max(due, clock.now() + timedelta(days=1))
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(
        clock_kind=kind, clock_due_at=due, silence_reported_at=clock.now()
    )


def _wait_until(attempt: SubmissionAttempt, kind: str, due: datetime) -> None:
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(clock_kind=kind, clock_due_at=due)
