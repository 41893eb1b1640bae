"""Procedure codes: HCPCS Level II from CMS, and CPT from a licensee's own file."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coding.models.release import ReleasedRow


class HcpcsCode(ReleasedRow):
    """One HCPCS Level II code. The file is cumulative: a code is dead after `terminated_on`."""

    code = models.CharField(max_length=5)
    short_title = models.CharField(max_length=60)
    long_title = models.TextField()
    coverage_code = models.CharField(max_length=1, blank=True)
    pricing_codes = ArrayField(models.CharField(max_length=2), default=list)
    type_of_service = models.CharField(max_length=5, blank=True)
    betos_code = models.CharField(max_length=3, blank=True)
    added_on = models.DateField(null=True, blank=True)
    action_effective_on = models.DateField(null=True, blank=True)
    terminated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_hcpcs_code_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.short_title}"


class ProcedureModifier(ReleasedRow):
    """One modifier: Level II of the HCPCS file; Level I numbers in our own words."""

    code = models.CharField(max_length=2)
    short_title = models.CharField(max_length=60)
    long_title = models.TextField(blank=True)
    added_on = models.DateField(null=True, blank=True)
    terminated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_modifier_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.short_title}"


class CptCode(ReleasedRow):
    """One CPT code of a licensee's file. The AMA's wording is kept only where they may."""

    code = models.CharField(max_length=5)
    descriptor = models.TextField(blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_cpt_code_per_release"),
            models.CheckConstraint(
                condition=Q(code__regex="^[0-9]{4}[0-9AFMTU]$"), name="cpt_code_has_its_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class WaivedTest(ReleasedRow):
    """A laboratory test that a certificate of waiver covers, and whether it asks for QW."""

    code = models.CharField(max_length=5)
    needs_qw = models.BooleanField()
    effective_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_waived_test_per_release")
        ]

    def __str__(self) -> str:
        return self.code
