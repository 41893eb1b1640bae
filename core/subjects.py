"""What a timeline, a note or a work item can be about: each app registers its own models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """How to name a subject and where its page is."""

    model: type[models.Model]
    label: Callable[[Any], str]
    url: Callable[[Any], str]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A subject in words, with its page."""

    label: str
    url: str


_kinds: dict[str, SubjectKind] = {}


def kind_of(subject: models.Model) -> str:
    """The stable name of a subject's model, such as `claims.claim`."""
    return str(subject._meta.label_lower)


def patient_of(row: models.Model | None) -> models.Model | None:
    """Whose data a row shows: the patient that it is or belongs to."""
    if row is None or row._meta.label_lower == "patients.patient":
        return row
    found: models.Model | None = getattr(row, "patient", None)
    return found


def register(
    model: type[models.Model],
    label: Callable[[Any], str],
    url: Callable[[Any], str],
    related: tuple[str, ...] = (),
) -> None:
    """Let `model` be a subject. `label` never names a patient where it goes into a log or URL.

    `related` are the relations that label and address read: they are fetched with the rows.
    """
    _kinds[str(model._meta.label_lower)] = SubjectKind(model, label, url, related)


def describe_many(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], Described]:
    """Name many subjects with one query a kind. Unknown or foreign ones are left out."""
    found: dict[tuple[str, int], Described] = {}
    for name in sorted({kind for kind, _ in pairs}):
        kind = _kinds.get(name)
        if kind is None:
            continue
        ids = [pk for other, pk in pairs if other == name]
        for row in kind.model._default_manager.select_related(*kind.related).filter(pk__in=ids):
            found[(name, row.pk)] = Described(kind.label(row), kind.url(row))
    return found


def describe(kind: str, pk: int) -> Described | None:
    """Name one subject; None when it is unknown or of another practice."""
    return describe_many({(kind, pk)}).get((kind, pk))


def load(kind: str, pk: int) -> models.Model | None:
    """The subject itself, within the practice in scope."""
    registered = _kinds.get(kind)
    return registered.model._default_manager.filter(pk=pk).first() if registered else None
