"""Releases of code sets, the same for every practice, picked by date of service (DESIGN 3.9)."""

from typing import Any

from django.db import models

from coding.choices import CodeSetKind, ReleaseState
from core import clock
from core.ids import uuid7


class CodeSetRelease(models.Model):
    """One published release of one code set. None is ever overwritten.

    `effective_from` and `effective_to` are dates of service. `active_from` is a calendar day: from
    that day on the release is used. A starter table is ours, small, and steps back as soon as an
    official release of the same set is active.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=CodeSetKind.choices)
    variant = models.CharField(
        max_length=20, blank=True, help_text="Empty for Medicare's practitioner tables"
    )
    label = models.CharField(max_length=60)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    source_sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField(default=0)
    facts: Any = models.JSONField(default=dict, help_text="What the reader counted, by name")
    is_starter = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=ReleaseState.choices, default=ReleaseState.LOADED
    )
    loaded_at = models.DateTimeField(default=clock.now)
    loaded_by = models.ForeignKey(
        "core.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    licence_attested = models.BooleanField(
        default=False, help_text="Who loaded it said that they hold the licence it needs"
    )
    active_from = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "variant", "label"], name="one_release_per_label"
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True)
                | models.Q(effective_to__gte=models.F("effective_from")),
                name="release_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class ReleasedRow(models.Model):
    """A row of a release. Its unique key begins with the release, so that needs no index."""

    release = models.ForeignKey(
        CodeSetRelease, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True
