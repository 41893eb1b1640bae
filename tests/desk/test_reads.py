"""Whoever is shown patients is kept in the audit log: by a list, a file, a search, a work item."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.choices import Role
from core.models import AuditEvent, Practice
from core.services.work import finish_work_item, open_work_item, snooze_work_item
from core.tenancy import practice_scope
from desk.chart import audit_of
from patients.models import Patient
from patients.services.register_patient import register_patient
from tests.cast import client_of
from tests.factories import patients as cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def joan(summit: Practice) -> Patient:
    with practice_scope(summit):
        return cast.joan(cast.make_site(summit))


@pytest.fixture
def clerk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def reads(patient: Patient) -> list[tuple[str, str]]:
    return list(audit_of(patient).order_by("id").values_list("action", "note"))


def test_a_page_of_a_list_is_one_read_of_everybody_on_it(clerk: Client, joan: Patient) -> None:
    with practice_scope(joan.practice):
        other = register_patient(
            practice=joan.practice, first_name="Bo", last_name="Otherpatient", sex="M",
            birth_date=date(1980, 1, 2), address_line1="3 Oak St", city="Anytown",
            state_code="CO", zip_code="80001",
        )  # fmt: skip
    before = AuditEvent.objects.count()
    clerk.get(reverse("patients:list"))
    assert AuditEvent.objects.count() == before + 1
    for patient in (joan, other):
        action, note = reads(patient)[-1]
        assert (action, note[:23]) == ("list.read", "patients.list, page 1; ")


def test_live_counts_show_nobody_and_are_no_read(clerk: Client, joan: Patient) -> None:
    before = reads(joan)
    clerk.get(reverse("patients:list"), {"part": "buckets"})
    assert reads(joan) == before


def test_a_file_is_a_read_of_everybody_in_it(clerk: Client, joan: Patient) -> None:
    answer = clerk.get(reverse("patients:list"), {"export": "csv"})
    assert b"Testpatient" in answer.content
    assert reads(joan)[-1][0] == "list.exported"


def test_a_search_keeps_who_was_found_and_not_what_was_typed(clerk: Client, joan: Patient) -> None:
    clerk.post(reverse("desk:palette"), {"q": "testpat"})
    assert reads(joan)[-1] == ("search.read", "palette, 1 found")
    assert not AuditEvent.objects.filter(note__icontains="testpat").exists()


def test_a_work_item_is_read_put_off_and_finished_in_the_log(clerk: Client, joan: Patient) -> None:
    with practice_scope(joan.practice):
        item = open_work_item(subject=joan, kind="call", title="Call her back")
    clerk.get(reverse("desk:work-item", args=[item.public_id]))
    assert reads(joan)[-1] == ("read", "work item")
    with practice_scope(joan.practice):
        later = clock.today(joan.practice) + timedelta(days=3)
        snooze_work_item(item, until=later, reason="She is away")
        finish_work_item(item, outcome="Reached")
    about = AuditEvent.objects.filter(subject_kind="core.workitem", subject_id=item.pk)
    assert list(about.order_by("id").values_list("action", "note")) == [
        ("work.opened", "Call her back"),
        ("read", "work item"),
        ("work.snoozed", "Call her back: She is away"),
        ("work.done", "Call her back: Reached"),
    ]


@pytest.mark.parametrize("term", ["0000", "9999", "99999999", "00/00/0000", "1/1/99999"])
def test_numbers_that_are_no_day_find_nobody_and_break_nothing(
    clerk: Client, joan: Patient, term: str
) -> None:
    answer = clerk.post(reverse("desk:palette"), {"q": term})
    assert answer.status_code == 200
    assert "Testpatient" not in answer.content.decode()


def test_a_term_that_no_database_keeps_is_a_bad_request(clerk: Client, joan: Patient) -> None:
    assert clerk.post(reverse("desk:palette"), {"q": "a\0b"}).status_code == 400
    assert clerk.post(reverse("patients:list"), {"person": "a\0b"}, follow=True).status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_no_filter(summit: Practice, day: str) -> None:
    poster = client_of(summit, Role.POSTER)
    found = poster.get(reverse("claims:inbox"), {"received_from": day, "received_to": day})
    assert found.status_code == 200


def test_what_a_family_owes_is_a_read_of_each_of_them(joan: Patient) -> None:
    client = client_of(joan.practice, Role.MANAGER)
    client.get(reverse("billing:statement-issue", args=[joan.public_id]))
    client.get(reverse("billing:payment-new", args=[joan.public_id]))
    seen = [("page.read", "statement preview"), ("page.read", "payment")]
    assert reads(joan)[-2:] == seen
