"""Days and months that are over in the books. None of these rows ever changes."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from core import clock
from core.tenancy import PracticeModel


class ClosedDay(PracticeModel):
    """The books up to and including `day`, locked; it covers all since the close before.

    `hash` is taken over the hash of the close before, these facts, and the fingerprint of every
    journal of its days, in their order (`ledger/day_chain.py`, decision 0025).
    """

    from_on = models.DateField(help_text="The first day it covers")
    day = models.DateField()
    journal_count = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    totals: Any = models.JSONField(help_text="The day's figures as they were closed, as text")
    differences: Any = models.JSONField(help_text="What did not tie, and why, in words")
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    closed_by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_by_name = models.CharField(max_length=150)
    closed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "day"], name="day_closed_once"),
            models.UniqueConstraint(
                fields=["practice", "previous_hash"], name="closed_days_are_one_chain"
            ),
            models.CheckConstraint(
                condition=Q(from_on__lte=F("day")), name="closed_day_begins_before_it_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"day {self.day:%m/%d/%Y}"


class ClosedJournal(models.Model):
    """The fingerprint of one journal as it was when its day was closed."""

    closed_day = models.ForeignKey(ClosedDay, on_delete=models.PROTECT, related_name="journals")
    journal = models.OneToOneField("billing.Journal", on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"fingerprint of journal {self.journal_id}"


class ClosedMonth(PracticeModel):
    """A month whose first to last day are locked, with what was looked at."""

    ended_on = models.DateField(help_text="Its last day")
    checks: Any = models.JSONField(help_text="What was found, and what was said about it")
    last_hash = models.CharField(max_length=64, help_text="The head of the chain of its days")
    closed_by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_by_name = models.CharField(max_length=150)
    closed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-ended_on"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "ended_on"], name="month_closed_once")
        ]

    def __str__(self) -> str:
        return f"month {self.ended_on:%m/%Y}"
