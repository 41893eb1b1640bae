"""Medical necessity: LCD, NCD and article exports of the Medicare Coverage Database."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from coding.choices import PolicyKind
from coding.models.release import ReleasedRow


class CoveragePolicy(ReleasedRow):
    """One policy: "A57123". `contractors` are the MAC numbers that follow it; empty for all."""

    number = models.CharField(max_length=10)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=PolicyKind.choices)
    title = models.CharField(max_length=300)
    contractors = ArrayField(models.CharField(max_length=10), default=list)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "coverage policies"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["release", "number"], name="one_policy_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class PolicyProcedure(ReleasedRow):
    """A procedure code that a policy speaks of, in one of its groups."""

    code = models.CharField(max_length=5)
    number = models.CharField(max_length=10)
    group = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["code", "number", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "code", "number", "group"], name="one_policy_procedure"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} group {self.group}: {self.code}"


class PolicyDiagnosis(ReleasedRow):
    """A diagnosis (no dot) that a group of a policy covers, or says it does not cover.

    Which group of diagnoses goes with which group of procedures stands in the policy's prose only.
    """

    number = models.CharField(max_length=10)
    is_covered = models.BooleanField()
    group = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=7)

    class Meta:
        verbose_name_plural = "policy diagnoses"
        ordering = ["number", "-is_covered", "group", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "number", "is_covered", "group", "code"],
                name="one_policy_diagnosis",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} group {self.group}: {self.code}"
