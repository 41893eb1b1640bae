"""Whole lives of accounts, to the cent: W-51 (charge to zero over two payers) and W-52 (a copay,
a discount, bad debt and what came back).
"""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.urls import reverse

from billing import verify
from billing.adjusting_choices import WriteOffReason
from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance, trial_balance
from billing.models import BalanceRequest
from billing.posting.post_remittance import post_remittance
from billing.selectors.claim_ledger import claim_money
from billing.selectors.open_parts import open_parts
from billing.services.decide_request import approve_request
from billing.services.take_patient_payment import take_patient_payment
from billing.services.write_off import request_write_off
from claims.choices import VersionState
from claims.models import ClaimVersion
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import accounts_of, add_version, charged_visit, new_patient
from tests.cast import client_of, user_of

D = Decimal


def balances(practice: Practice) -> dict[int, Decimal]:
    """Every account that is not at zero, debits positive."""
    return {row.number: row.balance_amount for row in trial_balance(practice) if row.balance_amount}


def test_w51_every_dollar_of_a_charge_is_somewhere_from_charge_to_zero(
    in_summit: Practice,
) -> None:
    account = accounts_of(
        in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B", "ACME SUPPLEMENT"
    )["SFM1001"]
    post_remittance(remittance=example(in_summit, "w11_crossed_over"))
    second = account.patient.coverages.get(rank=2)
    if not account.claim.versions.filter(rank=2).exists():
        add_version(account.claim, second, account.lines)
    ClaimVersion.objects.filter(rank=2).update(state=VersionState.PAYER_ACCEPTED)
    post_remittance(remittance=example(in_summit, "w21_secondary_payment", control=2))
    whole = claim_money(account.claim).whole
    assert whole is not None
    assert whole.charge_amount == D("390")
    assert whole.insurance_paid_amount == D("161.50") + D("41.20")
    assert whole.adjusted_amount == D("184.00") + D("3.30")
    assert whole.patient_paid_amount == 0
    assert whole.insurance_open_amount == whole.patient_open_amount == 0
    assert balances(in_summit) == {
        1020: D("202.70"), 4000: D("-390.00"), 4100: D("184.00"), 4105: D("3.30"),
    }  # fmt: skip
    assert verify.check_explained().problems == []
    assert verify.check_charges().problems == []


def test_w52_a_copay_a_discount_bad_debt_and_what_came_back(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    take_patient_payment(
        patient=patient, amount=D("30"), method="card", received_on=date(2026, 1, 5)
    )
    assert balances(in_summit) == {1015: D("30.00"), 2000: D("-30.00")}
    charged_visit(patient, ["30"])  # the copay line: what was paid before settles it
    assert balance(in_summit, Ledger.PATIENT_CREDITS) == 0
    [line] = charged_visit(patient, ["200"])
    write_off(patient, line.pk, "60", WriteOffReason.SELF_PAY)
    write_off(patient, line.pk, "140", WriteOffReason.BAD_DEBT)
    assert balance(in_summit, Ledger.PATIENT_AR) == 0
    client = client_of(in_summit, Role.COLLECTIONS)
    url = reverse("billing:recovery", args=[patient.public_id])
    values = {
        "amount": "100", "fee_amount": "30", "received_on": clock.today(in_summit).isoformat(),
        "reference": "AG-1", "submission_key": str(uuid4()),
    }  # fmt: skip
    for _ in range(2):  # the same form twice is one recovery
        assert client.post(url, values).status_code == 303
    assert balances(in_summit) == {
        1000: D("70.00"), 1015: D("30.00"), 4000: D("-230.00"), 4140: D("60.00"),
        4300: D("-100.00"), 5000: D("140.00"), 5120: D("30.00"),
    }  # fmt: skip
    too_much = client.post(url, {**values, "submission_key": str(uuid4())})
    assert too_much.status_code == 422
    assert "$40.00 was written off and has not come back." in too_much.content.decode()


def test_no_more_is_recovered_than_was_given_up(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    page = client_of(in_summit, Role.COLLECTIONS).get(
        reverse("billing:recovery", args=[patient.public_id])
    )
    assert "Nothing of this patient was written off" in page.content.decode()


def write_off(patient: Patient, line_id: int, amount: str, reason: str) -> BalanceRequest:
    """Asked for by the biller, approved by the manager where that is needed."""
    [part] = open_parts(patient.practice, [line_id])
    request = request_write_off(
        patient=patient, amounts={part.key: D(amount)}, reason_code=reason, note="As agreed"
    )
    if request.needs_approval:
        manager = person(user_of(patient.practice, Role.MANAGER), source="test")
        with acting_as(manager):
            approve_request(request=request)
    return request
