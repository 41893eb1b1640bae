"""Visits to come: booked on a screen, by CSV or by the API, moved, closed, and checked in."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from coding.models import CodingCase
from core import clock, sweeping
from core.choices import Role
from core.errors import ApplicationError
from core.models import AuditEvent, Document, Job, Practice, TimelineEntry
from core.services.api_tokens import issue_api_token
from core.services.documents import read_document
from core.tenancy import practice_scope
from patients.choices import AppointmentState as S
from patients.models import Appointment, Encounter, Patient
from patients.services.check_in import check_in
from patients.services.close_appointment import close_appointment
from tests.cast import client_of
from tests.factories.patients import Site, booked, joan, joans_medicare, make_site

NOVEMBER_23 = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 9:30 AM at Summit
LIST = reverse("patients:appointments")


@pytest.fixture
def site(in_summit: Practice) -> Iterator[Site]:
    with clock.travel(NOVEMBER_23):
        yield make_site(in_summit)


@pytest.fixture
def patient(site: Site) -> Patient:
    found = joan(site, mrn="400117")
    joans_medicare(site, found)
    return found


@pytest.fixture
def desk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def typed(site: Site, **more: Any) -> dict[str, Any]:
    return {
        "day": "11/24/2026", "at": "2:15 PM", "minutes": "20", "provider": site.reyes.pk,
        "facility": site.facility.pk, "visit_kind": "office", "reason": "Knee pain", **more,
    }  # fmt: skip


def test_a_visit_is_booked_from_the_chart_and_stands_on_its_days_list(
    desk: Client, site: Site, patient: Patient
) -> None:
    answer = desk.post(reverse("patients:appointment-new", args=[patient.public_id]), typed(site))
    assert answer.status_code == 303, answer.content
    visit = Appointment.objects.get()
    assert (visit.starts_at, visit.minutes) == (datetime(2026, 11, 24, 21, 15, tzinfo=UTC), 20)
    page = desk.get(LIST, {"bucket": "tomorrow"}).content.decode()
    for words in ("Testpatient, Joan", "Knee pain", "Medicare Part B Part B", "Booked"):
        assert words in page
    assert "Nobody is booked today." in desk.get(LIST).content.decode()
    chart = desk.get(reverse("desk:patient-chart", args=[patient.public_id])).content.decode()
    assert "Knee pain" in chart
    said = TimelineEntry.objects.get(kind="appointment.booked").sentence
    assert said == "booked a visit with Dr. Ana Reyes for 11/24/2026 2:15 PM"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"at": "quarter past"}, "Enter a time like 14:30 or 2:30 PM."),
        ({"day": "11/20/2026"}, "This time is past."),
        ({"day": "11/20/2029"}, "This is more than two years ahead."),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"provider": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_booked_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Client, site: Site, patient: Patient, changes: dict[str, str], words: str
) -> None:
    url = reverse("patients:appointment-new", args=[patient.public_id])
    answer = desk.post(url, typed(site, **changes))
    page = answer.content.decode()
    assert (answer.status_code, Appointment.objects.count()) == (422, 0)
    assert words in page
    assert 'value="Knee pain"' in page


def test_nobody_is_booked_twice_at_once_unless_the_first_was_cancelled(
    site: Site, patient: Patient
) -> None:
    first = booked(site, patient)
    with pytest.raises(ApplicationError, match="is booked with this provider at this time"):
        booked(site, patient)
    close_appointment(appointment=first, state=S.CANCELLED)
    booked(site, patient)
    with pytest.raises(ApplicationError, match="is booked with this provider at this time"):
        close_appointment(appointment=first, state=S.BOOKED)
    first.refresh_from_db()
    assert first.state == S.CANCELLED


def test_a_visit_is_moved_cancelled_and_put_back(
    desk: Client, site: Site, patient: Patient
) -> None:
    visit = booked(site, patient, in_days=1)
    url = reverse("patients:appointment", args=[visit.public_id])
    assert desk.post(url, typed(site, at="15:00")).status_code == 303
    visit.refresh_from_db()
    assert visit.starts_at == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    close = reverse("patients:appointment-close", args=[visit.public_id])
    desk.post(close, {"state": "cancelled", "reason": "Called in sick"})
    assert desk.post(url, typed(site, at="16:00")).status_code == 422
    page = desk.get(url).content.decode()
    assert "Put it back on the list" in page
    desk.post(close, {"state": "booked"})
    desk.post(close, {"state": "checked_in"})
    visit.refresh_from_db()
    assert visit.state == S.BOOKED
    told = TimelineEntry.objects.filter(kind__startswith="appointment.").order_by("pk")
    assert [entry.sentence for entry in told][1:] == [
        "moved the visit of 11/24/2026 2:15 PM to 11/24/2026 3:00 PM",
        "cancelled the visit of 11/24/2026 3:00 PM: Called in sick",
        "put the visit of 11/24/2026 3:00 PM back on the list",
    ]


def test_whoever_came_has_one_encounter_that_waits_for_its_note(
    site: Site, patient: Patient
) -> None:
    visit = booked(site, patient)
    close_appointment(appointment=visit, state=S.NO_SHOW)
    first = check_in(appointment=visit, billing_provider=site.billing_provider)
    again = check_in(appointment=visit, billing_provider=site.billing_provider)
    assert first == again == Encounter.objects.get()
    assert (first.service_date_from, first.rendering_provider) == (date(2026, 11, 23), site.reyes)
    assert CodingCase.objects.get(encounter=first).state == "waiting_note"
    with pytest.raises(ApplicationError, match="checked in"):
        close_appointment(appointment=visit, state=S.CANCELLED)


def test_nobody_is_checked_in_before_the_day_or_after_a_cancellation(
    site: Site, patient: Patient
) -> None:
    later = booked(site, patient, in_days=1)
    with pytest.raises(ApplicationError, match="has not come"):
        check_in(appointment=later, billing_provider=site.billing_provider)
    close_appointment(appointment=later, state=S.CANCELLED)
    with pytest.raises(ApplicationError, match="was cancelled"):
        check_in(appointment=later, billing_provider=site.billing_provider)
    assert not Encounter.objects.exists()


def test_past_visits_that_nobody_closed_are_a_bucket_to_act_on(
    desk: Client, site: Site, patient: Patient
) -> None:
    booked(site, patient)
    with clock.travel(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)):
        page = desk.get(LIST, {"bucket": "left"}).content.decode()
    assert "Testpatient, Joan" in page


def test_a_file_of_the_scheduling_system_books_moves_and_cancels(
    desk: Client, site: Site, patient: Patient
) -> None:
    header = "patient_mrn,starts_at,provider_npi,reason,state,external_number\n"
    first = header + (
        "400117,2026-11-24T09:15,2000000028,Follow-up,,A1\n"
        "400117,11/25/2026 9:15 AM,2000000028,Flu shot,,A2\n"
        "999999,2026-11-24T09:15,2000000028,,,A3\n"
        "400117,tomorrow,2000000028,,checked_in,A4\n"
    )
    _import(desk, first)
    assert _calendar() == [("A1", "11/24 09:15", "booked"), ("A2", "11/25 09:15", "booked")]
    back = Document.objects.get(kind="patients.appointment_csv_rejected")
    text = read_document(back).decode("utf-8-sig")
    assert "patient_mrn: There is no patient with this MRN." in text
    assert "starts_at: " in text
    assert "is not a valid choice" in text
    _import(desk, header + "400117,2026-11-24T10:00,2000000028,,,A1\n"
                           "400117,11/25/2026 9:15 AM,2000000028,,cancelled,A2\n")  # fmt: skip
    assert _calendar() == [("A1", "11/24 10:00", "booked"), ("A2", "11/25 09:15", "cancelled")]
    assert Appointment.objects.get(external_number="A1").reason == "Follow-up"


def _import(desk: Client, text: str) -> None:
    file = SimpleUploadedFile("a.csv", text.encode(), content_type="text/csv")
    answer = desk.post(reverse("patients:appointment-import"), {"file": file})
    assert answer.status_code == 303, answer.content
    sweeping.run_all()
    assert Job.objects.latest("pk").state == "done"


def _calendar() -> list[tuple[str | None, str, str]]:
    rows = Appointment.objects.select_related("practice").order_by("external_number")
    return [
        (one.external_number, f"{clock.local(one.starts_at, one.practice):%m/%d %H:%M}", one.state)
        for one in rows
    ]


def _tell(token: str, key: str, **body: Any) -> Any:
    told = {"patient_mrn": "400117", "provider_npi": "2000000028", "external_number": "A1", **body}
    return Client().post(
        "/api/v1/appointments", json.dumps(told), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )  # fmt: skip


def test_the_api_books_brings_up_to_date_and_says_where_a_visit_stands(
    summit: Practice, site: Site, patient: Patient
) -> None:
    scopes = ["appointments:read", "appointments:write"]
    token = issue_api_token(practice=summit, name="Scheduler", scopes=scopes)[1]
    new = _tell(token, "k1", starts_at="2026-11-24T09:15:00-07:00", minutes=30)
    assert new.status_code == 201, new.content
    assert _tell(token, "k1", starts_at="2026-11-24T09:15:00-07:00", minutes=30).status_code == 201
    moved = _tell(token, "k2", starts_at="2026-11-24T10:00:00")
    assert (moved.status_code, moved.json()["id"]) == (200, new.json()["id"])
    assert (moved.json()["starts_at"], moved.json()["minutes"]) == ("2026-11-24T17:00:00Z", 30)
    wrong = _tell(token, "k3", starts_at="soon", state="checked_in")
    assert wrong.status_code == 422
    assert {one["field"] for one in wrong.json()["errors"]} == {"starts_at", "state"}
    gone = _tell(token, "k4", starts_at="2026-11-24T10:00:00", state="cancelled")
    assert gone.json()["state"] == "cancelled"
    asked = Client().get(new["Location"], headers={"Authorization": f"Bearer {token}"})
    assert asked.json() == gone.json()
    every = Client().get("/api/v1/appointments", headers={"Authorization": f"Bearer {token}"})
    assert [one["id"] for one in every.json()["data"]] == [new.json()["id"]]
    assert AuditEvent.objects.filter(action="api.read").exists()


def test_another_patients_number_is_refused(site: Site, patient: Patient, summit: Practice) -> None:
    booked(site, joan(site, first_name="June", mrn="400118"), external_number="A1")
    token = issue_api_token(practice=summit, name="S", scopes=["appointments:write"])[1]
    answer = _tell(token, "k1", starts_at="2026-11-24T09:15:00")
    assert answer.status_code == 409
    assert "another patient" in answer.content.decode()


def test_another_practices_visits_stay_unseen(
    site: Site, patient: Patient, lakeside: Practice
) -> None:
    visit = booked(site, patient)
    with practice_scope(lakeside):
        make_site(lakeside)
    theirs = client_of(lakeside, Role.FRONT_DESK)
    assert "Testpatient" not in theirs.get(LIST, {"bucket": "all"}).content.decode()
    url = reverse("patients:appointment", args=[visit.public_id])
    assert theirs.get(url).status_code == 404
    token = issue_api_token(practice=lakeside, name="L", scopes=["appointments:read"])[1]
    answer = Client().get("/api/v1/appointments", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["data"] == []
