"""`/api/v1/payments`: what patients paid elsewhere is taken once, and settles what is owed."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Journal, Payment
from billing.services.take_back_payment import take_back_payment
from core.models import AuditEvent, Practice, WebhookEvent
from core.services.webhook_endpoints import make_endpoint
from patients.models import Patient
from tests.billing.road import charged_visit, new_patient
from tests.factories.api import Caller, caller

pytestmark = pytest.mark.django_db
SCOPES = ("payments:read", "payments:write")
D = Decimal


@pytest.fixture
def patient(in_summit: Practice) -> Patient:
    """She owes 60 of one visit and 40 of a later one."""
    found = new_patient(in_summit)
    charged_visit(found, ["60"], on=date(2026, 1, 5))
    charged_visit(found, ["40"], on=date(2026, 1, 6))
    return found


@pytest.fixture
def portal(in_summit: Practice) -> Caller:
    return caller(in_summit, *SCOPES)


def paid(patient: Patient, **more: Any) -> dict[str, Any]:
    return {
        "patient_mrn": patient.mrn, "amount": "70.00", "method": "card",
        "received_on": "2026-01-07", "reference": "T-1", **more,
    }  # fmt: skip


def test_a_payment_settles_the_oldest_services_first(portal: Caller, patient: Patient) -> None:
    answer = portal.post("payments", paid(patient))
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["amount"], said["settled_amount"], said["credit_amount"]) == (
        "70.00", "70.00", "0.00",
    )  # fmt: skip
    assert [part["amount"] for part in said["allocations"]] == ["60.00", "10.00"]
    assert said["journal_number"] == Journal.objects.latest("number").number
    patient.refresh_from_db()
    assert patient.patient_balance_amount == D(30)
    assert portal.get(answer["Location"]).json() == said


def test_it_settles_the_lines_that_are_named(portal: Caller, patient: Patient) -> None:
    later = patient.charge_lines.order_by("-service_date_from")[0]
    parts = [{"charge_line_id": str(later.public_id), "amount": "25.00"}]
    said = portal.post("payments", paid(patient, allocations=parts)).json()
    assert said["allocations"] == parts
    assert said["credit_amount"] == "45.00"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient_mrn": "nobody"}, "patient_mrn"),
        ({"patient_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31"}, "patient_id"),
        ({"patient_mrn": "a\x00"}, ""),
        ({"amount": 70}, "amount"), ({"amount": "70.001"}, "amount"), ({"amount": "7e1"}, "amount"),
        ({"amount": "\u0667\u0660"}, "amount"), ({"amount": "0.00"}, "amount"),
        ({"amount": "-5.00"}, "amount"), ({"amount": "99999999999.00"}, "amount"),
        ({"method": "barter"}, "method"), ({"received_on": "2999-01-01"}, "received_on"),
        ({"received_on": "01/07/2026"}, "received_on"),
        ({"reference": "4111 1111 1111 1111"}, "reference"),
        ({"allocations": [{"charge_line_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31",
                           "amount": "1.00"}]}, "allocations.0.charge_line_id"),
    ],
)  # fmt: skip
def test_wrong_input_names_the_field_and_takes_nothing(
    portal: Caller, patient: Patient, changes: dict[str, Any], field: str
) -> None:
    answer = portal.post("payments", paid(patient, **changes))
    if field:
        assert answer.status_code == 422, answer.content
        assert field in {error["field"] for error in answer.json()["errors"]}
    else:
        assert answer.status_code == 400
    assert Payment.objects.count() == 0


def test_more_than_a_line_owes_is_refused(portal: Caller, patient: Patient) -> None:
    line = patient.charge_lines.first()
    parts = [{"charge_line_id": str(line.public_id), "amount": "65.00"}]
    answer = portal.post("payments", paid(patient, allocations=parts))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "allocations")


def test_sent_twice_it_is_taken_once(portal: Caller, patient: Patient) -> None:
    first, second = (portal.post("payments", paid(patient), key="r1") for _ in range(2))
    assert first.json() == second.json()
    assert Payment.objects.count() == 1
    assert portal.post("payments", paid(patient, amount="71.00"), key="r1").status_code == 422
    assert portal.client.post("/api/v1/payments", {}, "application/json").status_code == 400
    assert Payment.objects.count() == 1


def test_what_was_taken_back_says_so_and_both_are_told(
    portal: Caller, patient: Patient, in_summit: Practice
) -> None:
    make_endpoint(
        practice=in_summit, name="Portal", url="https://hooks.example.com/in",
        events=["payment.taken", "payment.taken_back"],
    )  # fmt: skip
    said = portal.post("payments", paid(patient)).json()
    take_back_payment(payment=Payment.objects.get(), reason="The check bounced")
    assert portal.all("payments")[0]["is_taken_back"] is True
    told = [json.loads(event.body) for event in WebhookEvent.objects.order_by("pk")]
    assert [event["type"] for event in told] == ["payment.taken", "payment.taken_back"]
    assert told[0]["data"] == {
        "payment_id": said["id"], "amount": "70.00", "method": "card",
        "received_on": "2026-01-07", "link": f"/api/v1/payments/{said['id']}",
    }  # fmt: skip


def test_another_practices_are_not_there(
    portal: Caller, patient: Patient, lakeside: Practice
) -> None:
    said = portal.post("payments", paid(patient)).json()
    theirs = caller(lakeside, *SCOPES)
    assert theirs.get("payments").json()["data"] == []
    assert theirs.get(f"payments/{said['id']}").status_code == 404
    assert theirs.post("payments", paid(patient)).status_code == 422
    line = patient.charge_lines.first()
    parts = [{"charge_line_id": str(line.public_id), "amount": "1.00"}]
    theirs_too = {**paid(patient), "allocations": parts}
    assert theirs.post("payments", theirs_too).status_code == 422


def test_each_read_is_audited(portal: Caller, patient: Patient) -> None:
    portal.post("payments", paid(patient))
    portal.get("payments")
    event = AuditEvent.objects.filter(action="api.read").latest("id")
    assert (event.after, event.note) == ({"patients": [patient.pk]}, "1 payments")
