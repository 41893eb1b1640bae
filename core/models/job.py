"""Long work as a row: its progress is seen from every page (DESIGN 3.13)."""

from typing import Any

from django.db import models

from core import clock
from core.choices import JobState
from core.leases import LeasedRow
from core.tenancy import PracticeModel


class Job(LeasedRow, PracticeModel):
    """One run of one kind of long work, with progress, cancel and a cursor to resume from."""

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    arguments: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    errors: Any = models.JSONField(default=list, help_text="The first hundred, in words")
    cursor: Any = models.JSONField(default=dict)
    result: Any = models.JSONField(default=dict)
    cancel_requested = models.BooleanField(default=False)
    user = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="job_due",
                condition=models.Q(state__in=[JobState.QUEUED, JobState.RUNNING]),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100; 0 while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}
