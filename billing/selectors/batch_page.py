"""The entries of a posting batch, each with the place it opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from billing.models import BatchEntry, Payment, PostingBatch
from claims.models import Remittance
from coding.models import ChargeLine


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as the page lists it."""

    at: datetime
    label: str
    who: str
    url: str
    amount: Decimal
    is_withdrawn: bool
    is_undone: bool
    patient_id: int | None


def entry_rows(batch: PostingBatch) -> list[EntryRow]:
    """The entries of `batch`, the newest first, read with one query a kind."""
    entries = list(batch.entries.order_by("-pk"))
    rows: dict[tuple[str, int], Model] = {}
    for model, related in (
        (Payment, ("patient", "guarantor")),
        (Remittance, ("payer",)),
        (ChargeLine, ("patient",)),
    ):
        name = model._meta.label_lower
        ids = [one.subject_id for one in entries if one.subject_kind == name]
        found: Iterable[Any] = model.objects.filter(pk__in=ids).select_related(*related)
        rows |= {(name, row.pk): row for row in found}
    return [_row(one, rows.get((one.subject_kind, one.subject_id))) for one in entries]


def _row(entry: BatchEntry, row: Model | None) -> EntryRow:
    label, who, url, patient_id = "", "", "", None
    if isinstance(row, Payment):
        label, who = f"Receipt {row.number}", row.patient.list_name
        url, patient_id = _account(row.patient.public_id), row.patient_id
    elif isinstance(row, Remittance):
        label, who = f"Remittance {row.trace_number}", str(row.payer or row.payer_name)
        url = reverse("billing:remittance", args=[row.public_id])
    elif isinstance(row, ChargeLine):
        label, who = f"Charge {row.procedure_code}", row.patient.list_name
        url, patient_id = _account(row.patient.public_id), row.patient_id
    return EntryRow(
        at=entry.entered_at,
        label=label,
        who=who,
        url=url,
        amount=entry.amount,
        is_withdrawn=entry.withdrawn_at is not None,
        is_undone=entry.undone_at is not None,
        patient_id=patient_id,
    )


def _account(public_id: Any) -> str:
    return reverse("billing:account", args=[public_id])
