"""`/api/v1/patients` and `/api/v1/encounters`: the same services as the screens call."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import audit
from core.api.idempotency import HEADER, idempotent
from core.api.pagination import IdCursorPagination
from core.errors import ApplicationError
from core.models import Practice
from core.web import get_or_404
from patients.api.serializers import EncounterOutput, PatientOutput
from patients.choices import EncounterSource
from patients.encounter_input import OUTSIDE_NAMES, EncounterInput, as_arguments
from patients.models import Encounter, Patient
from patients.services.record_encounter import record_encounter

KEY = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, required=True)


def practice_of(request: Request) -> Practice:
    """The practice of the caller's token."""
    token: Any = request.auth
    practice: Practice = token.practice
    return practice


class PatientList(ListAPIView):
    """Every patient of the practice, oldest registration first."""

    scopes = {"GET": "patients:read"}
    serializer_class = PatientOutput
    pagination_class = IdCursorPagination

    def get_queryset(self) -> Any:
        return Patient.objects.all()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        shown = [row["id"] for row in response.data["data"]]
        audit.read_many(
            Patient.objects.filter(public_id__in=shown).values_list("pk", flat=True),
            action="api.read", note=f"{len(shown)} patients", practice=practice_of(request),
        )  # fmt: skip
        return response


class EncounterList(APIView):
    """Sending encounters."""

    scopes = {"POST": "encounters:write"}

    @extend_schema(request=EncounterInput, responses={201: EncounterOutput}, parameters=[KEY])
    @idempotent
    def post(self, request: Request) -> Response:
        """Record one visit. The same key with the same body has one effect and one answer."""
        given = EncounterInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            encounter = record_encounter(
                practice=practice_of(request),
                source=EncounterSource.API,
                **as_arguments(given.validated_data),
            )
        except ApplicationError as error:
            error.field = OUTSIDE_NAMES.get(error.field or "", error.field)
            raise
        location = reverse("api-encounter", args=[encounter.public_id])
        return Response(EncounterOutput(encounter).data, status=201, headers={"Location": location})


class EncounterDetail(APIView):
    """One encounter."""

    scopes = {"GET": "encounters:read"}

    @extend_schema(responses=EncounterOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """The encounter as it was recorded."""
        rows = Encounter.objects.select_related(
            "patient", "rendering_provider", "billing_provider", "facility"
        )
        encounter = get_or_404(rows, public_id)
        audit.read(encounter, patient=encounter.patient, note="API")
        return Response(EncounterOutput(encounter).data)
