"""Registration, coverage and encounter pages through their doors."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from coding.models import CodingCase
from core.choices import Role
from core.models import AuditEvent, Practice
from core.tenancy import practice_scope
from patients.models import Coverage, Encounter, Patient
from tests.cast import client_of
from tests.factories.patients import Site, joan, joans_medicare, make_site, visit

PERSON = {
    "first_name": "Fern", "last_name": "Samplewell", "birth_date": "06/30/1984", "sex": "F",
    "address_line1": "1 Ash Ct", "city": "Anytown", "state_code": "CO", "zip_code": "80001-4444",
    "phone": "(303) 555-0142",
}  # fmt: skip


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.fixture
def desk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def coverage_of(site: Site, **more: str) -> dict[str, str]:
    return {
        "plan": str(site.acme_plan.pk), "rank": "1", "member_id": "AHP 123-456",
        "relationship_code": "18", "effective_from": "2026-01-01", **more,
    }  # fmt: skip


# -- registering -----------------------------------------------------------------------------


def test_a_patient_is_registered_and_asked_for_a_coverage(desk: Client, site: Site) -> None:
    answer = desk.post(reverse("patients:new"), PERSON)
    patient = Patient.objects.get(last_name="Samplewell")
    assert answer.status_code == 303
    assert answer["Location"] == reverse("patients:coverage-new", args=[patient.public_id])
    assert (patient.zip_code, patient.phone) == ("800014444", "3035550142")
    assert patient.guarantor.last_name == "Samplewell"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"birth_date": "2999-01-01"}, "A birth date cannot be in the future"),
        ({"birth_date": "yesterday"}, "Enter a date like 11/23/2026"),
        ({"zip_code": "1234"}, "5 or 9 digits"),
        ({"phone": "555"}, "A phone number has 10 digits"),
        ({"last_name": ""}, "is missing"),
        ({"sex": "X"}, "Select a valid choice"),
    ],
)
def test_wrong_input_is_told_at_its_field(
    desk: Client, site: Site, changes: dict[str, str], says: str
) -> None:
    answer = desk.post(reverse("patients:new"), PERSON | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Patient.objects.filter(last_name="Samplewell").exists()


def test_somebody_alike_is_shown_before_a_second_record_is_made(desk: Client, site: Site) -> None:
    desk.post(reverse("patients:new"), PERSON)
    again = PERSON | {"last_name": "Samplewel"}
    answer = desk.post(reverse("patients:new"), again)
    assert answer.status_code == 422
    assert "Somebody alike is registered" in answer.content.decode()
    assert Patient.objects.count() == 1
    assert desk.post(reverse("patients:new"), again | {"is_another": "1"}).status_code == 303
    assert Patient.objects.count() == 2


def test_somebody_else_can_answer_for_the_bill(desk: Client, site: Site) -> None:
    payer = {"other_pays": "1", "guarantor-first_name": "Mark", "guarantor-last_name": "Payer"}
    answer = desk.post(reverse("patients:new"), PERSON | payer)
    assert answer.status_code == 422  # the guarantor has no address
    payer |= {f"guarantor-{k}": PERSON[k] for k in ("address_line1", "city", "state_code")}
    desk.post(reverse("patients:new"), PERSON | payer | {"guarantor-zip_code": "80001"})
    assert Patient.objects.get().guarantor.last_name == "Payer"


def test_a_change_is_kept_with_what_was_before(desk: Client, site: Site) -> None:
    patient = joan(site)
    url = reverse("patients:edit", args=[patient.public_id])
    assert "Testpatient" in desk.get(url).content.decode()
    values = PERSON | {"first_name": "Joan", "last_name": "Testpatient", "city": "Newtown"}
    assert desk.post(url, values).status_code == 303
    patient.refresh_from_db()
    assert (patient.city, patient.guarantor.city) == ("Newtown", "Newtown")
    event = AuditEvent.objects.filter(action="patient.changed").latest("pk")
    assert event.before["city"] == "Anytown"
    assert event.after["city"] == "Newtown"


# -- the list ----------------------------------------------------------------------------------


def test_a_name_that_is_looked_for_never_stands_in_the_url(desk: Client, site: Site) -> None:
    joan(site)
    joan(site, first_name="Otto", last_name="Elsewhere")
    answer = desk.post(reverse("patients:list"), {"person": "testpat"})
    assert answer.status_code == 303
    assert "testpat" not in answer["Location"].lower()
    text = desk.get(answer["Location"]).content.decode()
    assert "Testpatient, Joan" in text
    assert "Elsewhere" not in text


def test_the_list_takes_the_same_queries_for_many_patients(
    desk: Client, site: Site, django_assert_max_num_queries: object
) -> None:
    for day in range(1, 9):
        patient = joan(site, birth_date=date(1960, 1, day))
        joans_medicare(site, patient)
        visit(site, patient)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        answer = desk.get(reverse("patients:list"))
    assert answer.content.decode().count("Testpatient, Joan") >= 8


# -- coverage ------------------------------------------------------------------------------------


def test_a_coverage_is_recorded_and_the_next_overlap_told_at_its_field(
    desk: Client, site: Site
) -> None:
    patient = joan(site)
    url = reverse("patients:coverage-new", args=[patient.public_id])
    assert desk.post(url, coverage_of(site)).status_code == 303
    assert Coverage.objects.get().member_id == "AHP123456"
    answer = desk.post(url, coverage_of(site, effective_from="2026-06-01"))
    assert answer.status_code == 422
    assert "Another primary coverage is in force" in answer.content.decode()


def test_a_medicare_id_that_cannot_be_is_told_at_its_field(desk: Client, site: Site) -> None:
    url = reverse("patients:coverage-new", args=[joan(site).public_id])
    answer = desk.post(url, coverage_of(site, plan=str(site.medicare_plan.pk)))
    assert answer.status_code == 422
    assert "A Medicare id has 11 characters" in answer.content.decode()


def test_a_changed_coverage_keeps_its_row(desk: Client, site: Site) -> None:
    coverage = joans_medicare(site, joan(site))
    url = reverse("patients:coverage-edit", args=[coverage.public_id])
    assert "1EG4TE5MK73" in desk.get(url).content.decode()
    values = coverage_of(
        site, plan=str(site.medicare_plan.pk), member_id="1EG4-TE5-MK73",
        effective_from="2015-04-01", effective_to="2026-12-31",
    )  # fmt: skip
    assert desk.post(url, values).status_code == 303
    coverage.refresh_from_db()
    assert coverage.effective_to == date(2026, 12, 31)
    wrong = desk.post(url, values | {"effective_to": "2010-01-01"})
    assert "It ends before it begins" in wrong.content.decode()


# -- encounters ------------------------------------------------------------------------------------


def visit_of(site: Site, **more: str) -> dict[str, str]:
    return {
        "service_date_from": "11/02/2026", "rendering_provider": str(site.reyes.pk),
        "facility": str(site.facility.pk), "billing_provider": str(site.billing_provider.pk),
        "visit_kind": "office", "note_is_signed": "on", "note_text": "Seen.", **more,
    }  # fmt: skip


def test_a_visit_is_recorded_and_waits_for_the_coder(desk: Client, site: Site) -> None:
    patient = joan(site)
    url = reverse("patients:encounter-new", args=[patient.public_id])
    assert desk.get(url).status_code == 200
    assert desk.post(url, visit_of(site)).status_code == 303
    encounter = Encounter.objects.get(patient=patient)
    assert encounter.place_of_service_code == "11"
    assert CodingCase.objects.get(encounter=encounter).state == "ready"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"service_date_from": "2999-01-01"}, "cannot be in the future"),
        ({"service_date_from": "1900-01-01"}, "before the patient"),
        ({"service_date_to": "2026-11-01"}, "It ends before it begins"),
        ({"rendering_provider": ""}, "is missing"),
        ({"place_of_service_code": "1"}, "two digits"),
    ],
)
def test_a_visit_that_cannot_be_is_told_at_its_field(
    desk: Client, site: Site, changes: dict[str, str], says: str
) -> None:
    url = reverse("patients:encounter-new", args=[joan(site).public_id])
    answer = desk.post(url, visit_of(site) | changes)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Encounter.objects.exists()


def test_the_other_practices_people_cannot_be_reached(
    lakeside: Practice, site: Site, desk: Client
) -> None:
    patient = joan(site)
    coverage = joans_medicare(site, patient)
    stranger = client_of(lakeside, Role.FRONT_DESK)
    for name, pid in [
        ("edit", patient), ("coverage-new", patient), ("coverage-edit", coverage),
        ("encounter-new", patient),
    ]:  # fmt: skip
        url = reverse(f"patients:{name}", args=[pid.public_id])
        assert stranger.get(url).status_code == 404, name
        assert stranger.post(url, PERSON).status_code == 404, name
    assert "Testpatient" not in stranger.get(reverse("patients:list")).content.decode()
    # A provider of ours cannot be named in a visit of theirs.
    with practice_scope(lakeside):
        theirs = joan(make_site(lakeside))
    answer = stranger.post(
        reverse("patients:encounter-new", args=[theirs.public_id]), visit_of(site)
    )
    assert answer.status_code == 422
    assert "Select a valid choice" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CODER, Role.POSTER])
def test_who_does_not_register_is_refused(summit: Practice, site: Site, role: Role) -> None:
    client = client_of(summit, role)
    assert client.get(reverse("patients:new")).status_code == 403
    assert client.post(reverse("patients:new"), PERSON).status_code == 403
    assert client.get(reverse("patients:list")).status_code == 200
