"""The worksheet of a visit's level: what a coder found in the note, kept as evidence."""

from django.db import models
from django.db.models import Q

from coding.choices import EmFamily, EmLevel
from coding.models.case import CodingCase
from core import clock
from core.tenancy import PracticeModel


def _tick() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(null=True, blank=True, choices=EmLevel.choices)


class EmWorksheet(PracticeModel):
    """Why a visit has its level (domain A.11): one a case; earlier ones stand in the audit log.

    `code` is what it supported when it was saved, `kept_code` a line's other code that somebody
    looked at and kept. All three of problems, data and risk are there, or none and the minutes.
    """

    case = models.OneToOneField(CodingCase, on_delete=models.CASCADE, related_name="em_worksheet")
    family = models.CharField("kind of visit", max_length=20, choices=EmFamily.choices)
    problems = _tick()
    data = _tick()
    risk = _tick()
    minutes = models.PositiveSmallIntegerField("total minutes", null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=5, blank=True)
    kept_code = models.CharField(max_length=5, blank=True)
    saved_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-saved_at"]
        verbose_name = "E/M worksheet"
        constraints = [
            models.CheckConstraint(
                condition=Q(problems__range=(1, 4), data__range=(1, 4), risk__range=(1, 4))
                | Q(
                    problems__isnull=True,
                    data__isnull=True,
                    risk__isnull=True,
                    minutes__isnull=False,
                ),
                name="worksheet_has_all_ticks_or_minutes",
            )
        ]

    def __str__(self) -> str:
        return f"E/M worksheet of {self.case}"

    @property
    def ticks(self) -> tuple[int, int, int] | None:
        """Problems, data and risk, or nothing of them."""
        if self.problems is None or self.data is None or self.risk is None:
            return None
        return self.problems, self.data, self.risk
