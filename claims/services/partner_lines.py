"""The line to each partner: a circuit, a throttle, and stops that only a person ends.

Reliability 1.4 (b) and (g): waits from a table with chance in them, one circuit per partner. What
may not go now stays a due row, so nothing is lost by waiting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from claims.choices import TransmissionState
from claims.models import PartnerLine, TradingPartner, Transmission
from claims.services.message_results import counted
from claims.services.queue_batch import OUTBOX
from claims.transport.base import Stopped
from claims.transport.ssh_keys import fingerprint_of
from core import audit, clock, timeline
from core.choices import Role
from core.errors import Conflict
from core.leases import wait_from
from core.services.work import close_work_item, open_work_item
from core.waking import wake

FAILURES_TO_OPEN = 5
REST_SECONDS: tuple[int, ...] = (
    60,
    120,
    300,
    900,
    1800,
    3600,
)  # how long an open circuit rests, by openings
TRIAL = timedelta(minutes=2)  # how long one trial may take before another one is allowed
TELL_AFTER_OPENINGS = 2  # one short outage is nobody's work
LINE_DOWN, LINE_STOPPED = "partner.down", "partner.stopped"


@dataclass(frozen=True, slots=True)
class Wait:
    """No call may be made now: until when, and why."""

    until: datetime
    words: str


def line_of(partner: TradingPartner) -> PartnerLine:
    """The partner's line, made at its first use."""
    line, _ = PartnerLine.everywhere.get_or_create(
        partner=partner, defaults={"practice_id": partner.practice_id}
    )
    return line


def closed_lines(partner: str) -> Q:
    """Rows whose partner, at the end of the path `partner`, rests or is stopped."""
    return Q(**{f"{partner}__line__open_until__gt": clock.now()}) | Q(
        **{f"{partner}__line__stop__gt": ""}
    )


def ask_leave(partner: TradingPartner) -> Wait | None:
    """Count one call to `partner`; a Wait where none may be made now.

    With the circuit open and its rest over, the caller gets the one trial.
    """
    with transaction.atomic():
        line = _locked(partner)
        instant = clock.now()
        wait = _wait(line, partner, instant)
        if wait is None:
            minute = _minute(instant)
            line.minute_count = line.minute_count + 1 if line.minute == minute else 1
            line.minute = minute
            if line.open_until is not None:
                line.open_until = instant + TRIAL
            line.save(update_fields=["minute", "minute_count", "open_until"])
    return wait


def note_success(partner: TradingPartner) -> None:
    """The other side answered: the circuit closes."""
    with transaction.atomic():
        line = _locked(partner)
        if not line.failures and line.open_until is None:
            return
        was_told, had_opened = line.openings >= TELL_AFTER_OPENINGS, line.openings > 0
        line.failures, line.openings, line.open_until = 0, 0, None
        line.save(update_fields=["failures", "openings", "open_until"])
        if had_opened:
            _incident(partner, "works", "saw that the line works again")
        if was_told:
            close_work_item(subject=partner, kind=LINE_DOWN, outcome="The line works again.")
        wake(OUTBOX)


def note_failure(partner: TradingPartner, reason: str) -> None:
    """Nobody answered, or what came was no answer: after several in a row the circuit opens."""
    with transaction.atomic():
        line = _locked(partner)
        instant = clock.now()
        line.failures += 1
        line.last_failed_at, line.last_failure = instant, reason[:300]
        if line.open_until is not None or line.failures >= FAILURES_TO_OPEN:
            line.openings += 1
            line.open_until = instant + wait_from(REST_SECONDS, line.openings)
        line.save(
            update_fields=["failures", "openings", "open_until", "last_failed_at", "last_failure"]
        )
        if line.openings == 1:
            words = f"let the line rest after {counted(line.failures, 'failure')}: {reason}"
            _incident(partner, "down", words)
        if line.openings == TELL_AFTER_OPENINGS:
            open_work_item(
                subject=partner,
                kind=LINE_DOWN,
                title=f"The line to {partner.name} is down",
                reason=f"{line.failures} calls in a row failed ({reason}). It is tried again by"
                " itself; ask them whether they are down.",
                role=Role.MANAGER,
                due_on=clock.today(partner.practice),
            )


def stop_line(partner: TradingPartner, stopped: Stopped) -> None:
    """Nothing goes over the line any more until a person has looked."""
    with transaction.atomic():
        line = _locked(partner)
        line.stop, line.stop_reason = stopped.stop, stopped.reason[:300]
        line.offered_host_key = stopped.host_key
        line.save(update_fields=["stop", "stop_reason", "offered_host_key"])
        _incident(partner, "stopped", f"stopped the line: {stopped.reason}")
        open_work_item(
            subject=partner,
            kind=LINE_STOPPED,
            title=f"The line to {partner.name} is stopped",
            reason=_sentence(stopped.reason),
            role=Role.MANAGER,
            due_on=clock.today(partner.practice),
            renews=True,
        )


def resume_line(partner: TradingPartner, *, outcome: str) -> None:
    """End a stop and the circuit: what waited goes at once."""
    with transaction.atomic():
        line = _locked(partner)
        if line.stop or line.openings:
            _incident(partner, "resumed", f"took the line up again: {outcome}")
        line.stop, line.stop_reason, line.offered_host_key = "", "", ""
        line.failures, line.openings, line.open_until = 0, 0, None
        line.due_at = clock.now()
        line.save(
            update_fields=[
                "stop", "stop_reason", "offered_host_key", "failures", "openings", "open_until",
                "due_at",
            ]
        )  # fmt: skip
        for kind in (LINE_STOPPED, LINE_DOWN):
            close_work_item(subject=partner, kind=kind, outcome=outcome)
        Transmission.everywhere.filter(
            batch__partner=partner, state=TransmissionState.QUEUED, lease_until=None
        ).update(due_at=clock.now())
        wake(OUTBOX)


def confirm_host_key(partner: TradingPartner, *, fingerprint: str) -> None:
    """A person compared the server's key with what the partner told: from now on it is the one.

    Raises Conflict when the server has shown another key since.
    """
    with transaction.atomic():
        line = _locked(partner)
        offered = line.offered_host_key
        if not offered or fingerprint_of(offered) != fingerprint:
            raise Conflict("The server shows another key by now. Try the connection again.")
        before = fingerprint_of(partner.host_key)
        TradingPartner.everywhere.filter(pk=partner.pk).update(host_key=offered)
        partner.host_key = offered
        audit.record(
            "partner.host_key_confirmed",
            subject=partner,
            before={"host_key": before},
            after={"host_key": fingerprint},
        )
        PartnerLine.everywhere.filter(pk=line.pk).update(tried_at=None, tried_words="")
        resume_line(partner, outcome="The host key was confirmed.")


def _incident(partner: TradingPartner, kind: str, sentence: str) -> None:
    """One line of the partner's incident log, which is its timeline."""
    timeline.record(partner, kind=f"partner.{kind}", sentence=sentence[:300])


def _wait(line: PartnerLine, partner: TradingPartner, instant: datetime) -> Wait | None:
    if line.stop:
        return Wait(instant + TRIAL, f"the line is stopped: {line.stop_reason}")
    if line.open_until is not None and line.open_until > instant:
        return Wait(line.open_until, "the line rests after several failures")
    most = partner.calls_per_minute
    if most and line.minute == _minute(instant) and line.minute_count >= most:
        next_minute = instant + timedelta(seconds=60 - instant.timestamp() % 60)
        return Wait(next_minute, f"no more than {counted(most, 'call')} a minute")
    return None


def _locked(partner: TradingPartner) -> PartnerLine:
    rows: models.QuerySet[Any] = PartnerLine.everywhere.select_for_update(of=("self",))
    return rows.get(pk=line_of(partner).pk)


def _minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
