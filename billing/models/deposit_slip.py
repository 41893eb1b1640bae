"""Receipts and payers' checks that go to the bank together."""

from django.db import models
from django.db.models import Q

from billing.batch_choices import SlipKind, SlipState
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class DepositSlip(PracticeModel):
    """Cash and checks of a day, or what the card processor settles. Its amount is that of its
    items and does not change; taken apart, it has none and its items are free again.
    """

    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=5, choices=SlipKind.choices)
    account = models.ForeignKey(
        "billing.BankAccount", null=True, on_delete=models.PROTECT, related_name="slips"
    )
    day = models.DateField(help_text="The day it is made out for")
    item_count = models.PositiveIntegerField()
    cash_amount = MoneyField()
    amount = MoneyField()
    state = models.CharField(max_length=6, choices=SlipState.choices, default=SlipState.OPEN)
    journal = models.ForeignKey(
        "billing.Journal", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="Its receipts at the bank",
    )  # fmt: skip
    times_unmatched = models.PositiveSmallIntegerField(default=0)
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="slip_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(cash_amount__gte=0), name="slip_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"deposit {self.number}"


class DepositSlipItem(PracticeModel):
    """One receipt or one payer's check on a slip."""

    slip = models.ForeignKey(DepositSlip, on_delete=models.PROTECT, related_name="items")
    payment = models.OneToOneField(
        "billing.Payment", null=True, on_delete=models.PROTECT, related_name="slip_item"
    )
    remittance = models.OneToOneField(
        "claims.Remittance", null=True, on_delete=models.PROTECT, related_name="slip_item"
    )
    amount = MoneyField()

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, remittance__isnull=True)
                | Q(payment__isnull=True, remittance__isnull=False),
                name="slip_item_is_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"item of slip {self.slip_id}"
