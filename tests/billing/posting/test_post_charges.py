"""Released charges enter the books in the release's own transaction, once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from billing.ledger.accounts import Account
from billing.ledger.balances import OpenItem, balance, open_items
from billing.models import Journal
from billing.posting.place_receivable import place_receivable
from billing.posting.post_charges import post_charges
from billing.receivers import enter_charges, follow_claim
from billing.services.take_patient_payment import take_patient_payment
from claims.news import CLAIM_BUILT
from coding.news import CHARGES_RELEASED
from core.errors import ApplicationError
from core.models import Practice
from core.news import announce
from patients.models import Payer
from tests.billing.road import charged_visit, cover, new_patient, sent_claim

D = Decimal


def test_an_insured_charge_is_the_primary_payers(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    coverage = cover(patient, "MEDICARE PART B")
    cover(patient, "ACME SUPPLEMENT", 2)
    [line] = charged_visit(patient, ["200"])
    payer = coverage.plan.payer_id
    guarantor = patient.guarantor_id
    assert open_items(in_summit) == [
        OpenItem(1100, patient.pk, guarantor, line.pk, payer, 1, D("200.00"))
    ]
    assert balance(in_summit, Account.CHARGES, charge_line_id=line.pk) == D("-200.00")
    patient.refresh_from_db()
    assert patient.insurance_balance_amount == D("200.00")


def test_a_charge_without_coverage_on_its_day_is_the_guarantors(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    cover(patient, "MEDICARE PART B")
    charged_visit(patient, ["80"], on=date(2025, 12, 31))
    assert balance(in_summit, Account.PATIENT_AR, patient_id=patient.pk) == D("80.00")
    patient.refresh_from_db()
    assert patient.patient_balance_amount == D("80.00")


def test_a_line_is_posted_once_and_a_free_one_never(in_summit: Practice) -> None:
    lines = charged_visit(new_patient(in_summit), ["80", "0"])
    assert Journal.objects.count() == 1
    post_charges(practice=in_summit, charge_line_ids=[line.pk for line in lines])
    assert Journal.objects.count() == 1


def test_a_copay_taken_before_settles_the_charge_when_it_comes(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    take_patient_payment(
        patient=patient, amount=D("30"), method="card", received_on=date(2026, 1, 5)
    )
    assert balance(in_summit, Account.PATIENT_CREDITS) == D("-30.00")
    charged_visit(patient, ["80"])
    assert balance(in_summit, Account.PATIENT_CREDITS) == 0
    assert balance(in_summit, Account.PATIENT_AR) == D("50.00")


def test_the_release_takes_its_charges_with_it_when_posting_fails(
    in_summit: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise ApplicationError("no room in the books")

    [line] = charged_visit(new_patient(in_summit), ["80"])
    monkeypatch.setattr("billing.receivers.post_charges", fails)
    with pytest.raises(ApplicationError), transaction.atomic():
        announce(CHARGES_RELEASED, subject=line.case, ids={"charge_line_ids": [line.pk]})
    assert f"{enter_charges.__module__}.enter_charges" in CHARGES_RELEASED.bound


# --- where the receivable sits ----------------------------------------------------------------


def test_it_stays_where_it_is_when_the_claim_goes_to_the_same_payer(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    cover(patient, "MEDICARE PART B")
    account = sent_claim(patient, "SFM1", ["200"])
    assert place_receivable(account.version) is None


def test_it_moves_to_the_payer_the_claim_is_built_for(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    cover(patient, "MEDICARE PART B")
    account = sent_claim(patient, "SFM1", ["200", "50"])
    other = cover(new_patient(in_summit), "ACME HEALTH PLAN")
    account.version.payer, account.version.plan = other.plan.payer, other.plan
    account.version.save()
    announce(CLAIM_BUILT, subject=account.claim, ids={"version_id": account.version.pk})
    acme = Payer.objects.get(name="ACME HEALTH PLAN")
    assert balance(in_summit, Account.INSURANCE_AR, payer_id=acme.pk) == D("250.00")
    assert balance(in_summit, Account.INSURANCE_AR) == D("250.00")
    assert balance(in_summit, Account.CHARGES) == D("-250.00")
    assert account.fresh().claim.insurance_balance_amount == D("250.00")
    assert f"{follow_claim.__module__}.follow_claim" in CLAIM_BUILT.bound


def test_a_self_pay_charge_moves_to_the_payer_of_a_late_found_coverage(
    in_summit: Practice,
) -> None:
    patient = new_patient(in_summit)
    coverage = cover(patient, "MEDICARE PART B")
    coverage.effective_from = date(2027, 1, 1)
    coverage.save()
    account = sent_claim(patient, "SFM1", ["200"])
    assert balance(in_summit, Account.PATIENT_AR) == D("200.00")
    journal = place_receivable(account.version)
    assert journal is not None
    assert balance(in_summit, Account.PATIENT_AR) == 0
    assert balance(in_summit, Account.INSURANCE_AR, rank=1) == D("200.00")
    patient.refresh_from_db()
    assert (patient.insurance_balance_amount, patient.patient_balance_amount) == (D("200.00"), 0)
