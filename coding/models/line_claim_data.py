"""The rarer facts of one service that its claim must say."""

from typing import Any

from django.db import models

from coding.models.charge_line import ChargeLine
from core import clock
from core.tenancy import PracticeModel


def _provider(role: str) -> Any:
    return models.ForeignKey(
        "patients.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=role,
    )  # fmt: skip


class LineClaimData(PracticeModel):
    """Facts of the catalogue `patients/claim_data/` for a line, and who played a part in it where
    that is not who the visit names. May change after release: it prices nothing.
    """

    line = models.OneToOneField(ChargeLine, on_delete=models.CASCADE, related_name="claim_data")
    values: Any = models.JSONField(default=dict)
    rendering_provider = _provider("given by")
    referring_provider = _provider("referred by")
    ordering_provider = _provider("ordered by")
    supervising_provider = _provider("supervised by")
    purchased_from = models.ForeignKey(
        "patients.ServiceFacility", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", verbose_name="bought from",
    )  # fmt: skip
    facility = models.ForeignKey(
        "patients.ServiceFacility", null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", verbose_name="given at",
    )  # fmt: skip
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["line"]
        verbose_name = verbose_name_plural = "line claim data"

    def __str__(self) -> str:
        return f"claim data of line {self.line_id}"
