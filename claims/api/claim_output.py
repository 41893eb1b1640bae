"""What the API shows of a claim: where it stands, what was told, what was answered."""

from typing import Any

from rest_framework import serializers

from claims.api.parts import PayerOutput
from claims.choices import Outcome, VersionState
from claims.models import Claim
from core.api.fields import Amount, Units
from core.api.query import Query
from core.findings import Severity
from patients.choices import Rank

OUTCOMES = [choice for choice in Outcome.choices if choice[0]]


class VersionOutput(serializers.Serializer):
    """What one payer was told, and where that stands."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    payer = PayerOutput()
    rank = serializers.ChoiceField(choices=Rank.choices)
    frequency_code = serializers.CharField(help_text="1 original, 7 replacement, 8 void")
    state = serializers.ChoiceField(choices=VersionState.choices)
    state_words = serializers.CharField(source="get_state_display")
    state_changed_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)
    charge_amount = Amount()
    payer_claim_number = serializers.CharField(allow_blank=True)
    filing_deadline_on = serializers.DateField(allow_null=True)
    built_at = serializers.DateTimeField()


class ClaimOutput(serializers.Serializer):
    """One claim: its money, and the version that counts."""

    id = serializers.UUIDField(source="public_id")
    control_number = serializers.CharField(help_text="CLM01, the same over versions and payers")
    patient_id = serializers.UUIDField(source="patient.public_id")
    service_date_from = serializers.DateField()
    service_date_to = serializers.DateField()
    charge_amount = Amount()
    insurance_balance_amount = Amount()
    patient_balance_amount = Amount()
    is_open = serializers.BooleanField()
    hold_reason = serializers.CharField(allow_blank=True)
    version = VersionOutput(allow_null=True, source="current_version")

    class Meta:
        model = Claim


class ClaimLineOutput(serializers.Serializer):
    """One service line as the current version states it; `charge_line_id` is that of charges."""

    charge_line_id = serializers.UUIDField(source="charge_line.public_id")
    line_number = serializers.IntegerField()
    control_number = serializers.CharField()
    procedure_code = serializers.CharField()
    modifiers = serializers.ListField(child=serializers.CharField())
    units = Units()
    charge_amount = Amount()
    service_date = serializers.DateField()


class FindingOutput(serializers.Serializer):
    """What the checks find on the current version. E stops it, O until it is overridden."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=[one.value for one in Severity])
    message = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    fix = serializers.CharField(allow_blank=True)
    is_overridden = serializers.SerializerMethodField()

    def get_is_overridden(self, row: Any) -> bool:
        """Whether somebody gave a reason for going on."""
        return row.overridden_at is not None


class AnswerOutput(serializers.Serializer):
    """One decision of a payer in a remittance."""

    remittance_id = serializers.UUIDField(source="remittance.public_id")
    version_id = serializers.UUIDField(source="version.public_id")
    is_posted = serializers.SerializerMethodField()
    status_code = serializers.CharField(help_text="CLP02")
    charge_amount = Amount()
    paid_amount = Amount()
    patient_responsibility_amount = Amount(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)

    def get_is_posted(self, row: Any) -> bool:
        """Whether it is in the books."""
        return row.remittance.posted_at is not None


class TimelineOutput(serializers.Serializer):
    """One act: who did what, in words."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    who = serializers.CharField(source="actor_name")
    words = serializers.CharField(source="sentence", help_text="Read it after `who`")
    note = serializers.SerializerMethodField()

    def get_note(self, row: Any) -> str:
        """The quieter second line."""
        return str(row.details.get("note", ""))


class ClaimDetailOutput(ClaimOutput):
    """A claim with everything that happened to it."""

    encounter_ids = serializers.ListField(child=serializers.UUIDField())
    lines = ClaimLineOutput(many=True)
    versions = VersionOutput(many=True, source="all_versions")
    findings = FindingOutput(many=True)
    answers = AnswerOutput(many=True)
    timeline = TimelineOutput(many=True, help_text="Newest first, the last 200")


class ClaimQuery(Query):
    """Filters of the list."""

    state = serializers.ChoiceField(choices=VersionState.choices, required=False)
    outcome = serializers.ChoiceField(choices=OUTCOMES, required=False)
    payer_id = serializers.UUIDField(required=False)
    patient_id = serializers.UUIDField(required=False)
    encounter_id = serializers.UUIDField(required=False)
    is_open = serializers.BooleanField(required=False)
    service_from = serializers.DateField(required=False)
    service_to = serializers.DateField(required=False)
    changed_since = serializers.DateTimeField(
        required=False, help_text="With an act on its timeline at or after"
    )
