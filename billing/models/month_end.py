"""Open balances as they were at the end of a month, kept so that any day can be asked quickly."""

from django.db import models

from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class MonthEnd(PracticeModel):
    """The mark of one practice's month. A balance as of a later day is this and what came since.

    A copy that may be thrown away: an entry posted on or before the day removes it
    (`ledger/month_ends.py`), and `verify` compares it with the ledger.
    """

    ended_on = models.DateField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-ended_on"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "ended_on"], name="one_mark_per_month")
        ]

    def __str__(self) -> str:
        return f"month to {self.ended_on}"


class MonthEndItem(models.Model):
    """One key of a receivable that was not at zero when the month ended."""

    month_end = models.ForeignKey(MonthEnd, on_delete=models.CASCADE, related_name="items")
    account = models.ForeignKey(
        "billing.LedgerAccount", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    guarantor = models.ForeignKey(
        "patients.Guarantor", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    charge_line = models.ForeignKey(
        "coding.ChargeLine", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(
        "patients.Payer", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rank = models.PositiveSmallIntegerField(null=True)
    amount = MoneyField()
    placed_on = models.DateField(null=True, help_text="When money last came to this key")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"item of month {self.month_end_id}"
