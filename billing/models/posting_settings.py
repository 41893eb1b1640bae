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
    passed_stops = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="Reasons to stop that do not stop this payer's remittances: what they are about"
        " waits in its own account, as an exception, and all else is posted",
    )
    posts_on_deposit = models.BooleanField(
        default=False,
        help_text="Its remittances are posted by themselves only once the bank has their money",
    )

    class Meta(PracticeModel.Meta):
        verbose_name_plural = "payer posting settings"

    def __str__(self) -> str:
        return f"posting for {self.payer}"


class ProviderAdjustmentRule(PracticeModel):
    """Where one payer's PLB code goes that means what the payer wants it to (CS, domain E.6)."""

    payer = models.ForeignKey(
        "patients.Payer", on_delete=models.PROTECT, related_name="provider_adjustment_rules"
    )
    reason_code = models.CharField(max_length=2)
    reference_prefix = models.CharField(
        max_length=20, blank=True, help_text="How the reference begins; empty: whatever it is"
    )
    account = models.ForeignKey("billing.LedgerAccount", on_delete=models.PROTECT, related_name="+")

    class Meta(PracticeModel.Meta):
        ordering = ["payer_id", "reason_code", "reference_prefix"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "reason_code", "reference_prefix"],
                name="one_account_per_provider_code",
            )
        ]

    def __str__(self) -> str:
        return f"PLB {self.reason_code} {self.reference_prefix}".strip()
