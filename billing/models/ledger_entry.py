"""The ledger one side at a time: each line seen as a debit entry and a credit entry."""

from typing import Any

from django.db import models

from core.money import MoneyField
from core.tenancy import PracticeManager


def _seen(to: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        to, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )


class LedgerEntry(models.Model):
    """A row of the view `billing_ledger_entry`: `amount` is positive for a debit, negative for a
    credit. Every balance is a sum of these.
    """

    practice = _seen("core.Practice")
    journal = _seen("billing.Journal")
    line = _seen("billing.JournalLine")
    posted_on = models.DateField()
    account = _seen("billing.LedgerAccount")
    counter_account = _seen("billing.LedgerAccount")
    patient = _seen("patients.Patient")
    guarantor = _seen("patients.Guarantor")
    charge_line = _seen("coding.ChargeLine")
    payer = _seen("patients.Payer")
    rank = models.PositiveSmallIntegerField(null=True)
    amount = MoneyField()
    reason_code = models.CharField(max_length=12)
    reference_number = models.CharField(max_length=50)

    objects = PracticeManager()
    everywhere = models.Manager()

    class Meta:
        verbose_name_plural = "ledger entries"
        base_manager_name = "everywhere"
        managed = False
        db_table = "billing_ledger_entry"

    def __str__(self) -> str:
        return f"entry {self.pk}"
