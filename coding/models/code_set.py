"""Code sets by release, the same for every practice, picked by date of service (DESIGN 3.9)."""

from django.db import models

from coding.choices import CodeSetKind, ReleaseState
from core import clock


class CodeSetRelease(models.Model):
    """One published release of one code set. None is ever overwritten."""

    kind = models.CharField(max_length=12, choices=CodeSetKind.choices)
    label = models.CharField(max_length=60)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)
    source_sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=8, choices=ReleaseState.choices, default=ReleaseState.LOADED
    )
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["kind", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "label"], name="one_release_per_label")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class IcdCode(models.Model):
    """One ICD-10-CM code of one release, without the dot. Headers are kept and not billable."""

    release = models.ForeignKey(CodeSetRelease, on_delete=models.PROTECT, related_name="icd_codes")
    code = models.CharField(max_length=7)
    title = models.CharField(max_length=300)
    is_billable = models.BooleanField()
    parent_code = models.CharField(max_length=7, blank=True)
    chapter = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_icd_code_per_release")
        ]

    def __str__(self) -> str:
        return self.dotted

    @property
    def dotted(self) -> str:
        """As it is shown: a dot after the third character (ICD-01)."""
        return f"{self.code[:3]}.{self.code[3:]}" if len(self.code) > 3 else self.code


class PlaceOfService(models.Model):
    """A place of service code in our own words, with the fee column it leads to (domain A.9)."""

    release = models.ForeignKey(CodeSetRelease, on_delete=models.PROTECT, related_name="places")
    code = models.CharField(max_length=2)
    name = models.CharField(max_length=60)
    is_facility = models.BooleanField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_place_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
