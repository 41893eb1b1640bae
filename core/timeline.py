"""Timelines: every act on a subject as one sentence, with who, when and from where."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from core import audit, clock
from core.actors import Actor, current_actor
from core.appending import append
from core.models.document import Document
from core.models.timeline import TimelineEntry
from core.subjects import kind_of


def record(
    subject: models.Model,
    *,
    kind: str,
    sentence: str,
    details: dict[str, Any] | None = None,
    document: Document | None = None,
    at: datetime | None = None,
    actor: Actor | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Append one act on `subject` to its timeline and to the audit log.

    `sentence` is for a biller and starts after the actor's name ("sent the claim"). `before` and
    `after` hold what changed; they go to the audit log.
    """
    entry = build(
        subject,
        kind=kind,
        sentence=sentence,
        details=details,
        document=document,
        at=at,
        actor=actor,
    )
    append(entry)
    audit.record(kind, subject=subject, before=before, after=after, note=sentence)
    return entry


def build(
    subject: models.Model,
    *,
    kind: str,
    sentence: str,
    details: dict[str, Any] | None = None,
    document: Document | None = None,
    at: datetime | None = None,
    actor: Actor | None = None,
) -> TimelineEntry:
    """An entry that is not saved yet, for services that append many at once."""
    who = actor or current_actor()
    return TimelineEntry(
        practice_id=subject.practice_id,  # type: ignore[attr-defined]
        subject_kind=kind_of(subject),
        subject_id=subject.pk,
        at=at or clock.now(),
        kind=kind,
        actor_kind=who.kind,
        actor_name=who.name,
        user=who.user,
        sentence=sentence[:300],
        details=details or {},
        document=document,
        source=who.source,
    )


def entries_for(*subjects: models.Model) -> "models.QuerySet[TimelineEntry]":
    """The entries of `subjects` together, newest first."""
    wanted = Q(pk__in=[])
    for subject in subjects:
        wanted |= Q(subject_kind=kind_of(subject), subject_id=subject.pk)
    return TimelineEntry.objects.filter(wanted).select_related("document", "user")
