"""A credit of which more is promised than is left of it: nothing is free, and nothing less."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import CreditBalance
from billing.selectors.credit_page import free_amount
from billing.services.refund_credit import request_refund
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from billing.services.use_credit import use_credit
from core.choices import Role
from core.errors import ApplicationError
from core.models import Practice
from tests.billing.road import new_patient
from tests.cast import client_of

D = Decimal


@pytest.fixture
def biller(summit: Practice) -> Client:
    return client_of(summit, Role.BILLER)


@pytest.fixture
def shrunk(in_summit: Practice) -> CreditBalance:
    """205.00 paid ahead and asked back; then the check over 200.00 of it bounced."""
    patient = new_patient(in_summit)
    check, _ = (
        take_patient_payment(
            patient=patient, amount=D(amount), method="check", received_on=date(2026, 1, 5)
        )
        for amount in ("200", "5")
    )
    request_refund(credit=CreditBalance.objects.get(), amount=D("205"), note="Moves away")
    take_back_payment(payment=check, reason="Bounced check")
    return CreditBalance.objects.get()


def test_less_than_nothing_is_never_free(shrunk: CreditBalance) -> None:
    assert shrunk.amount == D("5")
    assert free_amount(shrunk) == 0


def test_nobody_is_asked_for_an_amount_below_nothing(shrunk: CreditBalance) -> None:
    with pytest.raises(ApplicationError, match=r"up to \$0\.00"):
        request_refund(credit=shrunk, amount=D("5"), note="Once more")
    with pytest.raises(ApplicationError, match=r"up to \$0\.00"):
        use_credit(credit=shrunk, amount=D("5"))


@pytest.mark.parametrize("door", ["credit-refund", "credit-use"])
def test_the_page_says_that_all_of_it_is_promised(
    shrunk: CreditBalance, biller: Client, door: str
) -> None:
    url = reverse(f"billing:{door}", args=[shrunk.public_id])
    answer = biller.post(url, {"amount": "5", "note": "Once more"})
    assert answer.status_code == 422
    assert "All of it is promised to refunds that wait for approval." in answer.content.decode()
