"""The chart of accounts: one for everybody, loaded by the first migration (domain F.2)."""

from django.db import models

from billing.choices import NormalSide


class LedgerAccount(models.Model):
    """One account. Its number is its identity; `billing.ledger.accounts` names it in code."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    normal_side = models.CharField(max_length=6, choices=NormalSide.choices)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
