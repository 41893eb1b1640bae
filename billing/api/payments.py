"""`/api/v1/payments`: what patients paid elsewhere in, and receipts out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Subquery, Sum
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.choices import PaymentMethod
from billing.forms import no_card_number
from billing.models import Journal, Payment, PaymentAllocation
from billing.services.take_patient_payment import take_patient_payment
from coding.models import ChargeLine
from core import audit
from core.api.fields import AMOUNT, Amount
from core.api.filters import narrowed
from core.api.idempotency import idempotent
from core.api.query import Query
from core.api.views import ApiListView, ApiView
from core.money import ZERO
from core.web import get_or_404
from patients.models import Patient

LOOKUPS = {
    "patient_id": "patient__public_id",
    "received_from": "received_on__gte",
    "received_to": "received_on__lte",
    "taken_since": "taken_at__gte",
}
_NO_PATIENT = "There is no such patient."
_ONE_OF = "Name the patient by `patient_id` or by `patient_mrn`."


class PartInput(serializers.Serializer):
    """The part of a payment that settles one charge line."""

    charge_line_id = serializers.UUIDField()
    amount = Amount()


class PaymentInput(serializers.Serializer):
    """Money from a patient. Without `allocations` it settles the oldest services first."""

    patient_id = serializers.UUIDField(required=False)
    patient_mrn = serializers.CharField(required=False, max_length=12)
    amount = Amount()
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    received_on = serializers.DateField()
    reference = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=40,
        help_text="Check number, or the terminal's receipt. Never a card number.",
    )  # fmt: skip
    allocations = PartInput(many=True, required=False, max_length=200)  # type: ignore[call-arg]

    def validate_reference(self, value: str) -> str:
        """Refuse what may be a card number."""
        try:
            return no_card_number(value)
        except forms.ValidationError as error:
            raise serializers.ValidationError(error.message) from None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Look up the patient and the lines; whatever is not of this practice is not there."""
        by_id, by_mrn = attrs.get("patient_id"), attrs.get("patient_mrn")
        if (by_id is None) == (by_mrn is None):
            raise serializers.ValidationError({"patient_id": _ONE_OF})
        rows = Patient.objects.select_related("practice")
        wanted = rows.filter(public_id=by_id) if by_id else rows.filter(mrn=by_mrn)
        attrs["patient"] = wanted.first()
        if attrs["patient"] is None:
            name = "patient_id" if by_id else "patient_mrn"
            raise serializers.ValidationError({name: _NO_PATIENT})
        if "allocations" in attrs:
            attrs["parts"] = _parts(attrs["allocations"])
        return attrs


class AllocationOutput(serializers.Serializer):
    """What one charge line got of it."""

    charge_line_id = serializers.UUIDField(source="charge_line.public_id")
    amount = Amount()


class PaymentOutput(serializers.Serializer):
    """One receipt."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    patient_id = serializers.UUIDField(source="patient.public_id")
    amount = Amount()
    method = serializers.ChoiceField(choices=PaymentMethod.choices)
    reference = serializers.CharField(source="reference_number", allow_blank=True)
    received_on = serializers.DateField()
    taken_at = serializers.DateTimeField()
    journal_number = serializers.IntegerField(source="journal.number")
    settled_amount = Amount(source="settled", help_text="When it was taken")
    credit_amount = serializers.SerializerMethodField()
    is_taken_back = serializers.BooleanField()
    allocations = AllocationOutput(many=True)

    class Meta:
        model = Payment

    @extend_schema_field(AMOUNT)
    def get_credit_amount(self, row: Any) -> str:
        """What settled nothing then, and waited as the patient's credit."""
        return str(row.amount - row.settled)


class PaymentQuery(Query):
    """Filters of the list."""

    patient_id = serializers.UUIDField(required=False)
    received_from = serializers.DateField(required=False)
    received_to = serializers.DateField(required=False)
    taken_since = serializers.DateTimeField(required=False)


def payments() -> Any:
    """Receipts with what their answer shows."""
    parts = PaymentAllocation.objects.filter(payment=OuterRef("pk")).order_by()
    settled = parts.values("payment").annotate(sum=Sum("amount")).values("sum")
    return (
        Payment.objects.select_related("patient", "journal")
        .annotate(
            settled=Subquery(settled),
            is_taken_back=Exists(Journal.objects.filter(reverses=OuterRef("journal"))),
        )
        .prefetch_related(
            Prefetch("allocations", PaymentAllocation.objects.select_related("charge_line"))
        )
    )


class PaymentList(ApiListView):
    """Receipts of patients' payments, the oldest first."""

    scopes = {"GET": "payments:read", "POST": "payments:write"}
    serializer_class = PaymentOutput
    filter_class = PaymentQuery
    noun = "payments"

    def rows(self, values: dict[str, Any]) -> Any:
        return narrowed(payments(), values, LOOKUPS)

    def prepared(self, rows: list[Any]) -> list[Any]:
        return [_whole(row) for row in rows]

    def patients_of(self, rows: Iterable[Payment]) -> Iterable[int]:
        return [payment.patient_id for payment in rows]

    @extend_schema(request=PaymentInput, responses={201: PaymentOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take a payment: it is in the books when this is answered."""
        given = PaymentInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        payment = take_patient_payment(
            patient=values["patient"],
            amount=values["amount"],
            method=values["method"],
            received_on=values["received_on"],
            reference=values["reference"],
            allocations=values.get("parts"),
        )
        shown = _whole(get_or_404(payments(), payment.public_id))
        location = reverse("api-payment", args=[payment.public_id])
        return Response(PaymentOutput(shown).data, status=201, headers={"Location": location})


class PaymentDetail(ApiView):
    """One receipt."""

    scopes = {"GET": "payments:read"}

    @extend_schema(responses=PaymentOutput)
    def get(self, request: Request, public_id: UUID) -> Response:
        """What it settled, and whether it was taken back."""
        payment = get_or_404(payments(), public_id)
        audit.read(payment, patient=payment.patient, note="API")
        return Response(PaymentOutput(_whole(payment)).data)


def _whole(row: Any) -> Any:
    """A payment that settled nothing settled zero."""
    row.settled = row.settled if row.settled is not None else ZERO
    return row


def _parts(allocations: list[dict[str, Any]]) -> dict[int, Decimal]:
    """Rows for the charge lines' ids. Raises ValidationError at each that is not there."""
    wanted = [one["charge_line_id"] for one in allocations]
    known = dict(ChargeLine.objects.filter(public_id__in=wanted).values_list("public_id", "pk"))
    problems = {
        str(number): {"charge_line_id": "There is no such charge line."}
        for number, public_id in enumerate(wanted)
        if public_id not in known
    }
    if not problems and len(set(wanted)) != len(wanted):
        problems = {"0": {"charge_line_id": "Name each charge line once."}}
    if problems:
        raise serializers.ValidationError({"allocations": problems})
    return {known[one["charge_line_id"]]: one["amount"] for one in allocations}
