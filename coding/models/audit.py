"""A coding audit: the sample, each encounter of it coded a second time, and what differed."""

from typing import Any

from django.db import models
from django.db.models import Q

from coding.choices import (
    AuditDirection,
    AuditItemState,
    AuditPart,
    AuditState,
    AuditTrigger,
    DifferenceKind,
)
from coding.models.case import CodingCase
from core import clock
from core.tenancy import PracticeModel


class CodingAudit(PracticeModel):
    """One sample of finished encounters. `seed` draws the same ones again."""

    name = models.CharField(max_length=60)
    finished_from = models.DateField()
    finished_to = models.DateField()
    coder = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.ForeignKey(
        "patients.Provider", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    trigger = models.CharField(
        max_length=12, choices=AuditTrigger.choices, default=AuditTrigger.ANY
    )
    size = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=AuditState.choices, default=AuditState.OPEN)
    drawn_by = models.ForeignKey("core.User", null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["-drawn_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="audit_size_is_positive"),
            models.CheckConstraint(
                condition=Q(finished_to__gte=models.F("finished_from")),
                name="audit_period_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AuditItem(PracticeModel):
    """One encounter of a sample. `snapshot` holds the coder's codes as they were when drawn."""

    audit = models.ForeignKey(CodingAudit, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(CodingCase, on_delete=models.PROTECT, related_name="audit_items")
    position = models.PositiveSmallIntegerField()
    coder = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="audited_items")
    case_version = models.PositiveIntegerField()
    snapshot: Any = models.JSONField()
    second: Any = models.JSONField(null=True, blank=True)
    tally: Any = models.JSONField(default=dict)
    state = models.CharField(
        max_length=8, choices=AuditItemState.choices, default=AuditItemState.WAITING
    )
    auditor = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    compared_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["audit", "position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "case"], name="one_item_per_case_and_audit"),
            # Nobody audits their own codes.
            models.CheckConstraint(
                condition=Q(auditor__isnull=True) | ~Q(auditor=models.F("coder")),
                name="audit_is_by_somebody_else",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "coder", "closed_at"], name="audit_item_by_coder")
        ]

    def __str__(self) -> str:
        return f"audit of {self.case}"


class AuditDifference(PracticeModel):
    """One difference. Where the coder was right after all, it is kept and does not count."""

    item = models.ForeignKey(AuditItem, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=10, choices=DifferenceKind.choices)
    part = models.CharField(max_length=10, choices=AuditPart.choices)
    coder_value = models.CharField(max_length=60, blank=True)
    auditor_value = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=12)
    direction = models.CharField(max_length=5, choices=AuditDirection.choices, blank=True)
    is_visit = models.BooleanField(default=False)
    coder_was_right = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(coder_was_right=False) | ~Q(reason=""), name="coder_was_right_has_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.place}"
