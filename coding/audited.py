"""Reading audits: what of them counts, for any number of encounters in two queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from coding.auditing.compare import Difference, Tally
from coding.auditing.score import Audited, Score, score
from coding.choices import AuditItemState, AuditPart
from coding.edits.patterns import dotted
from coding.models import AuditDifference, AuditItem


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference as it is read: diagnoses with their dots."""

    row: AuditDifference
    place: str
    coder: str
    auditor: str


def shown(item: AuditItem) -> list[Shown]:
    """The differences of an item for people."""
    return [
        Shown(
            row,
            _written(row.place) if row.part == AuditPart.DIAGNOSIS else row.place,
            _codes(row, row.coder_value),
            _codes(row, row.auditor_value),
        )
        for row in item.differences.all()
    ]


def _codes(row: AuditDifference, value: str) -> str:
    are_diagnoses = row.part in {AuditPart.DIAGNOSIS, AuditPart.POINTER}
    return _written(value) if are_diagnoses else value


def _written(codes: str) -> str:
    return " ".join(map(dotted, codes.split()))


def items_with_differences(where: Q) -> QuerySet[AuditItem]:
    """Items with what their pages and scores read."""
    return (
        AuditItem.objects.filter(where)
        .select_related("coder", "auditor", "case__encounter", "case__patient")
        .prefetch_related(Prefetch("differences", queryset=AuditDifference.objects.order_by("pk")))
    )


def closed_in(start: datetime, end: datetime) -> QuerySet[AuditItem]:
    """Items that were closed in a period: their differences stand."""
    closed = Q(state=AuditItemState.CLOSED, closed_at__gte=start, closed_at__lt=end)
    return AuditItem.objects.filter(closed).prefetch_related("differences")


def score_of(items: Iterable[AuditItem]) -> Score:
    """The score over those of the items that were compared."""
    return score(_audited(item) for item in items if item.state != AuditItemState.WAITING)


def scores_by_coder(items: Iterable[AuditItem]) -> dict[int, Score]:
    """The same, for each coder alone."""
    by_coder: dict[int, list[AuditItem]] = defaultdict(list)
    for item in items:
        by_coder[item.coder_id].append(item)
    return {coder: score_of(rows) for coder, rows in by_coder.items()}


def _audited(item: AuditItem) -> Audited:
    counted = [row for row in item.differences.all() if not row.coder_was_right]
    return Audited(
        Tally(**item.tally),
        tuple(
            Difference(
                row.kind, row.part, row.coder_value, row.auditor_value, row.place, row.direction,
                row.is_visit,
            )
            for row in counted
        ),
    )  # fmt: skip
