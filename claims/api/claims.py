"""`/api/v1/claims`: where claims stand, and the story of each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.claim_output import ClaimDetailOutput, ClaimOutput, ClaimQuery
from claims.models import Claim, ClaimVersionLine, RemittanceClaim, ScrubFinding
from claims.selectors import cases_of
from core import audit, timeline
from core.api.filters import narrowed
from core.api.views import ApiListView, ApiView
from core.models import TimelineEntry
from core.subjects import kind_of
from core.web import get_or_404

MOST_ENTRIES = 200
LOOKUPS = {
    "state": "current_version__state",
    "outcome": "current_version__outcome",
    "payer_id": "current_version__payer__public_id",
    "patient_id": "patient__public_id",
    "is_open": "is_open",
    "service_from": "service_date_from__gte",
    "service_to": "service_date_from__lte",
}


def claims() -> Any:
    """Claims with what a row of the list shows."""
    return Claim.objects.select_related("patient", "current_version__payer").defer(
        "current_version__snapshot"
    )


class ClaimList(ApiListView):
    """Claims, the oldest first."""

    scopes = {"GET": "claims:read"}
    serializer_class = ClaimOutput
    filter_class = ClaimQuery
    noun = "claims"

    def rows(self, values: dict[str, Any]) -> Any:
        rows = narrowed(claims(), values, LOOKUPS)
        if "encounter_id" in values:
            rows = rows.filter(
                charge_lines__charge_line__encounter__public_id=values["encounter_id"]
            ).distinct()
        if "changed_since" in values:
            told = TimelineEntry.objects.filter(
                subject_kind=kind_of(Claim()), at__gte=values["changed_since"]
            )
            rows = rows.filter(pk__in=told.values("subject_id"))
        return rows

    def patients_of(self, rows: Iterable[Claim]) -> Iterable[int]:
        return [claim.patient_id for claim in rows]


class ClaimDetail(ApiView):
    """One claim with its lines, versions, findings, answers and timeline."""

    scopes = {"GET": "claims:read"}

    @extend_schema(responses=ClaimDetailOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Everything that was told about it and answered."""
        claim = get_or_404(claims(), public_id)
        audit.read(claim, patient=claim.patient, note="API")
        return Response(ClaimDetailOutput(with_story(claim)).data)


def with_story(claim: Any) -> Any:
    """The claim with what its detail shows besides."""
    versions = claim.versions.select_related("payer").defer("snapshot").order_by("number")
    claim.all_versions = list(versions)
    claim.lines = ClaimVersionLine.objects.filter(version=claim.current_version_id).select_related(
        "charge_line"
    )
    claim.findings = ScrubFinding.objects.filter(
        version=claim.current_version_id, cleared_at__isnull=True
    )
    claim.answers = (
        RemittanceClaim.objects.filter(version__claim=claim)
        .select_related("remittance", "version")
        .defer("version__snapshot")
        .order_by("remittance_id", "position")
    )
    claim.timeline = timeline.entries_for(claim)[:MOST_ENTRIES]
    claim.encounter_ids = list(cases_of(claim).values_list("encounter__public_id", flat=True))
    return claim
