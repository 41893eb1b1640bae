"""`/api/v1/denials`: what payers refused, why in words, and until when it can be fought."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.parts import AdjustmentOutput, PayerOutput, RemarkOutput, remarks
from claims.denial_choices import (
    AppealOutcome,
    AppealState,
    CaseOutcome,
    CaseState,
    DenialCategory,
    DenialState,
    DenialStep,
    RootCause,
)
from claims.denials.reasons import reason_of
from claims.models import DenialCase
from core import audit
from core.api.fields import Amount
from core.api.filters import narrowed
from core.api.query import Query
from core.api.views import ApiListView, ApiView
from core.web import get_or_404

LOOKUPS = {
    "state": "state",
    "payer_id": "payer__public_id",
    "claim_id": "claim__public_id",
    "category": "category",
    "deadline_to": "deadline_on__lte",
    "opened_since": "opened_at__gte",
    "changed_since": "state_changed_at__gte",
}
_OUTCOMES = [choice for choice in CaseOutcome.choices if choice[0]]


class DenialOutput(serializers.Serializer):
    """What one payer refused on one claim for one cause."""

    id = serializers.UUIDField(source="public_id")
    claim_id = serializers.UUIDField(source="claim.public_id")
    patient_id = serializers.UUIDField(source="claim.patient.public_id")
    payer = PayerOutput()
    state = serializers.ChoiceField(choices=CaseState.choices)
    state_words = serializers.CharField(source="get_state_display")
    state_changed_at = serializers.DateTimeField()
    group_code = serializers.CharField()
    reason_code = serializers.CharField(help_text="Of the largest refused amount")
    reason_words = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()
    category = serializers.ChoiceField(choices=DenialCategory.choices)
    root_cause = serializers.ChoiceField(choices=RootCause.choices)
    amount = Amount(help_text="Refused and not settled yet")
    expected_amount = Amount(help_text="What should have been allowed, less what was paid")
    recovered_amount = Amount()
    chance = serializers.DecimalField(max_digits=4, decimal_places=3)
    next_step = serializers.ChoiceField(choices=DenialStep.choices)
    next_step_words = serializers.CharField(source="next_step_label")
    decided_on = serializers.DateField()
    deadline_on = serializers.DateField(allow_null=True)
    deadline_of = serializers.CharField(allow_blank=True, help_text="What ends on that day")
    outcome = serializers.ChoiceField(choices=_OUTCOMES, allow_blank=True)
    opened_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = DenialCase

    def get_reason_words(self, row: Any) -> str:
        """The reason as a biller says it."""
        return reason_of(row.reason_code).words

    @extend_schema_field(RemarkOutput(many=True))
    def get_remarks(self, row: Any) -> list[dict[str, str]]:
        """Its remark codes in words."""
        return remarks(row.remark_codes)


class RefusedAmountOutput(AdjustmentOutput):
    """One refused amount of a case."""

    charge_line_id = serializers.UUIDField(
        source="charge_line.public_id", default=None, allow_null=True
    )
    state = serializers.ChoiceField(choices=DenialState.choices)


class AppealOutput(serializers.Serializer):
    """One appeal of a case."""

    level_name = serializers.CharField()
    state = serializers.ChoiceField(choices=AppealState.choices)
    last_day = serializers.DateField(allow_null=True)
    sent_on = serializers.DateField(allow_null=True)
    decision_due_on = serializers.DateField(allow_null=True)
    decided_on = serializers.DateField(allow_null=True)
    outcome = serializers.ChoiceField(choices=AppealOutcome.choices, allow_blank=True)


class DenialDetailOutput(DenialOutput):
    """A case with its amounts and appeals."""

    step_why = serializers.CharField(allow_blank=True)
    amounts = RefusedAmountOutput(many=True, source="denials")
    appeals = AppealOutput(many=True)


class DenialQuery(Query):
    """Filters of the list."""

    state = serializers.ChoiceField(choices=CaseState.choices, required=False)
    payer_id = serializers.UUIDField(required=False)
    claim_id = serializers.UUIDField(required=False)
    category = serializers.ChoiceField(choices=DenialCategory.choices, required=False)
    deadline_to = serializers.DateField(required=False, help_text="To be worked by that day")
    opened_since = serializers.DateTimeField(required=False)
    changed_since = serializers.DateTimeField(required=False)


def cases() -> Any:
    """Denial cases with what a row shows."""
    return DenialCase.objects.select_related("claim__patient", "payer")


class DenialList(ApiListView):
    """Denials as pieces of work, the oldest first."""

    scopes = {"GET": "denials:read"}
    serializer_class = DenialOutput
    filter_class = DenialQuery
    noun = "denials"

    def rows(self, values: dict[str, Any]) -> Any:
        return narrowed(cases(), values, LOOKUPS)

    def patients_of(self, rows: Iterable[DenialCase]) -> Iterable[int]:
        return [case.claim.patient_id for case in rows]


class DenialDetail(ApiView):
    """One denial."""

    scopes = {"GET": "denials:read"}

    @extend_schema(responses=DenialDetailOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Its amounts, why the next step is suggested, and its appeals."""
        rows = cases().prefetch_related("denials__charge_line", "appeals")
        case = get_or_404(rows, public_id)
        audit.read(case, patient=case.claim.patient, note="API")
        return Response(DenialDetailOutput(case).data)
