"""Asking payers about the coverage of visits to come (domain J.1).

A visit's coverages are asked about when it is booked, three days before, and on its day; never
twice about the same day within 24 hours.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Max, Q

from claims.eligibility import ASKS_BEFORE_VISITS
from claims.models import EligibilityCheck
from claims.services.ask_eligibility import ask_eligibility
from claims.services.queue_inquiry import road_to
from claims.services.settle_inquiry import about
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice
from core.practice_settings import value
from core.services.work import open_work_item
from core.tenancy import practice_scope
from patients.appointment_facts import day_of
from patients.choices import AppointmentState
from patients.days import day_start
from patients.models import Appointment, Coverage, Payer

VISITS_DUE = "claims.visits_due"
NOT_ASKED = "eligibility.not_asked"
DAYS_BEFORE = 3
KEPT_FOR = timedelta(hours=24)
AT_ONCE = 50
_NEW_FOR = timedelta(
    days=2
)  # a booking that no worker saw for longer is asked about before its day
_Asked = dict[tuple[int, date], datetime]


@dataclass(frozen=True, slots=True)
class _Visit:
    appointment: Appointment
    day: date
    since: datetime  # an answer asked for before this moment is too old


def ask_before_visits() -> int:
    """Ask about some visits that are due, in every practice that wants it; returns how many."""
    done = 0
    for practice in Practice.objects.filter(is_active=True):
        if done < AT_ONCE and value(practice, ASKS_BEFORE_VISITS):
            with practice_scope(practice), acting_as(Actor(source="visits")):
                done += _of(practice, AT_ONCE - done)
    return done


def _of(practice: Practice, most: int) -> int:
    visits = list(_due(practice))
    coverages = _coverages(visits)
    asked = _last_asked(coverages)
    roads: dict[int, bool] = {}
    done = 0
    for visit in visits:
        for coverage in coverages[visit.appointment.patient_id]:
            if done == most:
                return done
            if not coverage.covers(visit.day) or not _wants(coverage, visit, asked):
                continue
            if _has_road(coverage.plan.payer, roads) and _ask(coverage, visit.day):
                asked[coverage.pk, visit.day] = clock.now()
                done += 1
    return done


def _due(practice: Practice) -> Iterator[_Visit]:
    """Booked visits of which one of the three moments has come, the next visit first."""
    today = clock.today(practice)
    soon = day_start(today + timedelta(days=DAYS_BEFORE + 1), practice)
    rows = Appointment.objects.filter(
        Q(starts_at__lt=soon) | Q(booked_at__gt=clock.now() - _NEW_FOR),
        state=AppointmentState.BOOKED,
        starts_at__gte=day_start(today, practice),
    ).select_related("practice", "patient")
    for appointment in rows.order_by("starts_at", "pk"):
        day = day_of(appointment)
        moments = (
            day_start(day, practice),
            day_start(day - timedelta(days=DAYS_BEFORE), practice),
        )
        passed = [one for one in moments if one <= clock.now()]
        yield _Visit(appointment, day, max([appointment.booked_at, *passed]))


def _coverages(visits: list[_Visit]) -> dict[int, list[Coverage]]:
    found: dict[int, list[Coverage]] = defaultdict(list)
    patients = {one.appointment.patient_id for one in visits}
    # What pays only for a case is not asked about before other visits (patients.selectors).
    rows = Coverage.objects.filter(patient__in=patients, case=None)
    for coverage in rows.select_related("plan__payer", "patient").order_by("rank", "pk"):
        found[coverage.patient_id].append(coverage)
    return found


def _last_asked(coverages: dict[int, list[Coverage]]) -> _Asked:
    rows = (
        EligibilityCheck.objects.filter(
            coverage__in=[one.pk for many in coverages.values() for one in many]
        )
        .values_list("coverage_id", "service_on")
        .annotate(last=Max("asked_at"))
    )
    return {(coverage, day): last for coverage, day, last in rows}


def _wants(coverage: Coverage, visit: _Visit, asked: _Asked) -> bool:
    last = asked.get((coverage.pk, visit.day))
    if last is None:
        return True
    return last < visit.since and last < clock.now() - KEPT_FOR


def _has_road(payer: Payer, roads: dict[int, bool]) -> bool:
    """Whether somebody takes questions for the payer; the pages say so where nobody does."""
    if payer.pk not in roads:
        try:
            road_to(payer)
        except ApplicationError:
            roads[payer.pk] = False
        else:
            roads[payer.pk] = True
    return roads[payer.pk]


def _ask(coverage: Coverage, day: date) -> bool:
    """Whether a question for that very day was queued; one that is open already waits its turn."""
    try:
        check = ask_eligibility(coverage=coverage, service_on=day)
    except ApplicationError as error:
        open_work_item(
            subject=coverage.patient,
            kind=about(coverage, NOT_ASKED),
            title=f"Not asked: the coverage by {coverage.plan.payer.name} before a visit",
            reason=error.message,
            role=Role.FRONT_DESK,
            due_on=day,
            renews=True,
        )
        return False
    return check.service_on == day
