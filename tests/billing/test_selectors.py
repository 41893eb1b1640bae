"""How the books are told to people: visits, reasons, rows, accounts by name."""

from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.entries import mirror_journal
from billing.ledger.lines import Line, Side
from billing.models import Journal
from billing.posting.post_remittance import post_remittance
from billing.selectors.account_page import account_rows, patient_account
from billing.selectors.claim_ledger import claim_money
from billing.selectors.explain import explanation, sentence, shares, steps
from billing.selectors.journal_rows import summarise
from billing.selectors.movements import Kind, kind_of
from billing.selectors.visits import visits_of
from billing.services.take_patient_payment import take_patient_payment
from core.models import Practice
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import accounts_of, charged_visit, new_patient

D = Decimal


def pay(patient: Patient, amount: str) -> None:
    take_patient_payment(
        patient=patient, amount=D(amount), method="check", received_on=date(2026, 1, 5)
    )


@pytest.mark.parametrize(
    ("account", "counter", "kind"),
    [
        (1100, 4000, Kind.CHARGE),
        (1100, 4105, Kind.ADJUSTMENT),
        (1100, 1020, Kind.INSURANCE_PAID),
        (1200, 1015, Kind.PATIENT_PAID),
        (1200, 2000, Kind.PATIENT_PAID),
        (1200, 1100, Kind.SHARE),
        (1100, 1200, Kind.MOVED),
        (1100, 1100, Kind.MOVED),
    ],
)
def test_an_entry_is_named_by_the_account_at_its_other_end(
    account: int, counter: int, kind: Kind
) -> None:
    assert kind_of(account, counter) == kind


def test_a_visit_adds_up_and_tells_its_steps(in_summit: Practice) -> None:
    charges = ("140", "180", "15", "60")
    account = accounts_of(in_summit, [("SFM1006", charges)], "ACME HEALTH PLAN")["SFM1006"]
    post_remittance(remittance=example(in_summit, "w13_partial_pay"))
    pay(account.patient, "10")
    [visit] = visits_of(in_summit, [account.patient.pk])
    assert visit.charge_amount == D("395.00")
    assert (
        visit.charge_amount
        - visit.discount_amount
        - visit.insurance_paid_amount
        - visit.patient_paid_amount
        == visit.insurance_open_amount + visit.patient_open_amount
    )
    assert sentence(visit) == (
        "You owe 54.00: 30.00 copay, 20.00 deductible, 14.00 coinsurance, less 10.00 paid."
    )
    told = [(step.words, step.amount, step.left) for step in steps(visit)]
    assert told == [
        ("Charged for 4 services", D("395.00"), D("395.00")),
        ("Above ACME HEALTH PLAN's fee: written off", D("-130.00"), D("265.00")),
        ("ACME HEALTH PLAN paid", D("-126.00"), D("139.00")),
        ("of which copay", D("30.00"), None),
        ("of which deductible", D("20.00"), None),
        ("of which coinsurance", D("14.00"), None),
        ("Patient paid", D("-10.00"), D("129.00")),
    ]


def test_a_reversed_answer_is_told_as_taken_back_and_its_shares_are_net(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")["SFM1004"]
    post_remittance(remittance=example(in_summit, "w15_original"))
    pay(account.patient, "25")
    post_remittance(remittance=example(in_summit, "w15_reversal_alone", control=2))
    [visit] = visits_of(in_summit, [account.patient.pk])
    words = [step.words for step in steps(visit)]
    assert "ACME HEALTH PLAN took its payment back" in words
    assert "Write-off taken back" in words
    assert "copay taken back" in words
    assert shares(visit) == []
    assert (
        sentence(visit) == "ACME HEALTH PLAN still has 300.00. Nothing is due until it is settled."
    )
    assert visit.patient_open_amount == D("-25.00")


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        ("0", "You owe 80.00: no insurance was on file for this visit."),
        ("30", "You owe 50.00: no insurance was on file for this visit, less 30.00 paid."),
        ("80", "Settled. The patient paid 80.00."),
    ],
)
def test_a_self_pay_visit_in_one_sentence(in_summit: Practice, paid: str, words: str) -> None:
    patient = new_patient(in_summit)
    charged_visit(patient, ["80"])
    if D(paid):
        pay(patient, paid)
    [visit] = visits_of(in_summit, [patient.pk])
    assert sentence(visit) == words
    assert explanation(visit).startswith("No insurance was on file")


def test_a_visit_that_only_the_insurer_paid_is_settled(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1007", ("40", "30"))], "ACME HEALTH PLAN")["SFM1007"]
    post_remittance(remittance=example(in_summit, "w14_bundled_procedure"))
    [visit] = visits_of(in_summit, [account.patient.pk])
    assert sentence(visit) == "Settled."
    assert visit.moved_amount == 0
    money = claim_money(account.claim)
    assert [row.moved_amount for row in money.lines] == [D("30.00"), D("-30.00")]
    assert money.whole is not None
    assert money.whole.insurance_open_amount == 0


def test_an_overpaid_visit_is_looked_into(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1011", ("100",))], "ACME HEALTH PLAN")["SFM1011"]
    post_remittance(remittance=example(in_summit, "w17_recovery_for_another_patient"))
    [visit] = visits_of(in_summit, [account.patient.pk])
    assert sentence(visit) == "More was paid than was due: 300.00 is looked into."


def test_a_mirrored_charge_and_payment_are_told_as_taken_back(in_summit: Practice) -> None:
    patient = new_patient(in_summit)
    charged_visit(patient, ["80"])
    pay(patient, "30")
    for journal in Journal.objects.filter(reverses=None).order_by("pk"):
        mirror_journal(practice=in_summit, journal=journal)
    visits = visits_of(in_summit, [patient.pk])
    assert [step.words for step in steps(visits[0])] == [
        "Charged for 1 service",
        "Patient paid",
        "Charge taken back",
        "Patient payment taken back",
    ]
    rows = account_rows(visits)
    assert rows[0].left_amount == 0
    assert "Payment: taken back" in {row.words for row in rows}


def test_the_account_ties_its_rows_to_its_balance(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1017", ("240",))], "ACME HEALTH PLAN")["SFM1017"]
    pay(account.patient, "30")
    post_remittance(remittance=example(in_summit, "w22_down_coded"))
    found = patient_account(account.patient)
    assert found.rows[0].left_amount == found.balance_amount == D("40.00")
    assert found.charged_amount + found.credited_amount == found.balance_amount
    assert found.unapplied_amount == D("8.00")
    assert [row.words for row in found.rows][-1] == "Charge, 1 line"


def test_a_claim_without_money_shows_nothing(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1", ("0",))], "ACME HEALTH PLAN")["SFM1"]
    assert claim_money(account.claim).journals == ()


def test_alike_journal_lines_are_summed_under_the_names_people_know(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1007", ("40", "30"))], "ACME HEALTH PLAN")
    payer = Journal.objects.first().lines.get().debit_payer_id
    sides = [Side(1100, 1, 1, n, payer, 1) for n in (1, 2)]
    lines = [Line(Side(Account.CONTRACTUAL), side, D("5.00"), "CO-45") for side in sides]
    lines += [Line(Side(1200, 1, 1, 1), sides[0], D("2.00"), code) for code in ("PR-1", "PR-2")]
    lines += [Line(Side(Account.REMIT_CLEARING), sides[0], D("9.00"))]
    rows = summarise(lines)
    assert [(row.debit_name, row.reasons, row.amount) for row in rows] == [
        ("Remit clearing", "1 line", D("9.00")),
        ("A/R patient", "PR-1, 2", D("4.00")),
        ("Contractual adjustment", "CO-45", D("10.00")),
    ]
    assert rows[0].credit_name == "A/R insurance, ACME HEALTH PLAN (rank 1)"
