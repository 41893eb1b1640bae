"""Places of service."""

from django.db import models

from coding.models.release import CodeSetRelease


class PlaceOfService(models.Model):
    """A place of service code in our own words, with the fee column it leads to (domain A.9)."""

    release = models.ForeignKey(CodeSetRelease, on_delete=models.PROTECT, related_name="places")
    code = models.CharField(max_length=2)
    name = models.CharField(max_length=60)
    is_facility = models.BooleanField()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "places of service"
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_place_per_release")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
