"""Silence becomes work: the sweep over answers that did not come in time (reliability 1.2)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from claims import states
from claims.choices import ClockKind, VersionState
from claims.clocks import LOOK_AGAIN, MOST_PENDING, WAITS, Clocks, wait_of
from claims.models import ClaimVersion, SubmissionAttempt
from claims.selectors import last_told
from claims.services.end_silence import SILENCE_WORK
from claims.services.move_versions import Move, move_versions
from claims.status_answers import meaning_of
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import open_work_item
from core.tenancy import practice_scope

AT_ONCE = 100
NO_ACKNOWLEDGEMENT, NO_ANSWER = SILENCE_WORK
PENDS_TOO_LONG = "Not decided: the payer has worked on it for more than 45 days"
ASK_FOR_PAYMENT = (
    "Call the payer: ask what it still waits for, and name the day by which the law has it pay"
    " (prompt pay)."
)


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
        _stop_clock(attempt)
        return
    is_last = kind == ClockKind.REMITTANCE
    pends_until = _pends_until(version) if is_last else None
    believed_until = _accepted_at(attempt) + MOST_PENDING
    if pends_until and believed_until > clock.now():
        _wait_until(attempt, kind, min(pends_until, believed_until))
        return
    awaited = ClockKind(kind).label
    if version.state != VersionState.NO_RESPONSE:
        sentence = f"noticed that the answer is late: {awaited}"
        to = VersionState.NO_RESPONSE if is_last else ""
        move_versions([Move(version.pk, to, "claim.doubted", sentence)])
    wait = WAITS[wait_of(kind, on_paper=attempt.batch.is_paper)]
    open_work_item(
        subject=version.claim,
        kind=NO_ANSWER if is_last or kind == ClockKind.BY_MAIL else NO_ACKNOWLEDGEMENT,
        title=PENDS_TOO_LONG if pends_until else f"Late: {awaited}",
        reason=f"{_how_it_went(attempt)}. {ASK_FOR_PAYMENT if pends_until else wait.to_do}",
        role=Role.BILLER,
        due_on=clock.today(attempt.practice),
        amount=version.charge_amount,
    )
    _set_clock(attempt)


def _pends_until(version: ClaimVersion) -> datetime | None:
    """Until when the payer need not be asked again: it said that it works on it. No silence, yet
    however often it is said, it is believed for 45 days after the acceptance (domain D.4).
    """
    told = last_told(version)
    if told is None or not meaning_of(told.category_code).is_pending:
        return None
    return told.ask_again_at if told.ask_again_at > clock.now() else None


def _accepted_at(attempt: SubmissionAttempt) -> datetime:
    """When the payer took it in; where it told no day, when it was sent."""
    sent_at = attempt.sent_at or attempt.created_at
    day = attempt.version.timely_proof_on
    if day is None:
        return sent_at
    zone = ZoneInfo(attempt.practice.time_zone)
    return max(sent_at, datetime.combine(day, time(), zone))


def _how_it_went(attempt: SubmissionAttempt) -> str:
    """When it went to whom, and under which number they know it."""
    batch = attempt.batch
    at = clock.local(attempt.sent_at or attempt.created_at, attempt.practice)
    if batch.is_paper:
        return f"Mailed to {attempt.version.payer.name} on {at:%m/%d/%Y}"
    number = batch.interchange_control_number
    return f"Sent to {batch.partner.name} on {at:%m/%d/%Y}, interchange {number}"


def _set_clock(attempt: SubmissionAttempt) -> None:
    """After a silent acknowledgement the remittance is still awaited, counted from the sending;
    after a silent payer somebody looks again every two weeks.
    """
    kind, now = ClockKind.REMITTANCE, clock.now()
    if attempt.clock_kind == kind:
        due = now + LOOK_AGAIN
    else:
        due = Clocks(attempt.practice).due(
            kind,
            attempt.sent_at or attempt.created_at,
            on_paper=attempt.batch.is_paper,
            payer_id=attempt.version.payer_id,
        )
        due = max(due, now + timedelta(days=1))
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(
        clock_kind=kind, clock_due_at=due, silence_reported_at=now
    )


def _stop_clock(attempt: SubmissionAttempt) -> None:
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(
        clock_kind=ClockKind.NONE, clock_due_at=None
    )


def _wait_until(attempt: SubmissionAttempt, kind: str, due: datetime) -> None:
    SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(clock_kind=kind, clock_due_at=due)
