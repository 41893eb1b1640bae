"""Work that waits for a person, and what people wrote down about it."""

from django.db import models

from core import clock
from core.choices import ContactMethod, Role, WorkState
from core.money import MoneyField
from core.tenancy import PracticeModel


class WorkItem(PracticeModel):
    """One next step on one subject. The first open item owns the subject's owner and due date."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="work_items"
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=300, blank=True)
    amount = MoneyField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.OPEN)
    outcome = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=150, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "subject_kind", "subject_id", "kind"],
                condition=models.Q(state=WorkState.OPEN),
                name="one_open_item_of_a_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["practice", "due_on"],
                name="work_open_by_due",
                condition=models.Q(state=WorkState.OPEN),
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="work_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class Note(PracticeModel):
    """What somebody wrote about a subject. Notes are kept, not edited."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    text = models.TextField(max_length=4000)
    author = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-written_at"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="note_by_subject")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ContactLog(PracticeModel):
    """A call, letter or mail with somebody about a subject, and what came of it."""

    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    method = models.CharField(max_length=10, choices=ContactMethod.choices)
    with_whom = models.CharField(max_length=120)
    reference = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=300)
    next_on = models.DateField(null=True, blank=True)
    author = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta(PracticeModel.Meta):
        ordering = ["-at"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="contact_by_subject")]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.at:%Y-%m-%d}"
