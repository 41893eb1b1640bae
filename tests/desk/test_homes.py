"""Each role starts the day on its own numbers; each number is a link to the rows behind it."""

import re

import pytest
from django.urls import reverse

from billing.ledger.accounts import Account
from billing.ledger.balances import trial_balance
from core.choices import Role
from core.models import Practice
from tests.billing.road import accounts_of
from tests.billing.test_write_offs import ask, by
from tests.cast import client_of
from tests.factories.doors import objects_of

pytestmark = pytest.mark.django_db


def words(summit: Practice, role: str) -> str:
    response = client_of(summit, role).get(reverse("desk:home"))
    assert response.status_code == 200
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.split())


@pytest.mark.parametrize("role", Role.values)
def test_every_role_has_a_home_that_can_count(summit: Practice, role: str) -> None:
    objects_of(summit)
    assert "could not count" not in words(summit, role).lower()


def test_a_biller_sees_the_worklists_buckets_with_their_money(summit: Practice) -> None:
    objects_of(summit)
    page = words(summit, Role.BILLER)
    assert "Before sending" in page
    assert "With the payer" in page
    assert re.search(r"Needs fix \d* ?0", page), page


def test_a_manager_sees_what_is_owed_as_the_ledger_says(summit: Practice) -> None:
    objects_of(summit)
    owed = {row.number: row.balance_amount for row in trial_balance(summit)}
    insurers, patients = owed[Account.INSURANCE_AR], owed[Account.PATIENT_AR]
    assert min(insurers, patients) > 0
    page = words(summit, Role.MANAGER)
    assert re.search(rf"Insurers owe \d* ?\${insurers}", page), page
    assert re.search(rf"Patients owe \d* ?\${patients}", page), page


def test_a_manager_sees_what_waits_for_a_second_person_with_its_money(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    with by(in_summit, Role.POSTER):
        asked = ask(account, "950.00")
    manager = client_of(in_summit, Role.MANAGER)
    groups = manager.get(reverse("desk:home")).context["groups"]
    write_offs, refunds = next(one for one in groups if one.title == "To approve").cards
    assert (write_offs.figure, write_offs.amount) == ("1", asked.amount)
    assert (refunds.figure, refunds.amount) == ("0", 0)
    assert asked.number in manager.get(write_offs.url).content.decode()
    assert manager.get(refunds.url).status_code == 200


def test_a_system_admin_sees_no_patient_data(summit: Practice) -> None:
    objects_of(summit)
    page = words(summit, Role.SYSTEM_ADMIN)
    assert "Members" in page
    assert "Testpatient" not in page
    assert "Claims" not in page


def test_the_cards_alone_can_be_counted_anew(summit: Practice) -> None:
    response = client_of(summit, Role.BILLER).get(reverse("desk:home"), {"part": "cards"})
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
