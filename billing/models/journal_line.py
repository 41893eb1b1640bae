"""One movement of money: a debit side, a credit side and one positive amount."""

from typing import Any

from django.db import models
from django.db.models import Q

from core.money import MoneyField
from core.tenancy import PracticeManager


def _key(to: str, **kwargs: Any) -> "models.ForeignKey[Any, Any]":
    """A sub-ledger key column. Its index is one of those below, made for how it is read."""
    kwargs.setdefault("null", True)
    return models.ForeignKey(
        to, on_delete=models.PROTECT, related_name="+", db_index=False, **kwargs
    )


def _needs(side: str, accounts: tuple[int, ...], *keys: str) -> Q:
    """`side` on one of `accounts` has all of `keys`."""
    present = {f"{side}_{key}__isnull": False for key in keys}
    return ~Q(**{f"{side}_account__in": accounts}) | Q(**present)


class JournalLine(models.Model):
    """`amount` moves from the credit side to the debit side, each with its own sub-ledger key.

    `posted_on` is the journal's, kept here too so that a balance as of a date reads one table.
    """

    practice = models.ForeignKey("core.Practice", on_delete=models.PROTECT, related_name="+")
    journal = models.ForeignKey("billing.Journal", on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    posted_on = models.DateField()
    amount = MoneyField()
    reason_code = models.CharField(max_length=12, blank=True)
    reference_number = models.CharField(max_length=50, blank=True)

    debit_account = _key("billing.LedgerAccount", null=False)
    debit_patient = _key("patients.Patient")
    debit_guarantor = _key("patients.Guarantor")
    debit_charge_line = _key("coding.ChargeLine")
    debit_payer = _key("patients.Payer")
    debit_rank = models.PositiveSmallIntegerField(null=True)

    credit_account = _key("billing.LedgerAccount", null=False)
    credit_patient = _key("patients.Patient")
    credit_guarantor = _key("patients.Guarantor")
    credit_charge_line = _key("coding.ChargeLine")
    credit_payer = _key("patients.Payer")
    credit_rank = models.PositiveSmallIntegerField(null=True)

    objects = PracticeManager()
    everywhere = models.Manager()

    class Meta:
        base_manager_name = "everywhere"
        ordering = ["journal_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["journal", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="line_amount_positive"),
            *(
                models.CheckConstraint(
                    condition=_needs(side, (1100,), "patient", "charge_line", "payer", "rank"),
                    name=f"{side}_1100_has_its_key",
                )
                for side in ("debit", "credit")
            ),
            *(
                models.CheckConstraint(
                    condition=_needs(side, (1200, 1250, 2000), "patient", "guarantor"),
                    name=f"{side}_1200_has_its_key",
                )
                for side in ("debit", "credit")
            ),
        ]
        indexes = (
            [
                models.Index(
                    fields=["practice", f"{side}_{key}"],
                    name=f"line_{side}_{key}",
                    condition=Q(**{f"{side}_{key}__isnull": False}),
                )
                for side in ("debit", "credit")
                for key in ("charge_line", "patient", "guarantor")
            ]
            + [
                # Covering: the balance of an account as of a day is read from the index alone.
                models.Index(
                    fields=["practice", f"{side}_account"],
                    include=["posted_on", "amount"],
                    name=f"line_{side}_account_day",
                )
                for side in ("debit", "credit")
            ]
            + [models.Index(fields=["practice", "posted_on"], name="line_by_day")]
        )

    def __str__(self) -> str:
        return f"{self.debit_account_id} from {self.credit_account_id}"
