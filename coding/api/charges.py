"""`/api/v1/charges`: codes from other systems in, charges of a visit out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from coding.api.serializers import ChargesInput, ChargesOutput, ChargesQuery
from coding.choices import LineState
from coding.grammar import TypedLine
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.finish_case import FindingsBlock
from coding.services.take_charges import take_charges
from core import audit
from core.api.errors import problem_response
from core.api.filters import narrowed
from core.api.idempotency import idempotent
from core.api.views import ApiListView, ApiView, practice_of
from core.errors import ApplicationError
from core.findings import blocks
from core.money import ZERO
from core.web import get_or_404
from patients.encounter_input import OUTSIDE_NAMES, as_arguments
from patients.models import Encounter

LOOKUPS = {
    "encounter_id": "encounter__public_id",
    "external_number": "encounter__external_number",
    "state": "state",
    "changed_since": "state_changed_at__gte",
}


def cases() -> "QuerySet[CodingCase]":
    """Coding cases with what their answer shows."""
    return CodingCase.objects.select_related("encounter", "patient").prefetch_related(
        Prefetch("diagnoses", CaseDiagnosis.objects.order_by("position")),
        Prefetch("lines", ChargeLine.objects.order_by("position")),
    )


def complete(rows: list[CodingCase]) -> list[CodingCase]:
    """Put beside each case its lines as they are shown, with the claims they went on."""
    links = ChargeLine.objects.filter(case__in=rows, claim_link__isnull=False)
    claims = dict(links.values_list("pk", "claim_link__claim__public_id"))
    for case in rows:
        shown: Any = case
        shown.listed = list(case.diagnoses.all())
        places = {row.pk: row.position for row in shown.listed}
        shown.charged_lines = list(case.lines.all())
        for line in shown.charged_lines:
            line.places = [places[key] for key in line.pointers if key in places]
            line.claim_public_id = claims.get(line.pk)
        shown.charged = sum(
            (line.charge_amount for line in shown.charged_lines if line.state != LineState.VOID),
            ZERO,
        )
    return rows


class ChargesList(ApiListView):
    """Charges by visit, the oldest first."""

    scopes = {"GET": "charges:read", "POST": "charges:write"}
    serializer_class = ChargesOutput
    filter_class = ChargesQuery
    noun = "visits' charges"
    most_bytes = 26 * 1024 * 1024  # the visit may bring its note as a file

    def rows(self, values: dict[str, Any]) -> Any:
        return narrowed(cases(), values, LOOKUPS)

    def prepared(self, rows: list[CodingCase]) -> list[CodingCase]:
        return complete(rows)

    def patients_of(self, rows: Iterable[CodingCase]) -> Iterable[int]:
        return [case.patient_id for case in rows]

    @extend_schema(request=ChargesInput, responses={201: ChargesOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take the charges of one visit: all of them or none."""
        given = ChargesInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        try:
            case = take_charges(
                practice=practice_of(request),
                encounter=_encounter(values.get("encounter_id")),
                visit=as_arguments(values["encounter"]) if "encounter" in values else {},
                diagnoses=values.get("diagnoses", ()),
                lines=[_typed(line) for line in values.get("lines", ())],
                finish=values["finish"],
            )
        except FindingsBlock as error:
            return _stopped(error)
        except ApplicationError as error:
            if error.field in OUTSIDE_NAMES:
                error.field = f"encounter.{OUTSIDE_NAMES[error.field]}"
            raise
        shown = complete([get_or_404(cases(), case.public_id)])[0]
        location = reverse("api-charge", args=[case.public_id])
        return Response(ChargesOutput(shown).data, status=201, headers={"Location": location})


class ChargesDetail(ApiView):
    """The charges of one visit."""

    scopes = {"GET": "charges:read"}

    @extend_schema(responses=ChargesOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Where its coding stands, its codes, and the claims that its lines went on."""
        found = get_or_404(cases(), public_id)
        audit.read(found, patient=found.patient, note="API")
        return Response(ChargesOutput(complete([found])[0]).data)


def _encounter(public_id: UUID | None) -> Encounter | None:
    if public_id is None:
        return None
    found = Encounter.objects.filter(public_id=public_id).first()
    if found is None:
        raise ValidationError({"encounter_id": "There is no such visit."})
    return found


def _typed(line: dict[str, Any]) -> TypedLine:
    units: Decimal | None = line.get("units")
    return TypedLine(
        procedure_code=line["procedure_code"].upper(),
        modifiers=tuple(one.upper() for one in line.get("modifiers", ())),
        units=units,
        pointers=tuple(line.get("diagnoses", ())),
        place_of_service_code=line.get("place_of_service_code", ""),
        fee_amount=line.get("fee_amount"),
        minutes=line.get("minutes"),
    )


def _stopped(error: FindingsBlock) -> Response:
    """Everything that the edits found, not the first of it only."""
    stopping = [finding for finding in error.findings if blocks([finding])]
    return problem_response(
        422,
        error.message,
        code="findings",
        errors=[
            {"field": finding.field, "message": f"{finding.code}: {finding.message}"}
            for finding in stopping
        ],
    )
