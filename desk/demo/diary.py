"""The diary of a demo practice: visits to come, one cancelled, one that nobody came to."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from core import clock
from core.calendar import is_business_day
from desk.demo.set_up import Stage
from patients.choices import AppointmentState as S
from patients.choices import VisitKind
from patients.models import Appointment, Patient
from patients.services.book_appointment import book_appointment
from patients.services.check_in import check_in
from patients.services.close_appointment import close_appointment

_REASONS = (
    ("Blood pressure check", VisitKind.OFFICE),
    ("Diabetes, three months", VisitKind.OFFICE),
    ("Knee pain", VisitKind.OFFICE),
    ("Annual wellness visit", VisitKind.PREVENTIVE),
    ("Cough and fever", VisitKind.OFFICE),
    ("Flu shot", VisitKind.OTHER),
    ("Video visit: results", VisitKind.TELEHEALTH),
    ("Joint injection", VisitKind.PROCEDURE),
)
_TODAY, _A_DAY, _DAYS = 8, 5, 3
_FIRST, _EVERY = 8 * 60, 35  # minutes after midnight, and between two visits


def fill_diary(stage: Stage, patients: list[Patient]) -> None:
    """Book today's visits and those of the next working days; `stage` must be in scope.

    What is booked for hours that have passed was checked in, but for one who did not come and one
    that nobody has said anything about.
    """
    draw = Random(f"diary of {stage.cast.key}")  # noqa: S311 - always the same
    callers = iter(draw.sample(patients, min(len(patients), _TODAY + _A_DAY * _DAYS)))
    today = clock.today(stage.practice)
    past = [
        visit
        for place in range(_TODAY)
        if (visit := _book(stage, callers, today, place)) and visit.starts_at < clock.now()
    ]
    fates = [S.NO_SHOW, S.BOOKED]
    for visit in past:
        fate = fates.pop(0) if fates else S.CHECKED_IN
        if fate == S.NO_SHOW:
            close_appointment(appointment=visit, state=S.NO_SHOW)
        elif fate == S.CHECKED_IN:
            check_in(appointment=visit, billing_provider=stage.billing_provider)
    booked = [
        _book(stage, callers, day, place) for day in _next_days(today) for place in range(_A_DAY)
    ]
    if booked and booked[-1]:
        close_appointment(appointment=booked[-1], state=S.CANCELLED, reason="On holiday")


def _book(stage: Stage, callers: Iterator[Patient], day: date, place: int) -> Appointment | None:
    patient = next(callers, None)
    if patient is None:
        return None
    minutes = _FIRST + place * _EVERY
    at = time(minutes // 60, minutes % 60)
    reason, kind = _REASONS[(place + day.day) % len(_REASONS)]
    return book_appointment(
        patient=patient,
        provider=stage.providers[place % len(stage.providers)],
        facility=stage.sites[place % len(stage.sites)],
        starts_at=datetime.combine(day, at, ZoneInfo(stage.practice.time_zone)),
        minutes=30,
        visit_kind=kind,
        reason=reason,
    )


def _next_days(today: date) -> list[date]:
    ahead = (today + timedelta(days=count) for count in range(1, 14))
    return [day for day in ahead if is_business_day(day)][:_DAYS]
