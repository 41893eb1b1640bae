"""What the API takes and shows of charges."""

from typing import Any

from rest_framework import serializers

from coding.choices import CaseState, LineState
from coding.edits.diagnoses import MOST
from coding.grammar import MOST_MODIFIERS
from coding.models import CodingCase
from core.api.fields import Amount, Units
from core.api.query import Query
from patients.encounter_input import EncounterInput

MOST_LINES = 50
_ONE_OF = "Send `encounter_id` of a visit that is here, or the visit itself as `encounter`."


class LineInput(serializers.Serializer):
    """One procedure. What is left out comes from the charge master and the price list."""

    procedure_code = serializers.RegexField(
        r"^[0-9A-Za-z]{5}$", error_messages={"invalid": "A procedure code has five characters."}
    )
    modifiers = serializers.ListField(
        child=serializers.RegexField(r"^[0-9A-Za-z]{2}$"), required=False, max_length=MOST_MODIFIERS
    )
    units = Units(required=False)
    diagnoses = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MOST), required=False, max_length=4,
        help_text="Places in `diagnoses`, from 1, the main reason first; left out: the first four",
    )  # fmt: skip
    fee_amount = Amount(required=False, help_text="For one unit; left out: the price list's")
    place_of_service_code = serializers.RegexField(r"^\d{2}$", required=False)
    minutes = serializers.IntegerField(min_value=1, max_value=999, required=False)

    def validate_diagnoses(self, value: list[int]) -> list[int]:
        """Each reason once."""
        if len(set(value)) != len(value):
            raise serializers.ValidationError("A line points to a diagnosis once.")
        return value

    def validate_fee_amount(self, value: Any) -> Any:
        """No negative charge."""
        if value < 0:
            raise serializers.ValidationError("A fee is zero or more.")
        return value


class ChargesInput(serializers.Serializer):
    """The charges of one visit, coded or not."""

    encounter_id = serializers.UUIDField(required=False)
    encounter = EncounterInput(required=False)
    diagnoses = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, max_length=MOST,
        help_text="ICD-10-CM, with or without the dot, the first one first",
    )  # fmt: skip
    lines = LineInput(many=True, required=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    finish = serializers.BooleanField(
        required=False, default=False,
        help_text="True: they are right as they are. The edits are run, and where nothing stops"
        " them the coding is finished. False: a coder looks at them.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One visit, and nothing finished that was not coded."""
        if ("encounter_id" in attrs) == ("encounter" in attrs):
            raise serializers.ValidationError({"encounter_id": _ONE_OF})
        places = len(attrs.get("diagnoses", ()))
        for number, line in enumerate(attrs.get("lines", ())):
            if any(place > places for place in line.get("diagnoses", ())):
                said = f"There are {places} diagnoses."
                raise serializers.ValidationError({"lines": {str(number): {"diagnoses": said}}})
        if attrs["finish"] and not attrs.get("lines"):
            raise serializers.ValidationError({"finish": "There is no line to finish."})
        return attrs


class DiagnosisOutput(serializers.Serializer):
    """One diagnosis in its place."""

    place = serializers.IntegerField(source="position")
    code = serializers.CharField(source="dotted")


class LineOutput(serializers.Serializer):
    """One charge line; `id` names it for life, on claims and in answers, too."""

    id = serializers.UUIDField(source="public_id")
    state = serializers.ChoiceField(choices=LineState.choices)
    control_number = serializers.CharField()
    procedure_code = serializers.CharField()
    modifiers = serializers.ListField(child=serializers.CharField())
    units = Units()
    diagnoses = serializers.ListField(child=serializers.IntegerField(), source="places")
    charge_amount = Amount()
    service_date_from = serializers.DateField()
    service_date_to = serializers.DateField()
    claim_id = serializers.UUIDField(allow_null=True, source="claim_public_id")


class ChargesOutput(serializers.Serializer):
    """The charges of one visit and where its coding stands."""

    id = serializers.UUIDField(source="public_id")
    encounter_id = serializers.UUIDField(source="encounter.public_id")
    encounter_number = serializers.CharField(source="encounter.number")
    external_number = serializers.CharField(source="encounter.external_number", allow_null=True)
    patient_id = serializers.UUIDField(source="patient.public_id")
    state = serializers.ChoiceField(choices=CaseState.choices)
    state_changed_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)
    charge_amount = Amount(source="charged")
    diagnoses = DiagnosisOutput(many=True, source="listed")
    lines = LineOutput(many=True, source="charged_lines")

    class Meta:
        model = CodingCase


class ChargesQuery(Query):
    """Filters of the list."""

    encounter_id = serializers.UUIDField(required=False)
    external_number = serializers.CharField(
        required=False, max_length=40, help_text="The visit's number in your system"
    )
    state = serializers.ChoiceField(choices=CaseState.choices, required=False)
    changed_since = serializers.DateTimeField(required=False, help_text="State changed at or after")
