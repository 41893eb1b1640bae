"""`/api/v1/charges`: codes of other systems come in whole or not at all."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from billing.models import Journal
from claims.models import Claim
from coding.models import ChargeLine, CodingCase
from core import clock, sweeping
from core.models import AuditEvent, Practice
from patients.models import Encounter, Patient
from tests.claims.conftest import NOVEMBER_23
from tests.factories.api import Caller, caller
from tests.factories.claims import World, coded_case, joan, make_world, ready_case

pytestmark = pytest.mark.django_db
SCOPES = ("charges:read", "charges:write")
DAY = "2026-11-03"
LINES = [
    {"procedure_code": "99213", "modifiers": ["25"], "diagnoses": [2]},
    {"procedure_code": "20610", "modifiers": ["RT"], "units": "1", "diagnoses": [1]},
]


@pytest.fixture
def world(in_summit: Practice, settings: Any, tmp_path: Any) -> Iterator[World]:
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)


@pytest.fixture
def patient(world: World) -> Patient:
    return joan(world)


@pytest.fixture
def ehr(world: World) -> Caller:
    return caller(world.practice, *SCOPES)


def visit(patient: Patient, **more: Any) -> dict[str, Any]:
    return {
        "patient_mrn": patient.mrn, "service_date_from": DAY,
        "rendering_provider_npi": "2000000028", "external_number": "V-1", "note": "Seen.", **more,
    }  # fmt: skip


def coded(patient: Patient, **more: Any) -> dict[str, Any]:
    return {
        "encounter": visit(patient), "diagnoses": ["M17.11", "I10"], "lines": LINES,
        "finish": True, **more,
    }  # fmt: skip


def test_a_coded_visit_becomes_charges_and_a_claim(ehr: Caller, patient: Patient) -> None:
    answer = ehr.post("charges", coded(patient))
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["state"], said["external_number"]) == ("released", "V-1")
    assert said["charge_amount"] == "285.00"
    assert [(d["place"], d["code"]) for d in said["diagnoses"]] == [(1, "M17.11"), (2, "I10")]
    assert [(line["procedure_code"], line["charge_amount"], line["diagnoses"], line["state"])
            for line in said["lines"]] == [
        ("99213", "135.00", [2], "released"), ("20610", "150.00", [1], "released"),
    ]  # fmt: skip
    assert Journal.objects.count() == 2
    sweeping.run_one("news")
    again = ehr.get(answer["Location"]).json()
    assert {line["claim_id"] for line in again["lines"]} == {str(Claim.objects.get().public_id)}


def test_an_uncoded_visit_waits_for_a_coder(ehr: Caller, patient: Patient) -> None:
    said = ehr.post("charges", {"encounter": visit(patient)}).json()
    assert (said["state"], said["lines"]) == ("ready", [])
    with_codes = {"encounter_id": said["encounter_id"], "diagnoses": ["I10"],
                  "lines": [{"procedure_code": "99213"}]}  # fmt: skip
    said = ehr.post("charges", with_codes).json()
    assert said["state"] == "in_progress"
    assert said["lines"][0]["state"] == "draft"
    assert Journal.objects.count() == 0


def test_what_the_edits_find_is_told_whole_and_nothing_is_recorded(
    ehr: Caller, patient: Patient
) -> None:
    lines = [
        {"procedure_code": "99213", "modifiers": ["25", "25"], "diagnoses": [2]},
        {"procedure_code": "20610", "modifiers": ["RT", "RT"], "diagnoses": [1]},
    ]
    answer = ehr.post("charges", coded(patient, lines=lines))
    assert answer.status_code == 422
    said = answer.json()
    assert said["code"] == "findings"
    assert len(said["errors"]) >= 2
    assert all(":" in error["message"] for error in said["errors"])
    assert Encounter.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"encounter_id": "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b31"}, "encounter_id"),
        ({"encounter": {"patient_mrn": "nobody"}}, "encounter.patient_mrn"),
        ({"diagnoses": ["M17.11", "X99"]}, "diagnoses.1"),
        ({"diagnoses": ["M17"], "lines": [{"procedure_code": "99213"}]}, "diagnoses.0"),
        ({"lines": [{"procedure_code": "99499"}]}, "lines.0"),
        ({"lines": [{"procedure_code": "992"}]}, "lines.0.procedure_code"),
        ({"lines": [{"procedure_code": "99213", "units": 1}]}, "lines.0.units"),
        ({"lines": [{"procedure_code": "99213", "units": "-1"}]}, "lines.0.units"),
        ({"lines": [{"procedure_code": "99213", "fee_amount": 1.5}]}, "lines.0.fee_amount"),
        ({"lines": [{"procedure_code": "99213", "fee_amount": "1.555"}]}, "lines.0.fee_amount"),
        ({"lines": [{"procedure_code": "99213", "diagnoses": [3]}]}, "lines.0.diagnoses"),
        ({"lines": [{"procedure_code": "99213", "diagnoses": [1, 1]}]}, "lines.0.diagnoses"),
        ({"lines": []}, "finish"),
    ],
)
def test_wrong_input_names_the_field_and_records_nothing(
    ehr: Caller, patient: Patient, changes: dict[str, Any], field: str
) -> None:
    body = coded(patient, **changes)
    if field.startswith("encounter."):
        body["encounter"] = {**visit(patient), **changes["encounter"]}
    answer = ehr.post("charges", body)
    assert answer.status_code == 422, answer.content
    assert field in {error["field"] for error in answer.json()["errors"]}, answer.json()
    assert Encounter.objects.count() == 0


def test_a_visit_that_has_charges_takes_no_more(
    ehr: Caller, world: World, patient: Patient
) -> None:
    case = coded_case(world, patient, "99213", on=date(2026, 11, 3))
    body = {"encounter_id": str(case.encounter.public_id), "lines": [{"procedure_code": "20610"}]}
    assert ehr.post("charges", body).status_code == 409
    assert ChargeLine.objects.count() == 1


def test_sent_twice_it_is_there_once(ehr: Caller, patient: Patient) -> None:
    first, second = (ehr.post("charges", coded(patient), key="k1") for _ in range(2))
    assert first.json() == second.json()
    assert second["Idempotency-Replayed"] == "true"
    assert ehr.post("charges", coded(patient, finish=False), key="k1").status_code == 422
    assert CodingCase.objects.count() == 1


def test_the_list_filters_and_each_read_is_audited(
    ehr: Caller, world: World, patient: Patient
) -> None:
    ready_case(world, patient, on=date(2026, 11, 2))
    ehr.post("charges", coded(patient))
    assert len(ehr.all("charges", limit=1)) == 2
    [shown] = ehr.all("charges", external_number="V-1")
    assert shown["state"] == "released"
    assert [row["state"] for row in ehr.all("charges", state="ready")] == ["ready"]
    event = AuditEvent.objects.filter(action="api.read").latest("id")
    assert (event.after, event.note) == ({"patients": [patient.pk]}, "1 visits' charges")
    assert ehr.get("charges", staet="ready").status_code == 422


def test_another_practices_visits_are_not_there(
    ehr: Caller, patient: Patient, lakeside: Practice
) -> None:
    said = ehr.post("charges", coded(patient)).json()
    theirs = caller(lakeside, *SCOPES)
    assert theirs.get("charges").json()["data"] == []
    assert theirs.get(f"charges/{said['id']}").status_code == 404
    body = {"encounter_id": said["encounter_id"], "lines": [{"procedure_code": "99213"}]}
    assert theirs.post("charges", body).status_code == 422


def test_a_scope_opens_its_own_method_only(world: World, patient: Patient) -> None:
    reader = caller(world.practice, "charges:read")
    assert reader.get("charges").status_code == 200
    answer = reader.post("charges", coded(patient))
    assert (answer.status_code, "charges:write" in answer.json()["detail"]) == (403, True)
