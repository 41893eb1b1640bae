"""What an appointment from outside must say: one description for the API and for CSV rows."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from rest_framework import serializers

from patients.choices import AppointmentState, VisitKind
from patients.encounter_input import NO_PROVIDER, Reference
from patients.models import Patient, Provider, ServiceFacility

TOLD_STATES = [AppointmentState.BOOKED, AppointmentState.CANCELLED, AppointmentState.NO_SHOW]
# Where a time names no zone, it is the practice's own.
TIMES = ["iso-8601", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"]


class AppointmentInput(serializers.Serializer):
    """One appointment as another system tells it; told again, it is brought up to date."""

    patient_mrn = Reference(Patient, "mrn", "There is no patient with this MRN.")
    provider_npi = Reference(Provider, "npi", NO_PROVIDER)
    facility = Reference(
        ServiceFacility,
        "name__iexact",
        "There is no active facility of this name.",
        required=False,
    )
    starts_at = serializers.DateTimeField(input_formats=TIMES)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=720)
    visit_kind = serializers.ChoiceField(choices=VisitKind.choices, required=False)
    reason = serializers.CharField(required=False, max_length=200, allow_blank=True)
    state = serializers.ChoiceField(choices=TOLD_STATES, required=False)
    external_number = serializers.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, practice: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if practice is not None:
            zone = ZoneInfo(practice.time_zone)
            self.fields["starts_at"] = serializers.DateTimeField(
                input_formats=TIMES, default_timezone=zone
            )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in the place, where the practice has only one."""
        if "facility" not in attrs:
            only = list(ServiceFacility.objects.filter(is_active=True)[:2])
            if len(only) != 1:
                raise serializers.ValidationError(
                    {"facility": "Name it: the practice does not have exactly one."}
                )
            attrs["facility"] = only[0]
        return attrs


def as_arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as those of take_appointment; what was not told stays as it is."""
    told = {"patient": values["patient_mrn"], "provider": values["provider_npi"]}
    rest = ("facility", "starts_at", "minutes", "visit_kind", "reason", "state", "external_number")
    return told | {name: values[name] for name in rest if name in values}


# Fields of take_appointment as an outside caller knows them.
OUTSIDE_NAMES = {"patient": "patient_mrn", "provider": "provider_npi"}
