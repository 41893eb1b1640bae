"""Reading claim data, cases and authorizations: services, pages, API and CSV."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice, TimelineEntry
from core.services.api_tokens import issue_api_token
from core.tenancy import practice_scope
from patients.claim_data import LINE, VISIT, read_values
from patients.models import Case, Encounter, EncounterClaimData, PriorAuthorization
from patients.selectors import authorizations_for, coverages_for, used_of
from patients.services.import_encounters import import_encounters
from patients.services.record_authorization import (
    Use,
    change_authorization,
    count_uses,
    record_authorization,
)
from patients.services.record_case import record_case, set_encounter_case
from patients.services.record_coverage import record_coverage
from patients.services.save_claim_data import ClaimDataError, save_claim_data
from tests.cast import client_of
from tests.factories.patients import VISIT_DAY, Site, joan, joans_medicare, make_site, visit

AUTO = {"is_auto": True, "accident_on": date(2026, 10, 30), "state_code": "CO"}


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"hospital": {"admitted": "11/02/2026"}}, {"hospital": [{"admitted": "2026-11-02"}]}),
        ({"payment": {"patient": "$1,025.5"}}, {"payment": [{"patient": "1025.50"}]}),
        ({"conditions": {"codes": "w2, w3 w2"}}, {"conditions": [{"codes": ["W2", "W3"]}]}),
        ({"home": {"homebound": True}}, {"home": [{"homebound": "Y"}]}),
        ({"hospital": {"admitted": " "}}, {}),
        ({"notes": [{"text": "a   b"}]}, {"notes": [{"text": "a b"}]}),
    ],
)
def test_facts_are_kept_in_one_form_however_they_are_typed(raw: Any, kept: Any) -> None:
    read = read_values(VISIT, raw)
    assert (read.values, read.problems) == (kept, ())


@pytest.mark.parametrize(
    ("raw", "fact", "words"),
    [
        ({"hospital": {"admitted": "soon"}}, "admitted", "Enter a date"),
        ({"hospital": {"admitted": "2026-11-02", "discharged": "2026-11-01"}}, "discharged",
         "before “Admitted”"),
        ({"numbers": {"clia": "6D1"}}, "clia", "06D0000001"),
        ({"payment": {"patient": "1.234"}}, "patient", "Enter an amount"),
        ({"attachments": [{"type": "OZ"}]}, "way", "is missing"),
        ({"attachments": [{"type": "??", "way": "FX"}]}, "type", "Choose from the list"),
        ({"notes": {"text": "a*b"}}, "text", "without : * ^ and ~"),
        ({"nothing": {}}, "", "no such group"),
        ({"notes": "text"}, "", "Give one row"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_fact_and_nothing_is_lost(
    raw: Any, fact: str, words: str
) -> None:
    (problem,) = read_values(VISIT, raw).problems
    assert problem.fact == fact
    assert words in problem.message


def test_the_catalogue_has_each_key_once_and_needs_only_what_it_has() -> None:
    for groups in (VISIT, LINE):
        assert len({group.key for group in groups}) == len(groups)
        for group in groups:
            keys = [fact.key for fact in group.facts]
            assert len(set(keys)) == len(keys)
            assert set(group.needs) | set(group.any_of) <= set(keys)
            assert all(fact.segment for fact in group.facts)


@pytest.mark.django_db
def test_claim_data_is_kept_whole_or_not_at_all(site: Site) -> None:
    encounter = visit(site, joan(site))
    save_claim_data(encounter=encounter, values={"hospital": {"admitted": "2026-11-01"}})
    with pytest.raises(ClaimDataError) as refused:
        save_claim_data(encounter=encounter, values={"hospital": {"admitted": "x"}, "notes": {}})
    assert refused.value.problems[0].fact == "admitted"
    kept = EncounterClaimData.objects.get(encounter=encounter).values
    assert kept == {"hospital": [{"admitted": "2026-11-01"}]}
    assert TimelineEntry.objects.filter(kind="encounter.claim_data").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "is_work"),
        ({"is_auto": True, "accident_on": date(2026, 10, 30)}, "state_code"),
        ({"is_other_accident": True}, "accident_on"),
        ({**AUTO, "accident_on": date(2040, 1, 1)}, "accident_on"),
        ({**AUTO, "name": " "}, "name"),
    ],
)
def test_a_case_says_what_happened_when_and_where(
    site: Site, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(ApplicationError) as refused:
        record_case(patient=joan(site), **{"name": "Crash", **facts})
    assert refused.value.field == field


@pytest.mark.django_db
def test_the_database_refuses_a_case_without_a_cause(site: Site) -> None:
    patient = joan(site)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(practice=site.practice, patient=patient, name="Nothing")


@pytest.mark.django_db
def test_the_carrier_of_a_case_pays_its_visits_first_and_no_others(site: Site) -> None:
    patient = joan(site)
    medicare = joans_medicare(site, patient)
    injury = record_case(patient=patient, name="Fall at work", is_work=True)
    carrier = record_coverage(
        patient=patient, plan=site.acme_plan, member_id="WC123", case=injury,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    usual, at_work = visit(site, patient), visit(site, patient)
    set_encounter_case(encounter=at_work, case=injury)
    assert coverages_for(usual) == [medicare]
    assert coverages_for(at_work) == [carrier, medicare]


@pytest.mark.django_db
def test_an_authorization_is_found_by_payer_day_code_and_provider(site: Site) -> None:
    patient = joan(site)
    encounter, payer = visit(site, patient), site.acme_plan.payer

    def allow(number: str, **facts: Any) -> PriorAuthorization:
        return record_authorization(
            patient=patient, payer=payer, number=number,
            **{"effective_from": date(2026, 1, 1), **facts},
        )  # fmt: skip

    allow("OLD", effective_to=date(2026, 3, 1))
    allow("LATER", effective_from=date(2026, 12, 1))
    anything = allow("ANY")
    assert authorizations_for(encounter, payer.pk, ["20610"]) == {"authorization": anything}
    knee = allow("KNEE", codes=["20610"])
    assert authorizations_for(encounter, payer.pk, ["20610"])["authorization"] == knee
    assert authorizations_for(encounter, payer.pk, ["99213"])["authorization"] == anything
    assert authorizations_for(encounter, site.medicare_plan.payer_id, ["20610"]) == {}
    change_authorization(authorization=knee, cancelled_on=date(2026, 11, 1))
    assert authorizations_for(encounter, payer.pk, ["20610"])["authorization"] == anything


@pytest.mark.django_db
def test_a_charge_uses_an_authorization_once_however_often_it_is_counted(site: Site) -> None:
    found = record_authorization(
        patient=joan(site), payer=site.acme_plan.payer, number="A1", codes=["20610"],
        effective_from=date(2026, 1, 1), unit="visits", allowed_quantity=2,
    )  # fmt: skip
    uses = [
        Use(f"L{n}", code, VISIT_DAY, 1) for n, code in ((1, "20610"), (2, "20610"), (3, "99213"))
    ]
    for _ in range(2):
        count_uses(authorizations=[found], uses=uses)
    assert found.uses.count() == 2, "99213 is not in it"
    assert used_of([found.pk]) == {found.pk: 1}, "one day is one visit"


@pytest.mark.django_db
def test_a_case_and_an_authorization_are_recorded_on_the_chart(site: Site) -> None:
    patient = joan(site)
    front = client_of(site.practice, Role.FRONT_DESK)
    url = reverse("patients:case-new", args=[patient.public_id])
    wrong = front.post(url, {"name": "Crash", "is_auto": "on", "accident_on": "2026-10-30"})
    assert wrong.status_code == 422
    assert "An auto accident names its state." in wrong.content.decode()
    assert 'value="Crash"' in wrong.content.decode(), "nothing typed is lost"
    sent = {"name": "Crash", "is_auto": "on", "accident_on": "2026-10-30", "state_code": "CO"}
    page = front.post(url, sent, follow=True).content.decode()
    assert "Crash" in page
    allowed = reverse("patients:authorization-new", args=[patient.public_id])
    sent = {
        "payer": str(site.acme_plan.payer_id), "kind": "referral", "number": "ref 7",
        "effective_from": "2026-10-01", "codes": "20610 99213", "unit": "visits",
        "allowed_quantity": "3",
    }  # fmt: skip
    page = front.post(allowed, sent, follow=True).content.decode()
    assert "REF7" in page
    assert "0 of 3 visits used" in page


@pytest.mark.django_db
def test_another_practices_case_is_not_found(site: Site, lakeside: Practice) -> None:
    injury = record_case(patient=joan(site), name="Fall at work", is_work=True)
    stranger = client_of(lakeside, Role.BILLER)
    assert stranger.get(reverse("patients:case-edit", args=[injury.public_id])).status_code == 404


def body(**more: Any) -> dict[str, Any]:
    return {
        "patient_mrn": "400117", "service_date_from": "2026-11-02",
        "rendering_provider_npi": "2000000028", "note": "Seen.", **more,
    }  # fmt: skip


def send(practice: Practice, content: Any) -> Any:
    token = issue_api_token(practice=practice, name="EHR", scopes=["encounters:write"])[1]
    return Client().post(
        "/api/v1/encounters", json.dumps(content), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": token[-8:]},
    )  # fmt: skip


@pytest.mark.django_db
def test_another_system_sends_accident_hospital_and_roles_with_the_visit(
    site: Site, summit: Practice
) -> None:
    joan(site, mrn="400117")
    crash = {"name": "Crash", "is_auto": True, "accident_on": "2026-10-30", "state_code": "CO"}
    sent = body(
        case=crash, claim_data={"hospital": {"admitted": "2026-11-01"}},
        ordering_provider_npi="2000000028",
    )  # fmt: skip
    assert send(summit, sent).status_code == 201
    assert send(summit, sent | {"note": "Seen again."}).status_code == 201
    with practice_scope(summit):
        first, second = Encounter.objects.order_by("pk")
        assert first.case == second.case, "the second visit takes up the same case"
        assert first.ordering_provider == site.reyes
        assert first.claim_data.values == {"hospital": [{"admitted": "2026-11-01"}]}
    refused = send(summit, body(claim_data={"hospital": {"admitted": "soon"}}))
    assert refused.status_code in {400, 422}
    assert "hospital.admitted" in refused.content.decode()


@pytest.mark.django_db
def test_a_csv_file_may_have_columns_of_claim_data(site: Site) -> None:
    joan(site, mrn="400117")
    file = (
        "patient_mrn,service_date_from,rendering_provider_npi,hospital.admitted,case.name,"
        "case.is_work\n"
        "400117,2026-11-02,2000000028,2026-11-01,Fall,yes\n"
        "400117,2026-11-02,2000000028,soon,,\n"
    )
    result = import_encounters(practice=site.practice, content=file.encode())
    assert result.created == 1
    assert "hospital.admitted" in result.rejected[0].problems[0]
    encounter = Encounter.objects.get()
    assert encounter.case is not None
    assert encounter.case.is_work
