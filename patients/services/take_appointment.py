"""Appointments as the practice's scheduling system tells them: new, moved or cancelled."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.errors import Conflict
from patients.choices import AppointmentState as S
from patients.models import Appointment, Patient
from patients.services.book_appointment import book_appointment, move_appointment
from patients.services.close_appointment import close_appointment


@transaction.atomic
def take_appointment(*, source: str, values: Mapping[str, Any]) -> tuple[Appointment, bool]:
    """Book what is told, or bring the appointment of that `external_number` up to it.

    `values`: the arguments of book_appointment, and `state`. Returns the row and whether it is new.
    The same told twice changes nothing. Raises ApplicationError at the field; Conflict where the
    number is another patient's appointment, or the visit has been checked in and differs.
    """
    facts = dict(values)
    state = S(facts.pop("state", S.BOOKED))
    known = _known(facts.get("external_number"))
    if known is None:
        booked = book_appointment(source=source, **facts)
        if state != S.BOOKED:
            close_appointment(appointment=booked, state=state)
        return booked, True
    patient: Patient = facts.pop("patient")
    if known.patient_id != patient.pk:
        raise Conflict("This number is another patient's appointment.", field="external_number")
    _bring_up_to(known, facts, state)
    return known, False


def _known(external_number: str | None) -> Appointment | None:
    if not external_number:
        return None
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("practice", "patient")
    return rows.filter(external_number=external_number).first()


def _bring_up_to(known: Appointment, facts: dict[str, Any], state: S) -> None:
    if known.state == S.CHECKED_IN:
        return  # the patient was here: what a calendar says later changes no encounter
    if known.state != S.BOOKED and state == S.BOOKED:
        close_appointment(appointment=known, state=S.BOOKED)
    if known.state == S.BOOKED:
        facts.pop("external_number", None)
        move_appointment(appointment=known, values=facts)
    if state != known.state:
        close_appointment(appointment=known, state=state)
