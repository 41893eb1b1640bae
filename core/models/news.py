"""News that one app announces and apps to its right hear."""

from typing import Any

from django.db import models

from core import clock
from core.choices import DeliveryState
from core.leases import LeasedRow
from core.tenancy import PracticeModel


class NewsItem(PracticeModel):
    """One piece of news, written in the sender's transaction. Carries ids, never contents."""

    topic = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    ids: Any = models.JSONField(default=dict)
    announced_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="news_by_subject")]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject_id}"


class NewsDelivery(LeasedRow):
    """One item for one due receiver: the row is the job, and stays until it is done."""

    news = models.ForeignKey(NewsItem, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "news deliveries"
        constraints = [
            models.UniqueConstraint(fields=["news", "receiver"], name="news_delivered_once")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="news_due", condition=models.Q(state=DeliveryState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.news} to {self.receiver}"
