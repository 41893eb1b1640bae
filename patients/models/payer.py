"""Who insures: payers and their plans. How a payer is reached is said in claims."""

from django.db import models

from core.tenancy import PracticeModel
from patients.choices import ClaimFiling, PayerKind, State


class Payer(PracticeModel):
    """One who adjudicates and pays. `payer_number` is its electronic id (2010BB NM109)."""

    name = models.CharField(max_length=60)
    payer_number = models.CharField("payer id", max_length=20)
    kind = models.CharField(max_length=12, choices=PayerKind.choices, default=PayerKind.COMMERCIAL)
    phone = models.CharField(max_length=10, blank=True)
    address_line1 = models.CharField("address", max_length=55, blank=True)
    city = models.CharField(max_length=30, blank=True)
    state_code = models.CharField("state", max_length=2, choices=State.choices, blank=True)
    zip_code = models.CharField("ZIP code", max_length=9, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "payer_number"], name="one_payer_per_id")
        ]

    def __str__(self) -> str:
        return self.name


class PayerPlan(PracticeModel):
    """A payer's product. `claim_filing_code` goes into SBR09."""

    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=60)
    claim_filing_code = models.CharField(max_length=2, choices=ClaimFiling.choices)
    is_active = models.BooleanField(default=True)

    class Meta(PracticeModel.Meta):
        ordering = ["payer__name", "name"]
        constraints = [models.UniqueConstraint(fields=["payer", "name"], name="one_plan_per_name")]

    def __str__(self) -> str:
        return f"{self.payer}: {self.name}"
