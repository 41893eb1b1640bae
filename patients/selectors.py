"""Reading patients, coverages and encounters."""

from datetime import date

from django.db.models import Q, QuerySet

from core import clock
from core.models import Document
from patients.choices import AppointmentState
from patients.days import day_start
from patients.models import Appointment, Coverage, Encounter, Patient


def coverages_on(patient: Patient, on: date) -> list[Coverage]:
    """The coverages in force on `on`, by rank. None at all means self-pay."""
    return list(
        Coverage.objects.filter(patient=patient, effective_from__lte=on)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on))
        .select_related("plan__payer")
        .order_by("rank")
    )


def possible_duplicates(
    *, first_name: str, last_name: str, birth_date: date
) -> "QuerySet[Patient]":
    """Patients who may be the same person: same birth date, and last name or first name alike."""
    return Patient.objects.filter(birth_date=birth_date).filter(
        Q(last_name__iexact=last_name) | Q(first_name__iexact=first_name)
    )


def coverage_history(patient: Patient) -> list[Coverage]:
    """Every coverage the patient has had, by rank, the newest first."""
    rows = Coverage.objects.filter(patient=patient).select_related("plan__payer")
    return list(rows.order_by("rank", "-effective_from"))


def patients_of_note(document: Document) -> list[int]:
    """Whose note a file is."""
    if document.subject_id is None:
        return []
    rows = Encounter.objects.filter(pk=document.subject_id)
    return list(rows.values_list("patient_id", flat=True))


def appointments_to_come(patient: Patient) -> list[Appointment]:
    """The visits that are booked from today on, the next first."""
    start = day_start(clock.today(patient.practice), patient.practice)
    rows = Appointment.objects.filter(patient=patient, starts_at__gte=start)
    return list(
        rows.filter(state=AppointmentState.BOOKED)
        .select_related("provider", "facility", "practice")
        .order_by("starts_at")[:5]
    )
