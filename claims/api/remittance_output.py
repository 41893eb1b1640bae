"""What the API shows of a remittance: the payment, its claims, and where posting stands."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from claims.api.claim_output import OUTCOMES
from claims.api.parts import AdjustmentOutput, PayerOutput, RemarkOutput, remarks
from claims.choices import RemittanceState
from claims.models import Remittance, RemittanceClaim
from core.api.fields import Amount, Units
from core.api.query import Query


class RemittanceOutput(serializers.Serializer):
    """One payment of a payer."""

    id = serializers.UUIDField(source="public_id")
    payer = PayerOutput(allow_null=True)
    payer_name = serializers.CharField(help_text="As the payer writes itself")
    trace_number = serializers.CharField(help_text="TRN02: the check or EFT number")
    payment_amount = Amount()
    method_code = serializers.CharField(help_text="BPR04: ACH, CHK, NON …")
    paid_on = serializers.DateField()
    state = serializers.ChoiceField(choices=RemittanceState.choices)
    state_words = serializers.CharField(source="get_state_display")
    claim_count = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    posted_at = serializers.DateTimeField(allow_null=True)
    reconciled_on = serializers.DateField(
        allow_null=True, help_text="When its money was found at the bank"
    )

    class Meta:
        model = Remittance


class ProviderAdjustmentOutput(serializers.Serializer):
    """Money of the payment that belongs to no claim of it (PLB); positive lowers the payment."""

    reason_code = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    amount = Amount()


class RemittanceDetailOutput(RemittanceOutput):
    """A payment with its provider adjustments, and what keeps it from being posted."""

    provider_adjustments = ProviderAdjustmentOutput(many=True)
    problems = serializers.ListField(child=serializers.CharField())
    unmatched_count = serializers.IntegerField(help_text="Claims of it that are not found here yet")
    replaced_by_id = serializers.UUIDField(
        source="replaced_by.public_id", default=None, allow_null=True
    )
    duplicate_of_id = serializers.UUIDField(
        source="duplicate_of.public_id", default=None, allow_null=True
    )


class AnsweredLineOutput(serializers.Serializer):
    """One service of an answer; `charge_line_id` is that of charges, null where not found."""

    position = serializers.IntegerField()
    charge_line_id = serializers.UUIDField(
        source="charge_line.public_id", default=None, allow_null=True
    )
    procedure_code = serializers.CharField()
    modifiers = serializers.ListField(child=serializers.CharField())
    units = Units()
    charge_amount = Amount()
    paid_amount = Amount()
    allowed_amount = Amount(allow_null=True)
    service_date = serializers.DateField(allow_null=True)
    adjustments = AdjustmentOutput(many=True, source="trios")
    remarks = serializers.SerializerMethodField()

    @extend_schema_field(RemarkOutput(many=True))
    def get_remarks(self, row: Any) -> list[dict[str, str]]:
        """Its remark codes in words."""
        return remarks(row.remark_codes)


class AnsweredClaimOutput(serializers.Serializer):
    """One claim of a remittance; `claim_id` is null while it is not found here."""

    id = serializers.UUIDField(source="public_id")
    position = serializers.IntegerField()
    claim_id = serializers.UUIDField(
        source="version.claim.public_id", default=None, allow_null=True
    )
    version_id = serializers.UUIDField(source="version.public_id", default=None, allow_null=True)
    control_number = serializers.CharField(source="patient_control_number")
    payer_claim_number = serializers.CharField(allow_blank=True)
    status_code = serializers.CharField(help_text="CLP02")
    charge_amount = Amount()
    paid_amount = Amount()
    patient_responsibility_amount = Amount(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES, allow_blank=True)
    is_set_aside = serializers.SerializerMethodField()
    adjustments = AdjustmentOutput(many=True, source="trios")
    remarks = serializers.SerializerMethodField()
    lines = AnsweredLineOutput(many=True, source="answered_lines")

    class Meta:
        model = RemittanceClaim

    def get_is_set_aside(self, row: Any) -> bool:
        """Whether somebody decided that it is not ours to post."""
        return row.set_aside_at is not None

    @extend_schema_field(RemarkOutput(many=True))
    def get_remarks(self, row: Any) -> list[dict[str, str]]:
        """Its remark codes in words."""
        return remarks(row.remark_codes)


class RemittanceQuery(Query):
    """Filters of the list."""

    state = serializers.ChoiceField(choices=RemittanceState.choices, required=False)
    payer_id = serializers.UUIDField(required=False)
    paid_from = serializers.DateField(required=False)
    paid_to = serializers.DateField(required=False)
    received_since = serializers.DateTimeField(required=False)
    posted_since = serializers.DateTimeField(required=False)
