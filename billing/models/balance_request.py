"""What somebody asked to do with open balances: write them off, or let somebody else owe them."""

from django.db import models
from django.db.models import F, Q

from billing.adjusting_choices import (
    RequestKind,
    RequestState,
    TransferReason,
    WriteOffReason,
)
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel

_REASONS = [*WriteOffReason.choices, *TransferReason.choices]


class BalanceRequest(PracticeModel):
    """One write-off or one move, with its reason, who asked, who approved, and its journal.

    `limit_amount` is what the asking person might do alone on that day. Above it the database
    itself demands that somebody else decided (domain F.4, invariant 10).
    """

    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=RequestKind.choices)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(
        "claims.Claim", null=True, on_delete=models.PROTECT, related_name="balance_requests"
    )
    reason_code = models.CharField(max_length=12, choices=_REASONS)
    note = models.CharField(max_length=300, blank=True)
    amount = MoneyField(help_text="What leaves the open balances; negative clears credits")
    limit_amount = MoneyField(default=ZERO)
    to_payer = models.ForeignKey(
        "patients.Payer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    to_rank = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.WAITING
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
    journal = models.OneToOneField(
        "billing.Journal", null=True, on_delete=models.PROTECT, related_name="balance_request"
    )
    submission_key = models.UUIDField(
        null=True, unique=True, help_text="The form it came from: sent twice, it is asked once"
    )

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="request_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=RequestKind.values) & Q(state__in=RequestState.values),
                name="request_kind_and_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["posted", "undone"], journal__isnull=False)
                | Q(state__in=["waiting", "refused", "withdrawn"], journal__isnull=True),
                name="request_posted_has_journal",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["posted", "undone"])
                | Q(amount__lte=F("limit_amount"))
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="request_above_limit_has_approver",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "-id"], name="request_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} {self.number}"

    @property
    def needs_approval(self) -> bool:
        """Whether it is above what the asking person may do alone."""
        return self.amount > self.limit_amount


class BalanceRequestLine(PracticeModel):
    """The part of a request that is about one key of a receivable."""

    request = models.ForeignKey(BalanceRequest, on_delete=models.PROTECT, related_name="lines")
    charge_line = models.ForeignKey(
        "coding.ChargeLine", on_delete=models.PROTECT, related_name="balance_request_lines"
    )
    account = models.ForeignKey("billing.LedgerAccount", on_delete=models.PROTECT, related_name="+")
    guarantor = models.ForeignKey(
        "patients.Guarantor", null=True, on_delete=models.PROTECT, related_name="+"
    )
    payer = models.ForeignKey(
        "patients.Payer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    rank = models.PositiveSmallIntegerField(null=True)
    amount = MoneyField()

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "charge_line", "account", "guarantor", "payer", "rank"],
                nulls_distinct=False,
                name="request_names_a_key_once",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="request_line_moves_money"),
        ]

    def __str__(self) -> str:
        return f"line of request {self.request_id}"
