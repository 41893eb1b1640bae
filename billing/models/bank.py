"""What the bank says: accounts, files, lines, and which line is which payment (domain E.9)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from billing.batch_choices import BankFormat, BankLineKind, BankLineState, Fee, MatchHow
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


class BankAccount(PracticeModel):
    """An account of the practice, as its bank names it in files."""

    name = models.CharField(max_length=60)
    bank_name = models.CharField(max_length=60, blank=True)
    account_number = models.CharField(max_length=35, help_text="As the bank's files write it")
    csv_columns: Any = models.JSONField(
        default=dict, blank=True, help_text="Which column of its CSV is what; remembered"
    )
    made_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "account_number"], name="bank_account_once"
            ),
            models.UniqueConstraint(fields=["practice", "name"], name="bank_account_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} …{self.account_number[-4:]}"


class BankFile(PracticeModel):
    """One file of a bank, kept as it came."""

    account = models.ForeignKey(
        BankAccount, null=True, on_delete=models.PROTECT, related_name="files",
        help_text="Empty for BAI2: the file names its accounts",
    )  # fmt: skip
    document = models.ForeignKey("core.Document", on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=4, choices=BankFormat.choices)
    faults: Any = models.JSONField(
        default=list, blank=True, help_text="Line number and words; with any, nothing was taken"
    )
    line_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0, help_text="Lines that no earlier file had")
    taken_at = models.DateTimeField(null=True, help_text="Empty while its columns are not known")
    uploaded_by_name = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"bank file of {self.uploaded_at:%m/%d/%Y}"


class BankLine(PracticeModel):
    """One movement at the bank, positive in, negative out. What it says never changes.

    `fingerprint` is of what the bank said and the how-manieth such line of its file it is: the
    same line in a later file is the same line, two alike in one file are two.
    """

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    posted_on = models.DateField(help_text="The bank's day")
    amount = MoneyField()
    kind = models.CharField(max_length=8, choices=BankLineKind.choices)
    type_code = models.CharField(max_length=3, blank=True, help_text="BAI2 type")
    description = models.CharField(max_length=400, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    customer_reference = models.CharField(max_length=80, blank=True)
    trace_number = models.CharField(max_length=50, blank=True, help_text="TRN02 of the addenda")
    trace_originator = models.CharField(max_length=10, blank=True, help_text="TRN03")
    fingerprint = models.CharField(max_length=64)
    matched_amount = MoneyField(default=ZERO, help_text="What its matches come to")
    state = models.CharField(
        max_length=9, choices=BankLineState.choices, default=BankLineState.OPEN
    )
    explanation = models.CharField(max_length=200, blank=True)
    settled_by_name = models.CharField(max_length=150, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-posted_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="bank_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="bank_line_moves_money"),
            models.CheckConstraint(
                condition=~Q(state=BankLineState.MATCHED) | Q(matched_amount=F("amount")),
                name="matched_line_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state=BankLineState.EXPLAINED) | ~Q(explanation=""),
                name="explained_line_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "posted_on"],
                name="bank_line_open",
                condition=Q(state=BankLineState.OPEN),
            ),
            models.Index(
                fields=["practice", "trace_number"],
                name="bank_line_by_trace",
                condition=~Q(trace_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"bank line of {self.posted_on:%m/%d/%Y}"


class BankMatch(PracticeModel):
    """A line of the bank, or a part of it, is this remittance or this deposit. Undone, it stays as
    what was said and is so no more.
    """

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="matches")
    remittance = models.ForeignKey(
        "claims.Remittance", null=True, on_delete=models.PROTECT, related_name="bank_matches"
    )
    slip = models.ForeignKey(
        "billing.DepositSlip", null=True, on_delete=models.PROTECT, related_name="bank_matches"
    )
    payment = models.ForeignKey(
        "billing.Payment", null=True, on_delete=models.PROTECT, related_name="bank_matches",
        help_text="A check that the bank sent back",
    )  # fmt: skip
    amount = MoneyField(help_text="What of the line it is, whichever way it went")
    fee_amount = MoneyField(default=ZERO, help_text="What was kept back on the way")
    fee = models.CharField(max_length=5, choices=Fee.choices, blank=True)
    how = models.CharField(max_length=5, choices=MatchHow.choices)
    reason = models.CharField(max_length=200)
    journal = models.ForeignKey(
        "billing.Journal", null=True, on_delete=models.PROTECT, related_name="+",
        help_text="The deposit it posted",
    )  # fmt: skip
    matched_by_name = models.CharField(max_length=150)
    matched_at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)
    undone_by_name = models.CharField(max_length=150, blank=True)
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        verbose_name_plural = "bank matches"
        constraints = [
            models.CheckConstraint(
                condition=Q(remittance__isnull=False, slip__isnull=True, payment__isnull=True)
                | Q(remittance__isnull=True, slip__isnull=False, payment__isnull=True)
                | Q(remittance__isnull=True, slip__isnull=True, payment__isnull=False),
                name="match_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["remittance"],
                condition=Q(undone_at__isnull=True),
                name="remittance_at_the_bank_once",
            ),
            models.UniqueConstraint(
                fields=["slip"], condition=Q(undone_at__isnull=True), name="slip_at_the_bank_once"
            ),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(undone_at__isnull=True),
                name="check_returned_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(fee_amount__gte=0), name="match_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"match of bank line {self.line_id}"
