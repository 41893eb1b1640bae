"""One act on many claims, as it was asked for."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from claims.choices import BulkAct
from claims.models._constraints import one_of
from core import clock
from core.tenancy import PracticeModel


class BulkRun(PracticeModel):
    """What is done with which claims, by whom. A job holds only its id: reasons may name people."""

    act = models.CharField(max_length=20, choices=BulkAct.choices)
    claim_ids: Any = ArrayField(models.BigIntegerField())
    values: Any = models.JSONField(default=dict, help_text="What was typed, checked by the form")
    made_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [one_of("act", BulkAct, "bulk_act_is_known")]

    def __str__(self) -> str:
        return f"{self.act} on {len(self.claim_ids)} claims"
