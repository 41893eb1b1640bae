"""What a patient has signed: entered with its day at registration, changed on their page."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.choices import Role
from core.models import AuditEvent, Practice
from patients.models import Patient
from tests.cast import client_of
from tests.factories.patients import Site, joan, make_site
from tests.patients.test_pages import PERSON

SIGNED = {
    "release_code": "Y", "release_signed_on": "11/02/2026", "benefits_code": "Y",
    "benefits_signed_on": "11/03/2026",
}  # fmt: skip
NOTHING = {"release_code": "", "release_signed_on": None, "benefits_code": "",
           "benefits_signed_on": None}  # fmt: skip


@pytest.fixture
def site(in_summit: Practice) -> Site:
    return make_site(in_summit)


@pytest.fixture
def desk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def test_signatures_are_entered_with_their_days_when_a_patient_is_registered(
    desk: Client, site: Site
) -> None:
    assert desk.post(reverse("patients:new"), PERSON | SIGNED).status_code == 303
    patient = Patient.objects.get(last_name="Samplewell")
    assert (patient.release_code, patient.release_signed_on) == ("Y", date(2026, 11, 2))
    assert (patient.benefits_code, patient.benefits_signed_on) == ("Y", date(2026, 11, 3))


def test_a_patient_may_be_registered_before_anything_is_signed(desk: Client, site: Site) -> None:
    assert desk.post(reverse("patients:new"), PERSON).status_code == 303
    patient = Patient.objects.get(last_name="Samplewell")
    assert (patient.release_code, patient.benefits_code) == ("", "")
    chart = desk.get(reverse("desk:patient-chart", args=[patient.public_id])).content.decode()
    assert "No release of information" in chart
    assert "No assignment of benefits" in chart


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"release_signed_on": ""}, "release_signed_on", "Say on which day it was signed"),
        ({"release_code": "I"}, "release_signed_on", "A day is kept only of what is signed"),
        ({"benefits_code": "N"}, "benefits_signed_on", "A day is kept only of what is signed"),
        ({"benefits_code": ""}, "benefits_signed_on", "A day is kept only of what is signed"),
        ({"benefits_signed_on": "2999-01-01"}, "benefits_signed_on", "dated in the future"),
        ({"release_signed_on": "1980-01-01"}, "release_signed_on", "before the birth"),
    ],
)
def test_a_signature_and_its_day_come_together_and_what_was_typed_stays(
    desk: Client, site: Site, changes: dict[str, str], field: str, says: str
) -> None:
    answer = desk.post(reverse("patients:new"), PERSON | SIGNED | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert f'id="id_{field}"' in page
    assert "Samplewell" in page
    assert not Patient.objects.filter(last_name="Samplewell").exists()


def test_signing_later_is_one_form_and_kept_with_what_was_before(desk: Client, site: Site) -> None:
    patient = joan(site, **NOTHING)
    url = reverse("patients:edit", args=[patient.public_id])
    page = desk.get(url).content.decode()
    assert 'id="id_release_code"' in page
    form = PERSON | {"first_name": "Joan", "last_name": "Testpatient"} | SIGNED
    assert desk.post(url, form | {"release_code": "I", "release_signed_on": ""}).status_code == 303
    patient.refresh_from_db()
    assert (patient.release_code, patient.release_signed_on) == ("I", None)
    assert patient.benefits_signed_on == date(2026, 11, 3)
    changed = AuditEvent.objects.filter(action="patient.changed").latest("id")
    assert changed.after["benefits_code"] == "Y"
    chart = desk.get(reverse("desk:patient-chart", args=[patient.public_id])).content.decode()
    assert "permitted by law" in chart


def test_the_database_itself_refuses_a_signature_without_a_day(site: Site) -> None:
    patient = joan(site)
    for change in ({"release_signed_on": None}, {"benefits_code": "N"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=patient.pk).update(**change)
