"""The audit log: append-only rows, sealed into hashed blocks (DESIGN 3.10)."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from core import clock


class AuditEvent(models.Model):
    """Who did or read what, when, on whose record, and what changed. Never updated or deleted."""

    practice = models.ForeignKey(
        "core.Practice", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=clock.now, editable=False)
    user = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_kind = models.CharField(max_length=15)
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    patient_id = models.BigIntegerField(null=True, blank=True)
    before: Any = models.JSONField(null=True, blank=True)
    after: Any = models.JSONField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=20, blank=True)
    request_id = models.UUIDField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["practice", "-at"], name="audit_by_practice"),
            models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject"),
            models.Index(
                fields=["patient_id", "-at"],
                name="audit_by_patient",
                condition=models.Q(patient_id__isnull=False),
            ),
            GinIndex(
                fields=["after"],
                opclasses=["jsonb_path_ops"],
                name="audit_read_together",
                condition=models.Q(action__in=["list.read", "list.exported", "search.read"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.action}"


class AuditBlock(models.Model):
    """A sealed run of audit events. Its hash covers the events' hashes and the block before."""

    previous_hash = models.CharField(max_length=64)
    block_hash = models.CharField(max_length=64, unique=True)
    event_count = models.PositiveIntegerField()
    last_event_id = models.BigIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"block {self.pk}: {self.event_count} events"


class AuditSeal(models.Model):
    """Which block an event was sealed in, and the hash of the event as it stood then."""

    event = models.OneToOneField(
        AuditEvent, primary_key=True, on_delete=models.PROTECT, related_name="seal"
    )
    block = models.ForeignKey(AuditBlock, on_delete=models.PROTECT, related_name="seals")
    event_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"event {self.event_id} in block {self.block_id}"
