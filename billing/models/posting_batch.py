"""A batch of postings of one person and kind, counted before it is typed in (domain F.5)."""

from django.db import models
from django.db.models import F, Q

from billing.batch_choices import BatchKind, BatchState
from core import clock
from core.money import ZERO, MoneyField
from core.tenancy import PracticeModel


class PostingBatch(PracticeModel):
    """`control_count` and `control_amount` are what somebody counted beforehand. It is closed when
    what was entered comes to both, and never otherwise: the database refuses it, too.
    """

    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=BatchKind.choices)
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=150)
    opened_on = models.DateField(help_text="The posting day on which it was opened")
    note = models.CharField(max_length=120, blank=True, help_text="What it is: lockbox of Monday")
    control_count = models.PositiveIntegerField()
    control_amount = MoneyField()
    # What was entered: kept with each entry, compared with them by verify.
    entered_count = models.PositiveIntegerField(default=0)
    entered_amount = MoneyField(default=ZERO)
    state = models.CharField(max_length=6, choices=BatchState.choices, default=BatchState.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=150, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="batch_number_once"),
            models.UniqueConstraint(
                fields=["practice", "owner", "kind"],
                condition=Q(state=BatchState.OPEN),
                name="one_open_batch_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.OPEN)
                | Q(
                    state=BatchState.CLOSED,
                    control_count=F("entered_count"),
                    control_amount=F("entered_amount"),
                    closed_at__isnull=False,
                ),
                name="closed_batch_balances",
            ),
            models.CheckConstraint(
                condition=Q(control_amount__gte=0), name="batch_control_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.number}"


class BatchEntry(PracticeModel):
    """One receipt, remittance or charge line that was entered while the batch was open."""

    batch = models.ForeignKey(PostingBatch, on_delete=models.PROTECT, related_name="entries")
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    amount = MoneyField()
    entered_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(
        null=True, help_text="Taken back while the batch was open: it does not count"
    )
    undone_at = models.DateTimeField(
        null=True,
        help_text="Taken back after the batch was closed: it counts here still, and may be"
        " entered anew in a batch of a later day",
    )

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        verbose_name_plural = "batch entries"
        constraints = [
            # A thing is entered once; taken back and entered again, it counts once more.
            models.UniqueConstraint(
                fields=["practice", "subject_kind", "subject_id"],
                condition=Q(withdrawn_at__isnull=True, undone_at__isnull=True),
                name="entered_in_one_batch",
            )
        ]

    def __str__(self) -> str:
        return f"entry of batch {self.batch_id}"
