"""The rarer facts of a visit that its claim must say."""

from typing import Any

from django.db import models

from core import clock
from core.tenancy import PracticeModel
from patients.models.encounter import Encounter


class EncounterClaimData(PracticeModel):
    """Facts of the catalogue `patients/claim_data/`, read and checked by it before they are kept.

    `values` holds, by group, rows of facts; a visit without any has no row here.
    """

    encounter = models.OneToOneField(Encounter, on_delete=models.CASCADE, related_name="claim_data")
    values: Any = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["encounter"]
        verbose_name = verbose_name_plural = "encounter claim data"

    def __str__(self) -> str:
        return f"claim data of encounter {self.encounter_id}"
