"""Writing the audit log: one row for each change and each read of patient data.

Rows are appended unchained in the acting transaction; core.services.seal_audit chains committed
rows into hashed blocks (DESIGN 3.10).
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.actors import current_actor
from core.appending import append
from core.models.audit import AuditEvent
from core.subjects import kind_of

PATIENTS = "patients"
_PLAIN = (str, int, bool, type(None))
READ_TOGETHER = ("list.read", "list.exported", "search.read", "page.read", "file.read", "api.read")


def record(
    action: str,
    *,
    subject: models.Model | None = None,
    patient: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
    practice: Any = None,
) -> AuditEvent:
    """Append one event. `patient` is whose record it touches, for the accounting of disclosures."""
    event = build(
        action,
        subject=subject,
        patient=patient,
        before=before,
        after=after,
        note=note,
        practice=practice,
    )
    append(event)
    return event


def build(
    action: str,
    *,
    subject: models.Model | None = None,
    patient: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
    practice: Any = None,
) -> AuditEvent:
    """An event that is not saved yet, for services that append many at once."""
    actor = current_actor()
    return AuditEvent(
        practice_id=practice.pk if practice else getattr(subject, "practice_id", None),
        user=actor.user,
        actor_kind=actor.kind,
        actor_name=actor.name,
        action=action,
        subject_kind=kind_of(subject) if subject else "",
        subject_id=subject.pk if subject else None,
        patient_id=patient.pk if patient else getattr(subject, "patient_id", None),
        before=_plain(before),
        after=_plain(after),
        note=note[:300],
        source=actor.source,
        request_id=actor.request_id,
    )


def read(subject: models.Model, patient: models.Model | None = None, note: str = "") -> None:
    """Append that the acting person looked at `subject`."""
    record("read", subject=subject, patient=patient, note=note)


def read_many(patient_ids: Iterable[int | None], *, action: str, note: str, practice: Any) -> None:
    """Append that the acting person saw these patients together: a page of a list, a file.

    One event holds them all (`after`: patients), so that a list costs one row;
    `seen_with_others` finds it for each. Nothing is appended where nobody was shown.
    """
    shown = sorted({pk for pk in patient_ids if pk is not None})
    if shown:
        record(action, after={PATIENTS: shown}, note=note, practice=practice)


def seen_with_others(patient: models.Model) -> models.Q:
    """Events of `read_many` in which this patient was among those shown."""
    return models.Q(action__in=READ_TOGETHER, after__contains={PATIENTS: [patient.pk]})


def _plain(values: dict[str, Any] | None) -> Any:
    """`values` as JSON types: dates and amounts become text."""
    if values is None or all(type(value) in _PLAIN for value in values.values()):
        return values
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))
