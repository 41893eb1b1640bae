"""Which remittances somebody asked to post together. A job holds only its id."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core import clock
from core.tenancy import PracticeModel


class PostingRun(PracticeModel):
    """Remittances to post one after the other, each whole or not at all."""

    remittance_ids: Any = ArrayField(models.BigIntegerField())
    made_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"posting of {len(self.remittance_ids)} remittances"
