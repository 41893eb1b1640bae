"""What happened to a thing, in sentences a biller reads."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from core import clock
from core.tenancy import PracticeModel


class TimelineEntry(PracticeModel):
    """One act on one subject: who, when, in words, with the raw document where there is one."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=15)
    actor_name = models.CharField(max_length=150)
    user = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    sentence = models.CharField(max_length=300)
    details: Any = models.JSONField(default=dict)
    document = models.ForeignKey(
        "core.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=20, blank=True)

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "timeline entries"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="timeline_by_subject"),
            # "What changed since": entries are appended in the order of time, so a few pages do.
            BrinIndex(fields=["at"], name="timeline_by_time", pages_per_range=32),
        ]

    def __str__(self) -> str:
        return self.sentence
