"""Answers already given, so that a repeated request changes nothing."""

from typing import Any

from django.db import models

from core import clock
from core.tenancy import PracticeModel


class IdempotencyRecord(PracticeModel):
    """The first answer to one key of one caller. The same key with other content is refused."""

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    response_status = models.PositiveSmallIntegerField(null=True)
    response_body: Any = models.JSONField(null=True)
    response_headers: Any = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "caller", "key"], name="one_answer_per_idempotency_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
