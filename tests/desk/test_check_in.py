"""The front desk checks a patient in and takes the copay: both or neither (domain F.3)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import Payment
from core import clock
from core.choices import Role
from core.models import Practice
from patients.models import Appointment, BillingProvider, Encounter
from tests.cast import client_of
from tests.factories.patients import Site, booked, joan, joans_medicare, make_site


@pytest.fixture
def site(in_summit: Practice) -> Iterator[Site]:
    with clock.travel(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)):
        yield make_site(in_summit)


@pytest.fixture
def visit(site: Site) -> Appointment:
    patient = joan(site)
    joans_medicare(site, patient)
    return booked(site, patient)


@pytest.fixture
def desk(summit: Practice) -> Client:
    return client_of(summit, Role.FRONT_DESK)


def arrive(desk: Client, visit: Appointment, **more: Any) -> Any:
    only = BillingProvider.objects.order_by("pk")[0]
    body = {"billing_provider": only.pk, "submission_key": str(uuid4()), **more}
    return desk.post(reverse("desk:check-in", args=[visit.public_id]), body, follow=True)


def test_the_page_shows_coverage_and_what_is_missing(desk: Client, visit: Appointment) -> None:
    page = desk.get(reverse("desk:check-in", args=[visit.public_id])).content.decode()
    assert "Medicare Part B Part B" in page
    assert "Never checked" in page
    assert "The payer has not said a copay." in page
    assert "Billed by" not in page  # the practice bills under one name


def test_a_copay_waits_as_the_patients_credit_and_the_visit_for_its_note(
    desk: Client, visit: Appointment
) -> None:
    answer = arrive(desk, visit, amount="25", method="card", reference="POS 0012")
    payment = Payment.objects.get()
    assert f"Checked in. The visit waits for its note. Receipt {payment.number}: $25.00." in (
        answer.content.decode()
    )
    encounter = Encounter.objects.get()
    visit.refresh_from_db()
    assert (visit.state, visit.encounter) == ("checked_in", encounter)
    lines = payment.journal.lines.all()
    assert [(one.debit_account_id, one.credit_account_id) for one in lines] == [(1015, 2000)]


def test_without_a_copay_no_money_moves(desk: Client, visit: Appointment) -> None:
    arrive(desk, visit)
    assert Encounter.objects.count() == 1
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "25"}, "Choose how it was paid."),
        ({"amount": "-1", "method": "cash"}, "0.01"),
        ({"amount": "25", "method": "card", "reference": "4111111111111111"}, "card number"),
        ({"billing_provider": ""}, "Choose who bills the visit."),
    ],
)
def test_a_refusal_checks_nobody_in(
    desk: Client, visit: Appointment, changes: dict[str, str], words: str
) -> None:
    answer = arrive(desk, visit, **changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Encounter.objects.exists()
    assert not Payment.objects.exists()


def test_pressing_twice_makes_one_visit_and_one_receipt(desk: Client, visit: Appointment) -> None:
    key = str(uuid4())
    for _ in range(2):
        arrive(desk, visit, amount="25", method="cash", submission_key=key)
    assert (Encounter.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_practice_with_two_billing_names_is_asked_which(
    desk: Client, visit: Appointment, site: Site
) -> None:
    first = site.billing_provider
    BillingProvider.objects.create(
        practice=site.practice, name="Summit Knees PLLC", npi="2000000036", tax_id="841234568",
        taxonomy_code="207Q00000X", phone="3035550100", address_line1=first.address_line1,
        city=first.city, state_code=first.state_code, zip_code=first.zip_code,
    )  # fmt: skip
    page = desk.get(reverse("desk:check-in", args=[visit.public_id])).content.decode()
    assert "Billed by" in page
    assert arrive(desk, visit, billing_provider=first.pk).status_code == 200
    assert Encounter.objects.get().billing_provider == first


def test_the_next_day_is_refused_in_words(desk: Client, site: Site) -> None:
    tomorrow = booked(site, joan(site, first_name="June"), in_days=1)
    answer = arrive(desk, tomorrow)
    assert answer.status_code == 422
    assert "The day of this visit has not come" in answer.content.decode()
