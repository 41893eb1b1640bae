"""A visit that is to come: who, with whom, where, when and what for."""

from django.db import models
from django.db.models import Q

from core import clock
from core.tenancy import PracticeModel
from patients.choices import AppointmentState, EncounterSource, VisitKind
from patients.models.encounter import Encounter
from patients.models.patient import Patient
from patients.models.provider import Provider, ServiceFacility


class Appointment(PracticeModel):
    """One booked visit. Checked in, it has its encounter; the clinical day stays in the EHR."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="appointments")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="appointments")
    facility = models.ForeignKey(
        ServiceFacility, on_delete=models.PROTECT, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=15)
    visit_kind = models.CharField(
        max_length=12, choices=VisitKind.choices, default=VisitKind.OFFICE
    )
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(
        max_length=10, choices=AppointmentState.choices, default=AppointmentState.BOOKED
    )
    state_changed_at = models.DateTimeField(default=clock.now, editable=False)
    encounter = models.OneToOneField(
        Encounter, null=True, blank=True, on_delete=models.PROTECT, related_name="appointment"
    )
    external_number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    source = models.CharField(
        max_length=8, choices=EncounterSource.choices, default=EncounterSource.SCREEN
    )
    booked_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "external_number"], name="one_appointment_per_external_number"
            ),
            models.UniqueConstraint(
                fields=["patient", "provider", "starts_at"],
                condition=Q(state=AppointmentState.BOOKED),
                name="nobody_is_booked_twice_at_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AppointmentState.values), name="appointment_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=720), name="appointment_has_a_length"
            ),
            models.CheckConstraint(
                condition=Q(state=AppointmentState.CHECKED_IN, encounter__isnull=False)
                | (~Q(state=AppointmentState.CHECKED_IN) & Q(encounter__isnull=True)),
                name="only_who_came_has_an_encounter",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "starts_at"], name="appointment_by_day"),
            models.Index(fields=["patient", "-starts_at"], name="appointment_by_patient"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk}"
