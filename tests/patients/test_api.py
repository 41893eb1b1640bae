"""`/api/v1/patients` and `/api/v1/encounters` as another system sees them."""

import json
from base64 import b64encode
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import CodingCase
from core.models import AuditEvent, Practice
from core.services.api_tokens import issue_api_token
from core.tenancy import practice_scope
from desk.demo.paperwork import pdf_of
from patients.models import Encounter, Patient
from tests.factories.patients import Site, joan, make_site

URL = "/api/v1/encounters"
PROBLEM = "application/problem+json"


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.fixture
def patient(site: Site) -> Patient:
    return joan(site, mrn="400117")


@pytest.fixture
def token(summit: Practice) -> str:
    scopes = ["patients:read", "encounters:read", "encounters:write"]
    return issue_api_token(practice=summit, name="Scheduler", scopes=scopes)[1]


def body(**more: Any) -> dict[str, Any]:
    return {
        "patient_mrn": "400117", "service_date_from": "2026-11-02",
        "rendering_provider_npi": "2000000028", "note": "Seen.", "external_number": "V1", **more,
    }  # fmt: skip


def send(token: str, content: Any, key: str = "k1") -> Any:
    return Client().post(
        URL,
        json.dumps(content) if not isinstance(content, str) else content,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )


def test_an_encounter_is_taken_and_waits_for_the_coder(token: str, patient: Patient) -> None:
    answer = send(token, body(visit_kind="telehealth", place_of_service_code="10"))
    assert answer.status_code == 201, answer.content
    encounter = Encounter.objects.get()
    assert answer["Location"] == reverse("api-encounter", args=[encounter.public_id])
    said = answer.json()
    assert said["id"] == str(encounter.public_id)
    assert said["patient_mrn"] == "400117"
    assert (encounter.source, encounter.place_of_service_code) == ("api", "10")
    assert CodingCase.objects.get(encounter=encounter).state == "ready"
    again = Client().get(answer["Location"], headers={"Authorization": f"Bearer {token}"})
    assert again.json() == said


def test_the_same_key_has_one_effect_and_one_answer(token: str, patient: Patient) -> None:
    first, second = send(token, body()), send(token, body())
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second["Location"] == first["Location"]
    assert Encounter.objects.count() == 1
    assert send(token, body(external_number="V2")).status_code == 422
    assert Encounter.objects.count() == 1


def test_text_that_no_database_keeps_is_refused(token: str, patient: Patient) -> None:
    answer = send(token, body(patient_mrn="4001\x00"))
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert Encounter.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"patient_mrn": "nobody"}, "patient_mrn"),
        ({"patient_mrn": ["400117"]}, "patient_mrn"),
        ({"patient_mrn": "x" * 5000}, "patient_mrn"),
        ({"service_date_from": "02/30/2026"}, "service_date_from"),
        ({"service_date_from": 20261102}, "service_date_from"),
        ({"service_date_from": "2999-01-01"}, "service_date_from"),
        ({"service_date_from": "1900-01-01"}, "service_date_from"),
        ({"service_date_to": "2026-11-01"}, "service_date_to"),
        ({"service_date_to": "2028-11-01"}, "service_date_to"),
        ({"rendering_provider_npi": "2000000029"}, "rendering_provider_npi"),
        ({"rendering_provider_npi": "1234567893"}, "rendering_provider_npi"),
        ({"facility": "Elsewhere"}, "facility"),
        ({"billing_provider_npi": "2000000028"}, "billing_provider_npi"),
        ({"place_of_service_code": "1a"}, "place_of_service_code"),
        ({"visit_kind": "party"}, "visit_kind"),
        ({"external_number": "y" * 41}, "external_number"),
        ({"note": "z" * 20_001}, "note"),
        ({"note_file": "no base64!"}, "note_file"),
        ({"note_file": b64encode(b"no pdf").decode()}, "note_file"),
        ({"suggested_diagnoses": [{"code": ""}]}, "suggested_diagnoses.0.code"),
        ({"suggested_lines": "99213"}, "suggested_lines"),
        ({"orders": [{"code": "LAB1"}]}, "orders.0.text"),
    ],
)
def test_wrong_input_names_the_field_and_records_nothing(
    token: str, patient: Patient, changes: dict[str, Any], field: str
) -> None:
    answer = send(token, body(**changes))
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == PROBLEM
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Encounter.objects.exists()
    # The key is free again: the caller corrects the body and sends it under the same one.
    assert send(token, body()).status_code == 201


def test_the_note_comes_as_a_file_with_orders_and_the_providers_codes(
    token: str, patient: Patient
) -> None:
    answer = send(
        token,
        body(
            note_file=b64encode(pdf_of("Assessment: sore knee.")).decode(),
            suggested_diagnoses=["M17.11", {"code": "I10", "words": "sore knee"}],
            suggested_lines=["99213-25 /a"],
            orders=[{"text": "Knee film", "code": "XR1", "result": "no break"}],
        ),
    )
    assert answer.status_code == 201, answer.content
    encounter = Encounter.objects.get()
    typed, note = encounter.notes.all()
    assert (typed.text, note.text, note.page_count) == ("Seen.", "Assessment: sore knee.", 1)
    told = list(encounter.suggestions.values_list("kind", "text", "words"))
    assert told == [
        ("diagnosis", "M17.11", ""), ("diagnosis", "I10", "sore knee"), ("line", "99213-25 /a", ""),
    ]  # fmt: skip
    order = encounter.orders.get()
    assert (order.text, order.code, order.result) == ("Knee film", "XR1", "no break")


def test_an_unsigned_note_leaves_the_encounter_waiting(token: str, patient: Patient) -> None:
    assert send(token, body(note_is_signed=False)).status_code == 201
    assert CodingCase.objects.get().state == "waiting_note"


def test_all_problems_are_told_at_once(token: str, patient: Patient) -> None:
    answer = send(token, {"service_date_from": "x"})
    fields = {error["field"] for error in answer.json()["errors"]}
    assert {"patient_mrn", "service_date_from", "rendering_provider_npi"} <= fields


@pytest.mark.parametrize("content", ["{", "[]", '"text"', "null", "[1, 2]"])
def test_a_body_that_is_no_object_is_refused(token: str, patient: Patient, content: str) -> None:
    answer = send(token, content)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == PROBLEM
    assert not Encounter.objects.exists()


def test_a_number_that_was_taken_is_a_conflict(token: str, patient: Patient) -> None:
    send(token, body())
    answer = send(token, body(), key="k2")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "external_number"


def test_who_may_not_is_refused(summit: Practice, patient: Patient) -> None:
    reader = issue_api_token(practice=summit, name="Reader", scopes=["patients:read"])[1]
    assert send(reader, body()).status_code == 403
    assert send("clk_wrong", body()).status_code == 401
    assert Client().post(URL, "{}", content_type="application/json").status_code == 401
    assert not Encounter.objects.exists()


def test_the_other_practices_patient_is_unknown(token: str, lakeside: Practice, site: Site) -> None:
    with practice_scope(lakeside):
        theirs = joan(make_site(lakeside), mrn="L1")
    answer = send(token, body(patient_mrn="L1"))
    assert answer.status_code == 422
    listing = Client().get("/api/v1/patients", headers={"Authorization": f"Bearer {token}"})
    assert str(theirs.public_id) not in listing.content.decode()


def test_patients_are_listed_by_page_and_the_read_is_kept(token: str, site: Site) -> None:
    for number in range(3):
        joan(site, mrn=f"40{number}")
    headers = {"Authorization": f"Bearer {token}"}
    first = Client().get("/api/v1/patients?limit=2", headers=headers).json()
    assert [one["mrn"] for one in first["data"]] == ["400", "401"]
    second = Client().get(first["next"], headers=headers).json()
    assert [one["mrn"] for one in second["data"]] == ["402"]
    kept = AuditEvent.objects.filter(action="api.read").order_by("id")
    assert [len(event.after["patients"]) for event in kept] == [2, 1]


def test_without_a_key_nothing_is_done(token: str, patient: Patient) -> None:
    answer = Client().post(
        URL, json.dumps(body()), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.status_code == 400
    assert not Encounter.objects.exists()
