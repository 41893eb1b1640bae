"""What a payment is refused for, and how credits wait and are used."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Journal, Payment
from billing.posting.locks import lock_accounts
from billing.services.apply_credits import apply_credits
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from core.errors import ApplicationError
from core.models import Practice
from tests.billing.road import charged_visit, new_patient

D = Decimal


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": D("0")}, "amount"),
        ({"method": "barter"}, "method"),
        ({"received_on": date(2999, 1, 1)}, "received_on"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_at_its_field(
    in_summit: Practice, changes: dict[str, object], field: str
) -> None:
    given = {"amount": D("5"), "method": "cash", "received_on": date(2026, 1, 5), **changes}
    with pytest.raises(ApplicationError) as refused:
        take_patient_payment(patient=new_patient(in_summit), **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Payment.objects.exists()


def test_one_payment_settles_the_children_of_a_guarantor_too(in_summit: Practice) -> None:
    parent = new_patient(in_summit)
    child = new_patient(in_summit, parent.guarantor)
    charged_visit(child, ["60"], on=date(2026, 1, 5))
    charged_visit(parent, ["40"], on=date(2026, 1, 6))
    take_patient_payment(
        patient=parent, amount=D("70"), method="check", received_on=date(2026, 1, 7)
    )
    for patient, owed in ((child, 0), (parent, D("30.00"))):
        patient.refresh_from_db()
        assert patient.patient_balance_amount == owed


def test_a_credit_is_not_used_for_another_patient_by_itself(in_summit: Practice) -> None:
    parent = new_patient(in_summit)
    take_patient_payment(
        patient=parent, amount=D("50"), method="cash", received_on=date(2026, 1, 5)
    )
    child = new_patient(in_summit, parent.guarantor)
    charged_visit(child, ["60"])
    assert balance(in_summit, Account.PATIENT_AR) == D("60.00")
    assert balance(in_summit, Account.PATIENT_CREDITS) == D("-50.00")


def test_a_credit_with_nothing_to_settle_waits(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    take_patient_payment(
        patient=patient, amount=D("50"), method="cash", received_on=date(2026, 1, 5)
    )
    written = Journal.objects.count()
    lock_accounts(guarantor_ids=[patient.guarantor_id])
    assert apply_credits(in_summit, patient_ids=[patient.pk], cause="test") == []
    assert Journal.objects.count() == written


def test_a_receipt_whose_credit_was_used_is_not_taken_back(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    payment = take_patient_payment(
        patient=patient, amount=D("50"), method="cash", received_on=date(2026, 1, 5)
    )
    charged_visit(patient, ["60"])
    lock_accounts(guarantor_ids=[patient.guarantor_id])
    apply_credits(in_summit, patient_ids=[patient.pk], cause="test")
    with pytest.raises(ApplicationError, match=r"\$50.00 of its credit has settled later visits"):
        take_back_payment(payment=payment, reason="The check bounced")
    assert Journal.objects.filter(reverses__isnull=False).count() == 0


def test_what_was_open_yesterday_is_still_told_today(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    charged_visit(patient, ["60"])
    yesterday = clock.today(in_summit) - timedelta(days=1)
    assert balance(in_summit, Account.PATIENT_AR, as_of=yesterday) == 0
