"""`/api/v1/patients` and `/api/v1/encounters`: the same services as the screens call."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import audit
from core.api.idempotency import idempotent
from core.api.query import Query
from core.api.views import ApiListView, ApiView, practice_of
from core.errors import ApplicationError
from core.web import get_or_404
from patients.api.serializers import EncounterOutput, PatientOutput
from patients.choices import EncounterSource
from patients.encounter_input import OUTSIDE_NAMES, EncounterInput, as_arguments
from patients.models import Encounter, Patient
from patients.services.record_encounter import record_encounter


class PatientList(ApiListView):
    """Every patient of the practice, oldest registration first."""

    scopes = {"GET": "patients:read"}
    serializer_class = PatientOutput
    filter_class = Query
    noun = "patients"

    def rows(self, values: dict[str, Any]) -> Any:
        return Patient.objects.all()

    def patients_of(self, rows: Iterable[Patient]) -> Iterable[int]:
        return [patient.pk for patient in rows]


class EncounterList(ApiView):
    """Sending encounters."""

    scopes = {"POST": "encounters:write"}
    most_bytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # a note may come as a file

    @extend_schema(request=EncounterInput, responses={201: EncounterOutput})
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


class EncounterDetail(ApiView):
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
