"""Where each exception of the queue is answered, and whom it is about: for many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from claims.choices import RemittanceState
from claims.models import Claim, ProviderAdjustment, Remittance, RemittanceClaim
from core import clock
from core.models import WorkItem
from core.subjects import kind_of


@dataclass(frozen=True, slots=True)
class Place:
    """The subject of one exception in words, its remittance, and the address of its answer."""

    name: str
    number: str
    trace_number: str
    url: str
    patient_id: int | None
    age_days: int


def add_places(items: Sequence[WorkItem]) -> None:
    """Set `place` on each of `items`; a handful of queries, however many there are."""
    ids: dict[str, list[int]] = {}
    for item in items:
        ids.setdefault(item.subject_kind, []).append(item.subject_id)
    finders = {
        kind_of(RemittanceClaim()): _answers,
        kind_of(ProviderAdjustment()): _adjustments,
        kind_of(Remittance()): _remittances,
        kind_of(Claim()): _claims,
    }
    found: dict[tuple[str, int], Any] = {}
    for kind, finder in finders.items():
        for pk, facts in finder(ids.get(kind, [])).items():
            found[kind, pk] = facts
    for item in items:
        facts = found.get((item.subject_kind, item.subject_id), _Facts("", "", None, "", None))
        item.place = Place(  # type: ignore[attr-defined]
            name=facts.name,
            number=facts.number,
            trace_number=facts.remittance.trace_number if facts.remittance else "",
            url=_url(item, facts),
            patient_id=facts.patient_id,
            age_days=(clock.today(item.practice) - item.opened_at.date()).days,
        )


@dataclass(frozen=True, slots=True)
class _Facts:
    name: str
    number: str
    remittance: Remittance | None
    key: str
    patient_id: int | None


def _url(item: WorkItem, facts: _Facts) -> str:
    if facts.remittance is None:
        return reverse("claims:remittances")
    address = reverse("billing:remittance", args=[facts.remittance.public_id])
    return f"{address}?tab=exceptions&item={facts.key or item.public_id}"


def _answers(ids: list[int]) -> dict[int, _Facts]:
    rows = (
        RemittanceClaim.objects.filter(pk__in=ids)
        .select_related("remittance", "version__claim__patient")
        .prefetch_related("lines")
    )
    return {row.pk: _of_answer(row) for row in rows.defer("version__snapshot")}


def _of_answer(row: RemittanceClaim) -> _Facts:
    patient = row.version.claim.patient if row.version else None
    name = patient.list_name if patient else row.patient_name
    is_open = row.version is None or any(x.charge_line_id is None for x in row.lines.all())
    # An unmatched answer is its own key on the page; other work on it goes by the item's.
    key = str(row.public_id) if is_open else ""
    return _Facts(
        name or "Without a name",
        row.patient_control_number,
        row.remittance,
        key,
        patient.pk if patient else None,
    )


def _adjustments(ids: list[int]) -> dict[int, _Facts]:
    rows = ProviderAdjustment.objects.filter(pk__in=ids).select_related("remittance")
    return {
        row.pk: _Facts("Provider adjustment", f"PLB {row.reason_code}", row.remittance, "", None)
        for row in rows
    }


def _remittances(ids: list[int]) -> dict[int, _Facts]:
    rows = Remittance.objects.filter(pk__in=ids)
    return {
        row.pk: _Facts(row.payer_name or "A payer", row.trace_number, row, "", None) for row in rows
    }


def _claims(ids: list[int]) -> dict[int, _Facts]:
    """The newest posted answer of each claim is where its work came from."""
    claims = Claim.objects.filter(pk__in=ids).select_related("patient")
    answers = (
        RemittanceClaim.objects.filter(
            version__claim_id__in=ids, remittance__state=RemittanceState.POSTED
        )
        .select_related("remittance", "version")
        .defer("version__snapshot")
        .order_by("version__claim_id", "-remittance__posted_at", "-pk")
        .distinct("version__claim_id")
    )
    by_claim = {row.version.claim_id: row.remittance for row in answers if row.version}
    return {
        claim.pk: _Facts(
            claim.patient.list_name,
            claim.control_number,
            by_claim.get(claim.pk),
            "",
            claim.patient_id,
        )
        for claim in claims
    }
