"""Why a visit may be somebody else's to pay: an accident or an illness of work."""

from django.db import models
from django.db.models import Q

from core import clock
from core.tenancy import PracticeModel
from patients.choices import State
from patients.models.patient import Patient, ten_digits


class Case(PracticeModel):
    """A patient's accident or work injury: CLM11, DTP*439, REF*Y4, boxes 10, 14 and 11b.

    Visits name it. Coverages that name it pay its visits, and no others (patients/selectors.py).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    name = models.CharField(max_length=60, help_text="As the office calls it: fall at work, May")
    is_work = models.BooleanField("at work", default=False)
    is_auto = models.BooleanField("auto accident", default=False)
    is_other_accident = models.BooleanField("other accident", default=False)
    accident_on = models.DateField("accident or onset", null=True, blank=True)
    accident_at = models.TimeField("at", null=True, blank=True)
    state_code = models.CharField(
        "state of the accident", max_length=2, choices=State.choices, blank=True
    )
    employer = models.CharField(max_length=60, blank=True)
    claim_number = models.CharField(
        "carrier's claim number", max_length=50, blank=True,
        help_text="The property and casualty number (REF*Y4, box 11b)",
    )  # fmt: skip
    adjuster_name = models.CharField("adjuster", max_length=60, blank=True)
    adjuster_phone = models.CharField(max_length=10, blank=True, validators=[ten_digits])
    closed_on = models.DateField("closed", null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["-accident_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_work=True) | Q(is_auto=True) | Q(is_other_accident=True),
                name="case_has_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(is_auto=False) | (Q(accident_on__isnull=False) & ~Q(state_code="")),
                name="auto_case_has_day_and_state",
            ),
            models.CheckConstraint(
                condition=Q(is_other_accident=False) | Q(accident_on__isnull=False),
                name="accident_case_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(accident_on__isnull=True)
                | Q(closed_on__gte=models.F("accident_on")),
                name="case_closes_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def causes(self) -> list[str]:
        """CLM11's codes: AA auto, EM employment, OA other accident."""
        told = (("AA", self.is_auto), ("EM", self.is_work), ("OA", self.is_other_accident))
        return [code for code, holds in told if holds]

    @property
    def causes_said(self) -> str:
        """The causes in words."""
        told = (
            (self.is_work, "work"), (self.is_auto, "auto"), (self.is_other_accident, "accident"),
        )  # fmt: skip
        return ", ".join(words for holds, words in told if holds)
