"""Base units of anesthesia services (domain I.3)."""

from django.db import models

from coding.models.release import ReleasedRow


class AnesthesiaBase(ReleasedRow):
    """The base units of one anesthesia code in one year's table."""

    code = models.CharField(max_length=5)
    base_units = models.DecimalField(max_digits=4, decimal_places=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "code"], name="one_anesthesia_base_per_release"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.base_units}"
