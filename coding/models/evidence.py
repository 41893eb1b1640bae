"""The words of a note that support a code."""

from django.db import models
from django.db.models import Q

from coding.models.case import CaseDiagnosis, CodingCase
from coding.models.charge_line import ChargeLine
from core.tenancy import PracticeModel


class CodeEvidence(PracticeModel):
    """A span of a note, quoted for one diagnosis or one line.

    `start` and `length` count characters of the note's text; `quote` is what stands there, kept so
    that it reads the same whatever becomes of the note's layout.
    """

    case = models.ForeignKey(CodingCase, on_delete=models.CASCADE, related_name="evidence")
    diagnosis = models.ForeignKey(
        CaseDiagnosis, null=True, on_delete=models.CASCADE, related_name="evidence"
    )
    line = models.ForeignKey(
        ChargeLine, null=True, on_delete=models.CASCADE, related_name="evidence"
    )
    note = models.ForeignKey(
        "patients.EncounterNote", on_delete=models.PROTECT, related_name="evidence"
    )
    start = models.PositiveIntegerField()
    length = models.PositiveIntegerField()
    quote = models.CharField(max_length=300)

    class Meta(PracticeModel.Meta):
        ordering = ["note", "start", "id"]
        verbose_name_plural = "code evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(diagnosis__isnull=True) ^ Q(line__isnull=True),
                name="evidence_is_for_one_code",
            ),
            models.CheckConstraint(condition=Q(length__gt=0), name="evidence_has_words"),
        ]

    def __str__(self) -> str:
        return self.quote
