"""How one payer's remittances are read into the books."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.tenancy import PracticeModel


class PayerPostingSettings(PracticeModel):
    """Set-up of one payer's posting. Without a row the standard tables hold (domain E.4)."""

    payer = models.OneToOneField(
        "patients.Payer", on_delete=models.PROTECT, related_name="posting_settings"
    )
    extra_contractual_codes = ArrayField(
        models.CharField(max_length=5),
        default=list,
        blank=True,
        help_text="CO reason codes that this payer's contract makes a write-off, beside 45",
    )

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "payer posting settings"

    def __str__(self) -> str:
        return f"posting for {self.payer}"
