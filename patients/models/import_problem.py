"""Rows of an encounter file that were not taken, while its import runs and after."""

from typing import Any

from django.db import models

from core.tenancy import PracticeModel


class ImportProblem(PracticeModel):
    """What was wrong with one row: kept by itself, so that a file full of bad ones stays quick."""

    job = models.ForeignKey("core.Job", on_delete=models.PROTECT, related_name="+")
    line_number = models.PositiveIntegerField(help_text="Of the file, the heading being line 1")
    problems: Any = models.JSONField(help_text="In words, never the cells")

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["job", "line_number"], name="import_problem_once_a_line"
            )
        ]

    def __str__(self) -> str:
        return f"Line {self.line_number}: {'; '.join(self.problems)}"
