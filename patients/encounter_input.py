"""What an encounter from outside must say: one description for the API and for CSV rows.

People and places are named by the numbers that the practice's other systems know: MRN, NPI, the
name of a facility. Every problem is reported at once, by field, and never repeats the value.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from core.identifiers import npi_is_valid
from patients.choices import State, SuggestionKind, VisitKind
from patients.claim_data import VISIT, read_values
from patients.models import BillingProvider, Patient, Provider, ServiceFacility
from patients.note_files import MOST_BYTES

DATES = ["iso-8601", "%m/%d/%Y"]
NO_PROVIDER = "There is no active provider with this NPI."
LONGEST_STAY = timedelta(days=366)


class Reference(serializers.Field):
    """A row of this practice, named by one of its numbers."""

    def __init__(self, model: Any, by: str, missing: str, **kwargs: Any) -> None:
        self.model, self.by, self.missing = model, by, missing
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Model:
        """Look the row up; inactive ones do not count."""
        text = data.strip() if isinstance(data, str) else ""
        if not text or len(text) > 60 or "\x00" in text:
            raise serializers.ValidationError(self.missing)
        if self.by == "npi" and not npi_is_valid(text):
            raise serializers.ValidationError("This is no NPI: 10 digits with a check digit.")
        rows = self.model.objects.filter(**{self.by: text})
        if any(field.name == "is_active" for field in self.model._meta.concrete_fields):
            rows = rows.filter(is_active=True)
        found: Model | None = rows.order_by("pk").first()
        if found is None:
            raise serializers.ValidationError(self.missing)
        return found

    def to_representation(self, value: Any) -> str:
        """The same number back."""
        return str(getattr(value, self.by.removesuffix("__iexact")))


class Base64File(serializers.CharField):
    """A file within JSON, as base64; what may be in it is the service's to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_BYTES * 4 // 3 + 4, **kwargs)

    def to_internal_value(self, data: Any) -> bytes:  # type: ignore[override]
        """The bytes."""
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError("This is no base64.") from None


class TwoDigits(serializers.RegexField):
    """A place of service code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"invalid": "A place of service has two digits, such as 11."}
        super().__init__(r"^\d{2}$", **kwargs)


class SuggestionInput(serializers.Serializer):
    """A code that the provider thinks fits, and the words of the note it rests on."""

    code = serializers.CharField(max_length=120)
    words = serializers.CharField(required=False, max_length=300, default="", allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        """A bare code will do, too."""
        return super().to_internal_value({"code": data} if isinstance(data, str) else data)


class OrderInput(serializers.Serializer):
    """A test, drug or referral of the visit."""

    text = serializers.CharField(max_length=200)
    code = serializers.CharField(required=False, max_length=20, default="", allow_blank=True)
    result = serializers.CharField(required=False, max_length=300, default="", allow_blank=True)


class CaseInput(serializers.Serializer):
    """The accident or work injury of a visit; one of this name is taken up, else recorded."""

    name = serializers.CharField(max_length=60)
    is_work = serializers.BooleanField(required=False, default=False)
    is_auto = serializers.BooleanField(required=False, default=False)
    is_other_accident = serializers.BooleanField(required=False, default=False)
    accident_on = serializers.DateField(input_formats=DATES, required=False, allow_null=True)
    state_code = serializers.ChoiceField(choices=State.choices, required=False)
    employer = serializers.CharField(required=False, max_length=60)
    claim_number = serializers.CharField(required=False, max_length=50)


class ClaimDataInput(serializers.DictField):
    """Claim data by group and fact, as docs/claim-data.md lists them: {"hospital": {"admitted":
    "2026-11-02"}}.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Read by the one reader; every problem is told by group and fact."""
        given = super().to_internal_value(data)
        read = read_values(VISIT, given)
        if read.problems:
            raise serializers.ValidationError(
                [
                    f"{'.'.join(filter(None, (one.group, one.fact)))}: {one.message}"
                    for one in read.problems
                ]
            )
        return read.values


class EncounterInput(serializers.Serializer):
    """One visit as another system tells it."""

    patient_mrn = Reference(Patient, "mrn", "There is no patient with this MRN.")
    service_date_from = serializers.DateField(input_formats=DATES)
    service_date_to = serializers.DateField(input_formats=DATES, required=False, allow_null=True)
    rendering_provider_npi = Reference(Provider, "npi", NO_PROVIDER)
    referring_provider_npi = Reference(Provider, "npi", NO_PROVIDER, required=False)
    ordering_provider_npi = Reference(Provider, "npi", NO_PROVIDER, required=False)
    supervising_provider_npi = Reference(Provider, "npi", NO_PROVIDER, required=False)
    primary_care_provider_npi = Reference(Provider, "npi", NO_PROVIDER, required=False)
    case = CaseInput(required=False)
    claim_data = ClaimDataInput(required=False)
    billing_provider_npi = Reference(
        BillingProvider, "npi", "There is no billing provider with this NPI.", required=False
    )
    facility = Reference(
        ServiceFacility,
        "name__iexact",
        "There is no active facility of this name.",
        required=False,
    )
    place_of_service_code = TwoDigits(required=False)
    visit_kind = serializers.ChoiceField(choices=VisitKind.choices, required=False)
    external_number = serializers.CharField(required=False, max_length=40)
    note = serializers.CharField(required=False, max_length=20_000, trim_whitespace=True)
    note_author = serializers.CharField(required=False, max_length=120)
    note_is_signed = serializers.BooleanField(required=False, default=True)
    note_file = Base64File(required=False)
    suggested_diagnoses = serializers.ListField(
        child=SuggestionInput(), required=False, max_length=12
    )
    suggested_lines = serializers.ListField(child=SuggestionInput(), required=False, max_length=50)
    orders = serializers.ListField(child=OrderInput(), required=False, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Fill in what a practice with one site and one billing name need not say."""
        unsaid = {}
        models: dict[str, Any] = {
            "facility": ServiceFacility,
            "billing_provider_npi": BillingProvider,
        }
        for name, model in models.items():
            if name in attrs:
                continue
            only = list(model.objects.filter(is_active=True)[:2])
            if len(only) != 1:
                unsaid[name] = "Name it: the practice does not have exactly one."
            else:
                attrs[name] = only[0]
        last = attrs.get("service_date_to")
        if last and last - attrs["service_date_from"] > LONGEST_STAY:
            unsaid["service_date_to"] = "A visit lasts at most a year."
        if unsaid:
            raise serializers.ValidationError(unsaid)
        return attrs


def as_arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as the keyword arguments of record_encounter."""
    return {
        "patient": values["patient_mrn"],
        "rendering_provider": values["rendering_provider_npi"],
        "referring_provider": values.get("referring_provider_npi"),
        "claim": {
            "providers": {
                role: values[f"{role}_npi"]
                for role in ("ordering_provider", "supervising_provider", "primary_care_provider")
                if values.get(f"{role}_npi")
            },
            "case": dict(values["case"]) if values.get("case") else None,
            "claim_data": values.get("claim_data"),
        },
        "billing_provider": values["billing_provider_npi"],
        "facility": values["facility"],
        "service_date_from": values["service_date_from"],
        "service_date_to": values.get("service_date_to"),
        "place_of_service_code": values.get("place_of_service_code"),
        "visit_kind": values.get("visit_kind", VisitKind.OFFICE),
        "external_number": values.get("external_number"),
        "note_text": values.get("note", ""),
        "note_author": values.get("note_author", ""),
        "note_is_signed": values.get("note_is_signed", True),
        "note_file": values.get("note_file", b""),
        "suggestions": [
            (kind, one["code"], one["words"])
            for kind, name in _SUGGESTED
            for one in values.get(name, ())
        ],
        "orders": [(one["text"], one["code"], one["result"]) for one in values.get("orders", ())],
    }


_SUGGESTED = (
    (SuggestionKind.DIAGNOSIS, "suggested_diagnoses"),
    (SuggestionKind.LINE, "suggested_lines"),
)
# Fields of record_encounter as an outside caller knows them.
OUTSIDE_NAMES = {
    "patient": "patient_mrn",
    "rendering_provider": "rendering_provider_npi",
    "referring_provider": "referring_provider_npi",
    "billing_provider": "billing_provider_npi",
    "note_text": "note",
    "file": "note_file",
}
