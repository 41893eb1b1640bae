"""What the codes of a case were before a change: for undoing it, and for telling others of it."""

from django.db import models

from coding.models.case import CodingCase
from core import clock
from core.tenancy import PracticeModel


class CaseChange(PracticeModel):
    """The codes as they stood at `version`, before somebody changed them.

    Scratch, not history: the timeline tells what happened. Rows go when the charges are released.
    """

    case = models.ForeignKey(CodingCase, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField(help_text="Of the case, before the change")
    before = models.JSONField()
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    is_undone = models.BooleanField(
        default=False, help_text="No step to go back to: taken back, or itself a taking back"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["case", "version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_change_per_version")
        ]

    def __str__(self) -> str:
        return f"change of version {self.version}"
