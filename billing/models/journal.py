"""One fact in the books: what happened, when, who wrote it, and whether it undoes another."""

from django.db import models

from core import clock
from core.money import MoneyField
from core.tenancy import PracticeModel


class Journal(PracticeModel):
    """One or more lines that belong together. Never changed; undone by a mirror that points back.

    `line_count` and `amount` seal it: the database refuses a journal whose lines differ.
    """

    number = models.BigIntegerField(help_text="Rises; a number may be missing, never used twice")
    posted_on = models.DateField()
    source_kind = models.CharField(max_length=30)
    source_id = models.BigIntegerField()
    source_part_id = models.BigIntegerField(null=True)
    idempotency_key = models.CharField(max_length=120)
    input_hash = models.CharField(max_length=64)
    memo = models.CharField(max_length=200, blank=True)
    line_count = models.PositiveIntegerField()
    amount = MoneyField()
    user = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=15)
    actor_name = models.CharField(max_length=150)
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="mirror"
    )
    created_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="journal_number_once"),
            models.UniqueConstraint(
                fields=["practice", "idempotency_key"], name="journal_written_once"
            ),
            models.CheckConstraint(
                condition=models.Q(line_count__gte=1, amount__gt=0), name="journal_moves_money"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "source_kind", "source_id", "source_part_id"],
                name="journal_by_source",
            ),
            models.Index(fields=["practice", "posted_on"], name="journal_by_day"),
        ]

    def __str__(self) -> str:
        return f"J{self.number}"
