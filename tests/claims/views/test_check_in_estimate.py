"""At check-in the front desk sees what the patient is likely to owe for the visit."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims.services.ask_eligibility import ask_eligibility
from claims.services.send_inquiry import ask_due
from claims.transport.base import Replied
from core import clock
from core.choices import Role
from patients.models import Appointment
from patients.services.book_appointment import book_appointment
from tests.cast import client_of
from tests.claims.answers import ACTIVE, answer_271, check_of
from tests.claims.line import Line
from tests.factories.claims import World, joan

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    return book_appointment(
        patient=joan(world), provider=world.reyes, facility=world.facility,
        starts_at=clock.now() + timedelta(minutes=20), minutes=20, reason="Knee pain",
    )  # fmt: skip


@pytest.fixture
def desk(world: World) -> Client:
    return client_of(world.practice, Role.FRONT_DESK)


def answered(line: Line, visit: Appointment) -> None:
    ask_eligibility(coverage=visit.patient.coverages.get())
    line.reply = Replied(answer_271(check_of().reference, ACTIVE))
    ask_due()


def page(desk: Client, visit: Appointment, **typed: str) -> str:
    return desk.get(reverse("desk:check-in", args=[visit.public_id]), typed).content.decode()


def test_before_the_payer_has_answered_there_is_no_estimate(
    line: Line, desk: Client, visit: Appointment
) -> None:
    assert "Estimate of the patient" not in page(desk, visit)


def test_the_page_estimates_copay_deductible_and_coinsurance_with_its_steps(
    line: Line, desk: Client, visit: Appointment
) -> None:
    answered(line, visit)
    empty = page(desk, visit)
    assert "This payer has allowed nothing here yet" in empty
    shown = page(desk, visit, allowed="300.00", service="30")
    assert "The patient owes about <b>$220.00</b> for the visit" in shown
    assert "$200.00 of the deductible" in shown
    assert "20% of the other $100.00: $20.00" in shown
    url = reverse("claims:eligibility", args=[visit.patient.coverages.get().public_id])
    assert url in shown


def test_what_is_no_amount_is_told_at_its_field_and_stays(
    line: Line, desk: Client, visit: Appointment
) -> None:
    answered(line, visit)
    shown = page(desk, visit, allowed="plenty", service="30")
    assert 'value="plenty"' in shown
    assert "The patient owes about" not in shown
