"""`/api/v1/appointments`: what the practice's scheduling system tells, and where visits stand."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

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
from patients.api.serializers import AppointmentOutput
from patients.appointment_input import OUTSIDE_NAMES, AppointmentInput, as_arguments
from patients.choices import EncounterSource
from patients.models import Appointment
from patients.services.take_appointment import take_appointment


def _rows() -> Any:
    return Appointment.objects.select_related("patient", "provider", "facility", "encounter")


class AppointmentList(ApiListView):
    """Sending appointments, and reading all of them, oldest booking first."""

    scopes = {"GET": "appointments:read", "POST": "appointments:write"}
    serializer_class = AppointmentOutput
    filter_class = Query
    noun = "appointments"

    def rows(self, values: dict[str, Any]) -> Any:
        return _rows()

    def patients_of(self, rows: Iterable[Appointment]) -> Iterable[int]:
        return [appointment.patient_id for appointment in rows]

    @extend_schema(
        request=AppointmentInput,
        responses={200: AppointmentOutput, 201: AppointmentOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Book a visit, 201; where its `external_number` is known, bring it up to date, 200."""
        given = AppointmentInput(data=request.data, practice=practice_of(request))
        given.is_valid(raise_exception=True)
        try:
            taken, is_new = take_appointment(
                source=EncounterSource.API, values=as_arguments(given.validated_data)
            )
        except ApplicationError as error:
            error.field = OUTSIDE_NAMES.get(error.field or "", error.field)
            raise
        told = AppointmentOutput(get_or_404(_rows(), taken.public_id)).data
        location = reverse("api-appointment", args=[taken.public_id])
        return Response(told, status=201 if is_new else 200, headers={"Location": location})


class AppointmentDetail(ApiView):
    """One appointment."""

    scopes = {"GET": "appointments:read"}

    @extend_schema(responses=AppointmentOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Where the visit stands, with its encounter once the patient was checked in."""
        found = get_or_404(_rows(), public_id)
        audit.read(found, patient=found.patient, note="API")
        return Response(AppointmentOutput(found).data)
