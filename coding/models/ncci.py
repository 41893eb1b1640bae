"""The National Correct Coding Initiative: pairs, unit limits and add-on codes."""

from django.db import models
from django.db.models import Q

from coding.choices import AddOnType, UnitLimitKind
from coding.models.release import ReleasedRow


class PtpEdit(ReleasedRow):
    """A procedure-to-procedure edit: column 1 is paid, column 2 is not (domain A.6).

    `effective_to` is the last day on which the edit applies. Indicator 0: no modifier helps;
    1: an NCCI-associated modifier does; 9: not an edit.
    """

    column1 = models.CharField(max_length=5)
    column2 = models.CharField(max_length=5)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    modifier_indicator = models.CharField(max_length=1)
    rationale_code = models.PositiveSmallIntegerField(
        default=0, help_text="Which of the release's rationales (facts: rationales); 0 for none"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "column1", "column2", "effective_from"],
                name="one_ptp_edit_per_start",
            ),
            models.CheckConstraint(
                condition=Q(modifier_indicator__in=["0", "1", "9"]), name="ptp_indicator_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.column1}/{self.column2}"


class UnitLimit(ReleasedRow):
    """A medically unlikely edit: the most units, and how they are counted (MUE-1)."""

    code = models.CharField(max_length=5)
    most_units = models.PositiveIntegerField()
    adjudication = models.PositiveSmallIntegerField(choices=UnitLimitKind.choices)
    rationale = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_unit_limit_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.most_units}"


class AddOnPair(ReleasedRow):
    """An add-on code and one primary it may go with; CCCCC: the contractor says which."""

    add_on_code = models.CharField(max_length=5)
    primary_code = models.CharField(max_length=5, blank=True)
    add_on_type = models.PositiveSmallIntegerField(choices=AddOnType.choices)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["add_on_code", "primary_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "add_on_code", "primary_code", "effective_from"],
                name="one_add_on_pair_per_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.add_on_code} with {self.primary_code or 'any'}"
