"""Booking a visit, and moving one to another time, provider or place."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from core import clock, timeline
from core.errors import ApplicationError, Conflict
from patients.choices import AppointmentState, EncounterSource, VisitKind
from patients.models import Appointment, Patient, Provider, ServiceFacility

MOST_AHEAD = timedelta(days=2 * 366)
LONGEST = 720
_MOVABLE = ("provider", "facility", "starts_at", "minutes", "visit_kind", "reason")


@transaction.atomic
def book_appointment(
    *,
    patient: Patient,
    provider: Provider,
    facility: ServiceFacility,
    starts_at: datetime,
    minutes: int = 15,
    visit_kind: str = VisitKind.OFFICE,
    reason: str = "",
    external_number: str | None = None,
    source: str = EncounterSource.SCREEN,
) -> Appointment:
    """Book one visit. Raises ApplicationError at the field: a time that is past or too far ahead, a
    patient who has died, a length beyond a day's; Conflict where the patient is booked with that
    provider at that time, or `external_number` is known.
    """
    appointment = Appointment(
        practice_id=patient.practice_id,
        patient=patient,
        provider=provider,
        facility=facility,
        starts_at=starts_at,
        minutes=minutes,
        visit_kind=visit_kind,
        reason=reason.strip(),
        external_number=external_number or None,
        source=source,
    )
    _check(appointment)
    if starts_at < clock.now() - timedelta(days=1):
        raise ApplicationError("This time is past.", field="starts_at")
    _save(appointment)
    timeline.record(
        patient,
        kind="appointment.booked",
        sentence=f"booked a visit with {provider} for {when(appointment)}",
    )
    return appointment


@transaction.atomic
def move_appointment(*, appointment: Appointment, values: Mapping[str, Any]) -> bool:
    """Change when, where, with whom or what for; returns whether anything changed.

    Raises ApplicationError at the field as booking does, and for a visit that is no longer booked.
    """
    locked = Appointment.everywhere.select_for_update(of=("self",)).get(pk=appointment.pk)
    if locked.state != AppointmentState.BOOKED:
        raise Conflict(f"This visit is {locked.get_state_display().lower()}: it cannot be moved.")
    changed = [
        name for name in _MOVABLE if name in values and values[name] != getattr(locked, name)
    ]
    if not changed:
        return False
    before = when(locked)
    for name in changed:
        setattr(locked, name, values[name])
    _check(locked)
    if "starts_at" in changed and locked.starts_at < clock.now() - timedelta(days=1):
        raise ApplicationError("This time is past.", field="starts_at")
    _save(locked)
    after = when(locked)
    moved = f"moved the visit of {before} to {after}" if before != after else "changed the visit"
    timeline.record(
        locked.patient,
        kind="appointment.moved",
        sentence=f"{moved}{'' if before != after else f' of {after}'}",
        details={"changed": changed},
    )
    return True


def when(appointment: Appointment) -> str:
    """The start as the practice reads it: 11/30/2026 9:15 AM."""
    local = clock.local(appointment.starts_at, appointment.practice)
    return f"{local:%m/%d/%Y} {local:%I:%M %p}".replace(" 0", " ")


def _check(appointment: Appointment) -> None:
    patient, day = appointment.patient, clock.local(appointment.starts_at, appointment.practice)
    if not 1 <= appointment.minutes <= LONGEST:
        raise ApplicationError("A visit lasts from 1 to 720 minutes.", field="minutes")
    if len(appointment.reason) > 200:
        raise ApplicationError("The reason has at most 200 characters.", field="reason")
    if appointment.starts_at > clock.now() + MOST_AHEAD:
        raise ApplicationError("This is more than two years ahead.", field="starts_at")
    if patient.deceased_on and day.date() > patient.deceased_on:
        raise ApplicationError("The patient has died.", field="starts_at")
    for field in ("patient", "provider", "facility"):
        if getattr(appointment, field).practice_id != appointment.practice_id:
            raise ApplicationError("There is no such row in this practice.", field=field)


def _save(appointment: Appointment) -> None:
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        if "nobody_is_booked_twice_at_once" in str(error):
            raise Conflict(
                "The patient is booked with this provider at this time already.",
                field="starts_at",
            ) from None
        if "one_appointment_per_external_number" in str(error):
            raise Conflict(
                "An appointment with this number was booked before.", field="external_number"
            ) from None
        raise
