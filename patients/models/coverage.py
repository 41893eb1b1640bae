"""One patient's right under one plan, for a period, at a rank."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Coalesce

from core import clock
from core.tenancy import PracticeModel
from patients.choices import (
    Employment,
    Entitlement,
    InsuranceType,
    Rank,
    Relationship,
    Sex,
    State,
)
from patients.models.case import Case
from patients.models.patient import Patient
from patients.models.payer import PayerPlan


class _Period(Func):
    """The days of a coverage, both ends counted; an open end is endless."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Coverage(PracticeModel):
    """A patient's coverage. Two of the same rank never overlap: the database refuses it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="coverages")
    plan = models.ForeignKey(PayerPlan, on_delete=models.PROTECT, related_name="coverages")
    rank = models.PositiveSmallIntegerField(choices=Rank.choices, default=Rank.PRIMARY)
    member_id = models.CharField("member id", max_length=30)
    group_number = models.CharField(max_length=30, blank=True)
    relationship_code = models.CharField(
        "patient is the subscriber's", max_length=2, choices=Relationship.choices,
        default=Relationship.SELF,
    )  # fmt: skip
    subscriber_first_name = models.CharField(max_length=35, blank=True)
    subscriber_middle_name = models.CharField(max_length=25, blank=True)
    subscriber_last_name = models.CharField(max_length=60, blank=True)
    subscriber_birth_date = models.DateField(null=True, blank=True)
    subscriber_sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    subscriber_address_line1 = models.CharField(max_length=55, blank=True)
    subscriber_city = models.CharField(max_length=30, blank=True)
    subscriber_state_code = models.CharField(max_length=2, choices=State.choices, blank=True)
    subscriber_zip_code = models.CharField(max_length=9, blank=True)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="coverages",
        verbose_name="pays only for", help_text="The accident or work injury that this payer pays",
    )  # fmt: skip
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    # What decides whether Medicare comes first or second (domain C.5); patients/payer_order.py.
    employment_code = models.CharField(
        "comes from", max_length=8, choices=Employment.choices, blank=True
    )
    employee_count = models.PositiveIntegerField(
        "employees of that employer", null=True, blank=True
    )
    entitlement_code = models.CharField(
        "has Medicare for", max_length=12, choices=Entitlement.choices, blank=True
    )
    kidney_from = models.DateField("Medicare for kidney failure since", null=True, blank=True)
    insurance_type_code = models.CharField(
        "Medicare is second because", max_length=2, choices=InsuranceType.choices, blank=True
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(PracticeModel.Meta):
        ordering = ["rank", "-effective_from"]
        constraints = [
            ExclusionConstraint(
                name="one_coverage_per_rank_and_day",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (Coalesce("case", 0), RangeOperators.EQUAL),
                    ("rank", RangeOperators.EQUAL),
                    (
                        _Period(
                            "effective_from",
                            "effective_to",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="coverage_rank_known"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="coverage_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(employment_code__in=["", *Employment.values]),
                name="coverage_employment_known",
            ),
            models.CheckConstraint(
                condition=Q(entitlement_code__in=["", *Entitlement.values]),
                name="coverage_entitlement_known",
            ),
            models.CheckConstraint(
                condition=Q(insurance_type_code__in=["", *InsuranceType.values]),
                name="coverage_insurance_type_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, {self.get_rank_display().lower()}"

    @property
    def place(self) -> int:
        """In which place it pays for the visit that it was looked up for (selectors.in_order): its
        rank, or later where the payers of an accident come before it.
        """
        return int(self.__dict__.get("_place", self.rank))

    @place.setter
    def place(self, place: int) -> None:
        self._place = place

    def covers(self, day: date) -> bool:
        """Whether `day` lies in its period; both ends count."""
        return self.effective_from <= day and (
            self.effective_to is None or self.effective_to >= day
        )
