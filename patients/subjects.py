"""What timelines and work items of this app are about, and where their pages are."""

from django.urls import reverse

from core import subjects
from patients.models import Appointment, Encounter, Patient


def register() -> None:
    """Labels name no patient: they may stand in a log."""
    subjects.register(
        Patient,
        lambda patient: f"Patient {patient.mrn}",
        lambda patient: reverse("desk:patient-chart", args=[patient.public_id]),
    )
    subjects.register(
        Encounter,
        lambda encounter: f"Encounter {encounter.number}",
        _chart_of,
        related=("patient",),
    )
    subjects.register(
        Appointment,
        lambda appointment: "Appointment",
        lambda appointment: reverse("patients:appointment", args=[appointment.public_id]),
        related=("patient",),
    )


def _chart_of(encounter: Encounter) -> str:
    chart = reverse("desk:patient-chart", args=[encounter.patient.public_id])
    return f"{chart}?tab=encounters"
