"""A key of the ledger that is in credit: somebody's money that we hold."""

from django.db import models
from django.db.models import Q

from billing.adjusting_choices import CreditCause, CreditState
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class CreditBalance(PracticeModel):
    """One row of the credit worklist (domain F.4, invariant 5; H.4).

    A projection: amount and state follow the ledger in the posting's own transaction, and
    `verify` compares them with the fold. Cause and note are a person's; until somebody looked,
    the cause is our guess and `reviewed_at` is empty. One row a key for life: settled, it opens
    again with the next credit, and its refunds stay with it.
    """

    account = models.ForeignKey("billing.LedgerAccount", on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="credit_balances"
    )
    guarantor = models.ForeignKey(
        "patients.Guarantor", null=True, on_delete=models.PROTECT, related_name="+"
    )
    charge_line = models.ForeignKey(
        "coding.ChargeLine", null=True, on_delete=models.PROTECT, related_name="credit_balances"
    )
    payer = models.ForeignKey(
        "patients.Payer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    rank = models.PositiveSmallIntegerField(null=True)
    amount = MoneyField(help_text="What we hold, above zero; zero once settled")
    arose_on = models.DateField(help_text="The day of the newest entry that made or raised it")
    journal = models.ForeignKey(
        "billing.Journal", on_delete=models.PROTECT, related_name="+",
        help_text="The newest journal that made or raised it",
    )  # fmt: skip
    cause = models.CharField(max_length=10, choices=CreditCause.choices)
    note = models.CharField(max_length=300, blank=True)
    reviewed_by_name = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=CreditState.choices, default=CreditState.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        ordering = ["arose_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "practice", "account", "patient", "guarantor", "charge_line", "payer", "rank",
                ],
                nulls_distinct=False,
                name="one_credit_per_key",
            ),
            models.CheckConstraint(
                condition=Q(state="open", amount__gt=0) | Q(state="settled", amount=0),
                name="credit_is_open_or_gone",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["practice", "arose_on"], name="credit_open", condition=Q(state="open")
            ),
            models.Index(fields=["patient"], name="credit_by_patient"),
        ]

    def __str__(self) -> str:
        return f"credit {self.pk}"

    @property
    def is_of_payer(self) -> bool:
        """Whether a payer's money is meant, not the patient's."""
        return self.payer_id is not None
