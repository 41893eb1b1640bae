"""Money that goes back to whom it belongs."""

from django.db import models
from django.db.models import F, Q

from billing.adjusting_choices import RefundState
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


class Refund(PracticeModel):
    """One refund of one credit, by check: asked for, approved (owed on 2020 or 2030), issued
    (left the bank), cleared or voided. Voided, its mirrors make the credit stand again.
    """

    number = models.CharField(max_length=12)
    credit = models.ForeignKey(
        "billing.CreditBalance", on_delete=models.PROTECT, related_name="refunds"
    )
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey(
        "patients.Payer", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="Empty: it goes to the guarantor",
    )  # fmt: skip
    amount = MoneyField()
    limit_amount = MoneyField(default=ZERO)
    note = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=RefundState.choices, default=RefundState.WAITING
    )
    requested_by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        "core.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=300, blank=True)
    check_number = models.CharField(max_length=20, blank=True)
    issued_on = models.DateField(null=True)
    cleared_on = models.DateField(null=True)
    voided_on = models.DateField(null=True)
    owed_journal = models.OneToOneField(
        "billing.Journal", null=True, on_delete=models.PROTECT, related_name="refund_owed"
    )
    check_journal = models.OneToOneField(
        "billing.Journal", null=True, on_delete=models.PROTECT, related_name="refund_paid"
    )
    submission_key = models.UUIDField(null=True, unique=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="refund_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "issued", "cleared", "voided"])
                | (
                    Q(owed_journal__isnull=False)
                    & (
                        Q(amount__lte=F("limit_amount"))
                        | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by")))
                    )
                ),
                name="refund_above_limit_has_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["issued", "cleared", "voided"])
                | (
                    Q(check_journal__isnull=False)
                    & ~Q(check_number="")
                    & Q(issued_on__isnull=False)
                ),
                name="refund_issued_has_check",
            ),
            models.UniqueConstraint(
                fields=["practice", "check_number"],
                condition=~Q(check_number=""),
                name="refund_check_number_once",
            ),
        ]
        indexes = [models.Index(fields=["practice", "state", "-id"], name="refund_by_state")]

    def __str__(self) -> str:
        return f"refund {self.number}"

    @property
    def needs_approval(self) -> bool:
        """Whether it is above what the asking person may do alone."""
        return self.amount > self.limit_amount
