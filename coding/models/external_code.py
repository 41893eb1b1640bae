"""Code lists that others own and a payer's answers use: numbers, and words where one may."""

from django.db import models

from coding.models.release import ReleasedRow


class ExternalCode(ReleasedRow):
    """A CARC, RARC, claim status, status category or taxonomy code; the release says which.

    `meaning` is our own short wording, a licensee's text, or empty.
    """

    code = models.CharField(max_length=10)
    meaning = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    stops_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["release", "code"], name="one_external_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.meaning}".strip()
