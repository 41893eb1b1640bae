"""`/api/v1/remittances`: what payers paid, for which claims, and where posting stands."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from claims.answer_codes import ELSEWHERE
from claims.api.remittance_output import (
    AnsweredClaimOutput,
    RemittanceDetailOutput,
    RemittanceOutput,
    RemittanceQuery,
)
from claims.models import Remittance, RemittanceAdjustment, RemittanceClaim, RemittanceLine
from core.api.filters import narrowed
from core.api.query import Query
from core.api.views import ApiListView, ApiView
from core.web import get_or_404

LOOKUPS = {
    "state": "state",
    "payer_id": "payer__public_id",
    "paid_from": "paid_on__gte",
    "paid_to": "paid_on__lte",
    "received_since": "received_at__gte",
    "posted_since": "posted_at__gte",
}


def remittances() -> Any:
    """Remittances with what a row shows; it names no patient."""
    return Remittance.objects.select_related("payer").annotate(claim_count=Count("claims"))


class RemittanceList(ApiListView):
    """Payments of payers, in the order in which they came."""

    scopes = {"GET": "remittances:read"}
    serializer_class = RemittanceOutput
    filter_class = RemittanceQuery
    noun = "remittances"

    def rows(self, values: dict[str, Any]) -> Any:
        return narrowed(remittances(), values, LOOKUPS)


class RemittanceDetail(ApiView):
    """One payment as a whole."""

    scopes = {"GET": "remittances:read"}

    @extend_schema(responses=RemittanceDetailOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Its provider adjustments, and what keeps it from being posted."""
        found: Any = get_or_404(
            remittances().select_related("replaced_by", "duplicate_of"), public_id
        )
        found.problems = [str(fault.get("message", "")) for fault in found.faults]
        lost = found.claims.filter(version__isnull=True, set_aside_at__isnull=True)
        found.unmatched_count = lost.exclude(status_code__in=ELSEWHERE).count()
        return Response(RemittanceDetailOutput(found).data)


class RemittanceClaims(ApiListView):
    """The claims of one payment, in its order."""

    scopes = {"GET": "remittances:read"}
    serializer_class = AnsweredClaimOutput
    filter_class = Query
    noun = "claims of a remittance"

    def rows(self, values: dict[str, Any]) -> Any:
        remittance = get_or_404(Remittance, self.kwargs["public_id"])
        rows = RemittanceClaim.objects.filter(remittance=remittance)
        return rows.select_related("version__claim").defer("version__snapshot")

    def prepared(self, rows: list[Any]) -> list[Any]:
        return with_lines(rows)

    def patients_of(self, rows: Iterable[RemittanceClaim]) -> Iterable[int | None]:
        return [row.version.claim.patient_id if row.version else None for row in rows]


def with_lines(rows: list[Any]) -> list[Any]:
    """Put beside each answer its lines and the trios of both, in three queries for all."""
    lines: dict[int, list[Any]] = defaultdict(list)
    for line in (
        RemittanceLine.objects.filter(remittance_claim__in=rows)
        .select_related("charge_line")
        .order_by("position")
    ):
        lines[line.remittance_claim_id].append(line)
    of_claim: dict[int, list[Any]] = defaultdict(list)
    of_line: dict[int, list[Any]] = defaultdict(list)
    for trio in RemittanceAdjustment.objects.filter(remittance_claim__in=rows).order_by("pk"):
        if trio.remittance_line_id is None:
            of_claim[trio.remittance_claim_id].append(trio)
        else:
            of_line[trio.remittance_line_id].append(trio)
    for row in rows:
        row.trios, row.answered_lines = of_claim[row.pk], lines[row.pk]
        for line in row.answered_lines:
            line.trios = of_line[line.pk]
    return rows
