"""Money from a patient or guarantor, and which charge lines it settled."""

from django.db import models
from django.db.models import Q

from billing.choices import PaymentMethod
from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class Payment(PracticeModel):
    """One receipt. Never changed: a payment that bounced gets a mirror journal.

    What no line took is the patient's credit on account 2000; it is not a column here, because a
    credit is a balance, and balances are the fold of the ledger.
    """

    number = models.CharField(max_length=12)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="payments"
    )
    guarantor = models.ForeignKey(
        "patients.Guarantor", on_delete=models.PROTECT, related_name="payments"
    )
    amount = MoneyField()
    method = models.CharField(max_length=5, choices=PaymentMethod.choices)
    reference_number = models.CharField(max_length=40, blank=True)
    received_on = models.DateField()
    journal = models.OneToOneField(
        "billing.Journal", on_delete=models.PROTECT, related_name="payment"
    )
    submission_key = models.UUIDField(
        null=True, unique=True, help_text="The form it came from: sent twice, it is taken once"
    )
    taken_at = models.DateTimeField(default=clock.now)
    taken_by_name = models.CharField(max_length=150)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="payment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(method__in=PaymentMethod.values), name="payment_method_known"
            ),
        ]

    def __str__(self) -> str:
        return f"receipt {self.number}"


class PaymentAllocation(PracticeModel):
    """The part of a payment that settled one charge line."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    charge_line = models.ForeignKey(
        "coding.ChargeLine", on_delete=models.PROTECT, related_name="payment_allocations"
    )
    amount = MoneyField()

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "charge_line"], name="one_allocation_per_line"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"allocation of {self.payment_id}"
