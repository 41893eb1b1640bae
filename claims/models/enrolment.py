"""Who may bill a payer, from when, under which number, and how far the paperwork is (S36)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q

from claims.models._constraints import one_of
from claims.payer_choices import EnrolmentState, EnrolmentSubject
from core import clock
from core.tenancy import PracticeModel


class _Period(Func):
    """The days of an enrolment, both ends counted; an open end is endless."""

    function = "DATERANGE"
    output_field = DateRangeField()


def _never_twice(column: str) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"one_enrolment_of_a_{column}_per_day",
        expressions=[
            ("payer", RangeOperators.EQUAL),
            (column, RangeOperators.EQUAL),
            (
                _Period(
                    "effective_from",
                    "effective_to",
                    RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                ),
                RangeOperators.OVERLAPS,
            ),
        ],
    )


class Enrolment(PracticeModel):
    """One provider's right to bill one payer for a period: who renders, or who is paid."""

    payer = models.ForeignKey("patients.Payer", on_delete=models.PROTECT, related_name="enrolments")
    provider = models.ForeignKey(
        "patients.Provider", null=True, blank=True, on_delete=models.PROTECT,
        related_name="enrolments",
    )  # fmt: skip
    billing_provider = models.ForeignKey(
        "patients.BillingProvider", null=True, blank=True, on_delete=models.PROTECT,
        related_name="enrolments",
    )  # fmt: skip
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    payer_provider_number = models.CharField(
        "payer's provider number", max_length=30, blank=True, help_text="Sent as REF G2"
    )
    expiry_reported_on = models.DateField(
        null=True, editable=False, help_text="The end that became work; another end does so anew"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["payer__name", "-effective_from", "id"]
        constraints = [
            _never_twice("provider"),
            _never_twice("billing_provider"),
            models.CheckConstraint(
                condition=Q(provider__isnull=True, billing_provider__isnull=False)
                | Q(provider__isnull=False, billing_provider__isnull=True),
                name="enrolment_is_of_one_provider",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="enrolment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment of {self.who} with {self.payer}"

    @property
    def who(self) -> str:
        """The provider's name, whichever kind it is."""
        return str(self.provider or self.billing_provider)


class EnrolmentStep(PracticeModel):
    """How far the paperwork of one exchange is: claims, remittances, payments, eligibility."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="steps")
    subject = models.CharField(max_length=11, choices=EnrolmentSubject.choices)
    state = models.CharField(
        max_length=9, choices=EnrolmentState.choices, default=EnrolmentState.NONE
    )
    requested_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["enrolment_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "subject"], name="one_step_a_subject"),
            one_of("subject", EnrolmentSubject, "enrolment_subject_is_known"),
            one_of("state", EnrolmentState, "enrolment_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.APPROVED) | Q(approved_on__isnull=False),
                name="approved_enrolment_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.REQUESTED) | Q(requested_on__isnull=False),
                name="requested_enrolment_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} of enrolment {self.enrolment_id}"
