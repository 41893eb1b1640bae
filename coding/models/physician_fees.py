"""The Medicare physician fee schedule: relative values, localities, conversion factors."""

from decimal import Decimal
from typing import Any

from django.db import models

from coding.models.release import ReleasedRow


def _rvu() -> Any:
    return models.DecimalField(max_digits=7, decimal_places=2, default=Decimal(0))


class RelativeValue(ReleasedRow):
    """What Medicare knows of one code, or of its 26, TC or 53 part; indicators as published.

    Values are relative value units. `pre_share`, `intra_share` and `post_share` are parts of one.
    """

    code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    status_code = models.CharField(max_length=1)
    has_values = models.BooleanField(
        default=True, help_text="No: only the indicators are known, as in the starter table"
    )
    work_rvu = _rvu()
    pe_non_facility_rvu = _rvu()
    pe_facility_rvu = _rvu()
    mp_rvu = _rvu()
    is_non_facility_na = models.BooleanField(default=False)
    is_facility_na = models.BooleanField(default=False)
    pc_tc_indicator = models.CharField(max_length=1, blank=True)
    global_days = models.CharField(max_length=3, blank=True)
    pre_share = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    intra_share = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    post_share = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(0))
    multiple_procedure_indicator = models.CharField(max_length=1, blank=True)
    bilateral_indicator = models.CharField(max_length=1, blank=True)
    assistant_indicator = models.CharField(max_length=1, blank=True)
    co_surgeon_indicator = models.CharField(max_length=1, blank=True)
    team_indicator = models.CharField(max_length=1, blank=True)
    endoscopy_base_code = models.CharField(max_length=5, blank=True)
    supervision_code = models.CharField(max_length=2, blank=True)
    imaging_family_code = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["code", "modifier"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "code", "modifier"], name="one_relative_value_per_part"
            )
        ]

    def __str__(self) -> str:
        return "-".join(filter(None, [self.code, self.modifier]))


class FeeLocality(ReleasedRow):
    """A Medicare locality and its three geographic indices (GPCI). Numbers recur across MACs."""

    mac = models.CharField(max_length=5)
    locality = models.CharField(max_length=2)
    state_code = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    work_gpci = models.DecimalField(max_digits=5, decimal_places=3)
    pe_gpci = models.DecimalField(max_digits=5, decimal_places=3)
    mp_gpci = models.DecimalField(max_digits=5, decimal_places=3)

    class Meta:
        ordering = ["mac", "locality"]
        verbose_name_plural = "fee localities"
        constraints = [
            models.UniqueConstraint(
                fields=["release", "mac", "locality"], name="one_locality_per_release"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mac}-{self.locality} {self.name}"


class ConversionFactor(ReleasedRow):
    """Dollars per relative value unit, four places, by name: "standard", "anesthesia"."""

    name = models.CharField(max_length=20)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    factor = models.DecimalField(max_digits=8, decimal_places=4)

    class Meta:
        ordering = ["name", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "name", "effective_from"],
                name="one_conversion_factor_per_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.factor}"
