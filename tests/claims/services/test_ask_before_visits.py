"""Coverages are asked about when a visit is booked, three days before, and on its day (J.1)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from claims.choices import TransportKind
from claims.models import EligibilityCheck, TradingPartner
from claims.services.ask_before_visits import ask_before_visits
from claims.services.process_message import process_due
from claims.services.send_inquiry import ask_due
from claims.transport.base import Replied
from core import clock
from core.choices import Role
from core.practice_settings import change
from patients.appointment_facts import coverages_of_visits
from patients.choices import AppointmentState as S
from patients.services.close_appointment import close_appointment
from patients.services.record_case import record_case
from tests.cast import client_of
from tests.claims.answers import ACTIVE, answer_271, check_of
from tests.claims.conftest import NOVEMBER_23
from tests.claims.line import Line
from tests.factories.claims import World, joan, nguyen
from tests.factories.patients import booked

pytestmark = pytest.mark.django_db


def sweep(line: Line, at: datetime) -> int:
    """What is due at that moment is asked, and answered at once."""
    with clock.travel(at):
        count = ask_before_visits()
        while EligibilityCheck.objects.filter(state="queued").exists():
            line.reply = Replied(answer_271(check_of().reference, ACTIVE, number=900 + _answered()))
            ask_due()
            process_due()
    return count


def _answered() -> int:
    return EligibilityCheck.objects.exclude(state="queued").count()


def days(count: int, hours: float = 0) -> datetime:
    return NOVEMBER_23 + timedelta(days=count, hours=hours)


def test_a_visit_is_asked_about_three_times_and_no_more(line: Line, world: World) -> None:
    booked(world, joan(world), in_days=10)
    moments = [days(0), days(0, 1), days(2), days(7), days(7, 2), days(8), days(10), days(10, 1)]
    assert [sweep(line, at) for at in moments] == [1, 0, 0, 1, 0, 0, 1, 0]
    asked = EligibilityCheck.objects.order_by("pk")
    assert {check.service_on for check in asked} == {date(2026, 12, 3)}


def test_an_answer_of_the_same_day_of_service_is_kept_for_24_hours(
    line: Line, world: World
) -> None:
    booked(world, joan(world), in_days=1)
    assert sweep(line, days(0)) == 1  # booked, and within three days
    assert sweep(line, days(0, 16)) == 0  # the day has come, the answer is fresh
    assert sweep(line, days(1, 1)) == 1


def test_cancelled_and_past_visits_and_uncovered_patients_are_not_asked_about(
    line: Line, world: World
) -> None:
    close_appointment(appointment=booked(world, joan(world), in_days=1), state=S.CANCELLED)
    patient = nguyen(world)
    patient.coverages.update(effective_to=date(2026, 11, 23))
    booked(world, patient, in_days=2)
    assert sweep(line, days(0)) == 0
    assert sweep(line, days(30)) == 0


def test_what_pays_only_for_an_accident_is_not_asked_about_before_other_visits(
    line: Line, world: World
) -> None:
    patient = joan(world)
    injury = record_case(patient=patient, name="Fall at work", is_work=True)
    patient.coverages.update(case=injury)
    visit = booked(world, patient, in_days=1)
    assert sweep(line, days(0)) == 0
    coverages_of_visits([visit])
    assert visit.coverage_words == "Self-pay"


def test_where_nobody_takes_questions_none_is_queued(line: Line, world: World) -> None:
    TradingPartner.objects.update(transport=TransportKind.FOLDER)
    booked(world, joan(world), in_days=1)
    assert sweep(line, days(0)) == 0
    assert not EligibilityCheck.objects.exists()


def test_a_practice_may_turn_it_off(line: Line, world: World) -> None:
    change(world.practice, "claims.ask_before_visits", False)
    booked(world, joan(world), in_days=1)
    assert sweep(line, days(0)) == 0


def test_the_day_list_and_the_check_in_say_what_the_payer_said(line: Line, world: World) -> None:
    visit = booked(world, joan(world))
    sweep(line, days(0))
    desk = client_of(world.practice, Role.FRONT_DESK)
    assert "Active, checked 11/23" in desk.get(reverse("patients:appointments")).content.decode()
    page = desk.get(reverse("desk:check-in", args=[visit.public_id])).content.decode()
    assert "The payer says: $30.00 a visit for an office visit." in page
