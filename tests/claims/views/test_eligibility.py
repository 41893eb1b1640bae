"""The eligibility page: never checked, waiting, answered, refused, and who may ask."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import EligibilityCheck
from claims.services.ask_eligibility import ask_eligibility
from claims.services.send_inquiry import ask_due
from claims.transport.base import Rejected, Replied
from core import clock, pdf
from core.choices import Role
from core.models import AuditEvent, Practice
from core.pdf import PdfUnavailable
from patients.models import Coverage
from tests.cast import client_of
from tests.claims.answers import ACTIVE, INACTIVE, answer_271, check_of, refused
from tests.claims.line import Line
from tests.factories.claims import World, joan, ready_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def coverage(world: World) -> Coverage:
    return joan(world).coverages.get()


@pytest.fixture
def desk(world: World) -> Client:
    return client_of(world.practice, Role.FRONT_DESK)


def page_of(client: Client, coverage: Coverage) -> str:
    answer = client.get(reverse("claims:eligibility", args=[coverage.public_id]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def check_now(client: Client, coverage: Coverage, day: str = "2026-11-23") -> Any:
    return client.post(
        reverse("claims:eligibility-ask", args=[coverage.public_id]),
        {"service_on": day, "service_type": "30"},
    )


def answered(line: Line, client: Client, coverage: Coverage, benefits: str, **more: Any) -> None:
    check_now(client, coverage)
    line.reply = Replied(answer_271(check_of().reference, benefits, **more))
    ask_due()


def test_never_checked_then_waiting_then_answered(
    line: Line, coverage: Coverage, desk: Client
) -> None:
    assert "Never checked" in page_of(desk, coverage)
    assert check_now(desk, coverage).status_code == 303
    waiting = page_of(desk, coverage)
    assert "Waiting for Medicare Part B" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    line.reply = Replied(answer_271(check_of().reference, ACTIVE))
    ask_due()
    page = page_of(desk, coverage)
    for words in ("Active on 11/23/2026: GOLD PPO", "$200.00", "$30.00 a visit", "20%",
                  "Front_Desk Testuser"):  # fmt: skip
        assert words in page
    assert 'hx-trigger="every 2s"' not in page


def test_a_waiting_page_asks_for_its_own_part(line: Line, coverage: Coverage, desk: Client) -> None:
    check_now(desk, coverage)
    url = reverse("claims:eligibility-check", args=[check_of().public_id])
    part = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Waiting for Medicare Part B" in part


def test_not_active_says_what_to_do(line: Line, coverage: Coverage, desk: Client) -> None:
    answered(line, desk, coverage, INACTIVE)
    page = page_of(desk, coverage)
    assert "Not active on 11/23/2026" in page
    assert "Ask the patient for other coverage." in page


def test_a_refusal_leads_to_its_field(line: Line, coverage: Coverage, desk: Client) -> None:
    answered(line, desk, coverage, "", aaa=refused("72:C", "71:C"))
    page = page_of(desk, coverage)
    assert "The member id is missing or wrong." in page
    edit = reverse("patients:coverage-edit", args=[coverage.public_id])
    assert f'href="{edit}#id_member_id"' in page
    patient = reverse("patients:edit", args=[coverage.patient.public_id])
    assert f'href="{patient}#id_birth_date"' in page
    assert 'id="id_member_id"' in desk.get(edit).content.decode()
    assert 'id="id_birth_date"' in desk.get(patient).content.decode()


def test_no_answer_says_so_with_the_reason(line: Line, coverage: Coverage, desk: Client) -> None:
    check_now(desk, coverage)
    line.reply = Rejected("HTTP 403")
    ask_due()
    page = page_of(desk, coverage)
    assert "No answer from Medicare Part B." in page
    assert "HTTP 403" in page


def test_another_member_id_of_the_payer_is_pointed_at(
    line: Line, coverage: Coverage, desk: Client
) -> None:
    answered(line, desk, coverage, ACTIVE, member_id="1EG4TE5MK99")
    assert "The payer has another member id" in page_of(desk, coverage)


def test_what_cannot_be_asked_is_told_at_its_field(
    world: World, coverage: Coverage, desk: Client
) -> None:
    answer = check_now(desk, coverage, "99/99/2026")
    assert answer.status_code == 422
    assert "Enter a date like 11/23/2026." in answer.content.decode()
    assert 'value="99/99/2026"' in answer.content.decode()
    without_road = check_now(desk, coverage)
    assert without_road.status_code == 422
    assert "takes files only" in without_road.content.decode()
    assert not EligibilityCheck.objects.exists()


def test_the_history_is_kept_and_each_check_opens(
    line: Line, coverage: Coverage, desk: Client
) -> None:
    answered(line, desk, coverage, INACTIVE)
    first = check_of()
    answered(line, desk, coverage, ACTIVE, number=901)
    old = desk.get(reverse("claims:eligibility-check", args=[first.public_id])).content.decode()
    assert "Not active on 11/23/2026" in old
    assert "Active on 11/23/2026: GOLD PPO" in page_of(desk, coverage)


def test_the_proof_is_drawn_once_and_kept(line: Line, coverage: Coverage, desk: Client) -> None:
    answered(line, desk, coverage, ACTIVE)
    url = reverse("claims:eligibility-proof", args=[check_of().public_id])
    first, again = desk.get(url), desk.get(url)
    assert first["Content-Type"] == "application/pdf"
    assert first.content[:5] == b"%PDF-"
    assert first.content == again.content
    assert "testpatient" not in first["Content-Disposition"].lower()
    assert check_of().sheet["asked"] == {
        "patient": "Joan Q. Testpatient", "birth_date": "04/12/1950",
        "plan": "Medicare Part B Part B", "member_id": "1EG4TE5MK73", "group_number": "",
    }  # fmt: skip


def test_without_a_pdf_engine_the_page_says_so(
    line: Line, coverage: Coverage, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(line, desk, coverage, ACTIVE)

    def missing() -> Any:
        raise PdfUnavailable("This machine cannot draw PDF files.")

    monkeypatch.setattr(pdf, "_engine", missing)
    url = reverse("claims:eligibility-proof", args=[check_of().public_id])
    assert "cannot draw PDF" in desk.get(url, follow=True).content.decode()


def test_nothing_is_printed_before_the_answer(line: Line, coverage: Coverage, desk: Client) -> None:
    check_now(desk, coverage)
    url = reverse("claims:eligibility-proof", args=[check_of().public_id])
    assert "There is no answer to print yet." in desk.get(url, follow=True).content.decode()


def test_chart_and_coding_screen_say_when_it_was_checked(
    line: Line, coverage: Coverage, desk: Client, world: World
) -> None:
    case = ready_case(world, coverage.patient, on=clock.today(world.practice) - timedelta(days=1))
    coder = client_of(world.practice, Role.CODER)
    chart = reverse("desk:patient-chart", args=[coverage.patient.public_id])
    screen = reverse("coding:case", args=[case.public_id])
    assert "Never checked" in desk.get(chart).content.decode()
    answered(line, desk, coverage, ACTIVE)
    for client, url in ((desk, chart), (coder, screen)):
        assert "Active, checked 11/23" in client.get(url).content.decode()


def test_each_look_is_in_the_audit_log(line: Line, coverage: Coverage, desk: Client) -> None:
    page_of(desk, coverage)
    event = AuditEvent.objects.filter(action="read").latest("id")
    assert (event.patient_id, event.note) == (coverage.patient_id, "eligibility")


def test_coders_read_and_do_not_ask(line: Line, coverage: Coverage, world: World) -> None:
    coder = client_of(world.practice, Role.CODER)
    assert "Check now" not in page_of(coder, coverage)
    assert check_now(coder, coverage).status_code == 403


def test_another_practice_sees_nothing(line: Line, coverage: Coverage, lakeside: Practice) -> None:
    check = ask_eligibility(coverage=coverage)
    stranger = client_of(lakeside, Role.BILLER)
    for name, thing in (
        ("claims:eligibility", coverage), ("claims:eligibility-check", check),
        ("claims:eligibility-proof", check),
    ):  # fmt: skip
        assert stranger.get(reverse(name, args=[thing.public_id])).status_code == 404
    assert check_now(stranger, coverage).status_code == 404
