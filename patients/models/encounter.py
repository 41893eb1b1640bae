"""One visit: facts only. What was done and why is said in coding."""

from django.db import models

from core import clock
from core.tenancy import PracticeModel
from patients.choices import EncounterSource, SuggestionKind, VisitKind
from patients.models.case import Case
from patients.models.patient import Patient
from patients.models.provider import BillingProvider, Provider, ServiceFacility


class Encounter(PracticeModel):
    """A visit of a patient with a provider at a place on a day."""

    number = models.CharField(max_length=12)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="encounters")
    billing_provider = models.ForeignKey(
        BillingProvider, on_delete=models.PROTECT, related_name="encounters"
    )
    facility = models.ForeignKey(
        ServiceFacility, on_delete=models.PROTECT, related_name="encounters"
    )
    rendering_provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="encounters"
    )
    referring_provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals"
    )
    ordering_provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    supervising_provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    primary_care_provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="encounters"
    )
    service_date_from = models.DateField()
    service_date_to = models.DateField()
    place_of_service_code = models.CharField(max_length=2)
    visit_kind = models.CharField(
        max_length=12, choices=VisitKind.choices, default=VisitKind.OFFICE
    )
    external_number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001
    source = models.CharField(
        max_length=8, choices=EncounterSource.choices, default=EncounterSource.SCREEN
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["-service_date_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_encounter_per_number"),
            models.UniqueConstraint(
                fields=["practice", "external_number"], name="one_encounter_per_external_number"
            ),
            models.CheckConstraint(
                condition=models.Q(service_date_to__gte=models.F("service_date_from")),
                name="encounter_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-service_date_from"], name="encounter_by_patient")
        ]

    def __str__(self) -> str:
        return f"Encounter {self.number}"


class EncounterNote(PracticeModel):
    """The clinical note of a visit, as the provider wrote it. Unsigned, it supports no code.

    A note that came as a file has its `document`; `text` is then what could be read from it, which
    for a picture is nothing.
    """

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(max_length=20_000, blank=True)
    document = models.OneToOneField(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    page_count = models.PositiveSmallIntegerField(default=0)
    author_name = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"note {self.pk}"

    @property
    def pages(self) -> range:
        """The numbers of a file's pages, from 1."""
        return range(1, self.page_count + 1)


class EncounterOrder(PracticeModel):
    """A test, drug or referral ordered at the visit, with its result where there is one."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="orders")
    text = models.CharField(max_length=200)
    code = models.CharField(max_length=20, blank=True, help_text="In the other system's words")
    result = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text


class SuggestedCode(PracticeModel):
    """A code that the provider thinks fits. It counts for nothing until a coder takes it."""

    encounter = models.ForeignKey(Encounter, on_delete=models.PROTECT, related_name="suggestions")
    kind = models.CharField(max_length=9, choices=SuggestionKind.choices)
    text = models.CharField(max_length=120, help_text="As a coder would type it")
    words = models.CharField(
        max_length=300, blank=True, help_text="The words of the note it rests on"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
