"""Each of the invariants of domain F.4, broken on purpose: the proof names the row."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from billing import verify
from billing.adjusting_choices import WriteOffReason
from billing.ledger import day_chain, invariants
from billing.models import Journal, JournalLine
from billing.posting.post_remittance import post_remittance
from billing.selectors.open_parts import open_parts
from billing.services.close_day import close_day
from billing.services.issue_statement import issue_statement
from billing.services.take_patient_payment import take_patient_payment
from billing.services.write_off import request_write_off
from claims.models import Claim, Remittance
from coding.models import ChargeLine
from core import clock
from core.models import Practice
from core.verification import Checked
from tests.billing.inbox import example
from tests.billing.road import Account, accounts_of, charged_visit, new_patient
from tests.database import Database

D = Decimal
Check = Callable[[], Checked]
Break = Callable[[str], None]


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """A reversal with its correction, a receipt, a statement, a write-off and a prepayment."""
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts = accounts_of(in_summit, claims, "ACME HEALTH PLAN")
    post_remittance(remittance=example(in_summit, "w15_original"))
    patient = accounts["SFM1004"].patient
    take_patient_payment(
        patient=patient, amount=D("25"), method="card", received_on=date(2026, 1, 5)
    )
    post_remittance(remittance=example(in_summit, "w15_reversal_and_correction", control=2))
    issue_statement(guarantor=patient.guarantor)
    other = new_patient(in_summit)
    take_patient_payment(patient=other, amount=D("9"), method="cash", received_on=date(2026, 1, 5))
    walk_in = new_patient(in_summit)
    [line] = charged_visit(walk_in, ["80"])
    [part] = open_parts(in_summit, [line.pk])
    request_write_off(
        patient=walk_in, amounts={part.key: D("30")}, reason_code=WriteOffReason.CHARITY
    )
    return accounts["SFM1004"]


@pytest.fixture
def broken(test_database: Database) -> Break:
    """What only somebody with the server's own keys could do: past triggers and constraints."""

    def run(statement: str) -> None:
        with test_database.around_triggers() as cursor:
            cursor.execute(statement)

    return run


def problem(check: Check) -> str:
    found = check().problems
    assert found, f"{check.__name__} found nothing"
    return " ".join(found)


def test_unbroken_all_of_them_hold(account: Account) -> None:
    checks: list[Check] = [
        invariants.check_journals, invariants.check_zero, verify.check_charges,
        verify.check_explained, invariants.check_keys, verify.check_credits,
        verify.check_remittances, verify.check_clearing, verify.check_owed_once,
        verify.check_decisions, verify.check_adjustments, invariants.check_mirrors,
        verify.check_adjusted_once, verify.check_unapplied, verify.check_posted_once,
        verify.check_claims, verify.check_patients, verify.check_month_ends,
        verify.check_statements, verify.check_refunds,
    ]  # fmt: skip
    assert {c.__name__: c().problems for c in checks if c().problems} == {}
    nothing_to_see = {"check_month_ends", "check_refunds"}
    assert {c.__name__ for c in checks if not c().counted} == nothing_to_see


@pytest.mark.django_db(transaction=True)
def test_1_a_journal_whose_lines_are_not_its_own(account: Account, broken: Break) -> None:
    number = Journal.objects.latest("number").number
    broken(f"UPDATE billing_journal SET amount = amount + 1 WHERE number = {number}")
    assert f"J{number}" in problem(invariants.check_journals)


@pytest.mark.django_db(transaction=True)
def test_2_accounts_that_do_not_sum_to_zero(account: Account, broken: Break) -> None:
    line = JournalLine.objects.filter(debit_account=1010).first()
    assert line is not None
    broken(f"UPDATE billing_journalline SET debit_account_id = 9999 WHERE id = {line.pk}")
    assert f"journal line {line.pk}" in problem(invariants.check_zero)


@pytest.mark.django_db(transaction=True)
def test_3_a_charge_line_that_is_not_explained(account: Account, broken: Break) -> None:
    [line] = account.lines
    row = JournalLine.objects.filter(debit_charge_line=line, credit_account=4000).get()
    broken(f"UPDATE billing_journalline SET credit_account_id = 5100 WHERE id = {row.pk}")
    assert line.control_number in problem(verify.check_explained)
    assert f"journal line {row.pk}" in problem(verify.check_explained)
    assert line.control_number in problem(verify.check_charges)


@pytest.mark.django_db(transaction=True)
def test_4_a_receivable_under_somebody_elses_key(account: Account, broken: Break) -> None:
    other = ChargeLine.objects.exclude(patient=account.patient).first()
    assert other is not None
    row = JournalLine.objects.filter(debit_account=1100, debit_patient=account.patient).first()
    assert row is not None
    broken(f"UPDATE billing_journalline SET debit_charge_line_id = {other.pk} WHERE id = {row.pk}")
    words = problem(invariants.check_keys)
    assert "ACME HEALTH PLAN" in words
    assert f"journal line {row.pk}" in words


@pytest.mark.django_db(transaction=True)
def test_5_a_credit_that_is_not_on_the_worklist(account: Account, broken: Break) -> None:
    broken("DELETE FROM billing_creditbalance")
    assert "2000 of patient row" in problem(verify.check_credits)


def test_6_a_remittance_that_moved_something_else(account: Account) -> None:
    Remittance.objects.filter(trace_number="EFT0009").update(payment_amount=D("1"))
    assert "EFT0009" in problem(verify.check_remittances)


def test_7_clearing_that_is_nobodys(account: Account) -> None:
    Remittance.objects.filter(trace_number="EFT0009").update(payment_amount=D("1"))
    assert account.claim.practice.name in problem(verify.check_clearing)


def test_8_a_dollar_that_two_owe(account: Account) -> None:
    [line] = account.lines
    charge = ChargeLine.objects.get(pk=line.pk)
    charge.charge_amount = D("1")
    charge.save()
    assert line.encounter.number in problem(verify.check_owed_once)


@pytest.mark.django_db(transaction=True)
def test_9_a_decided_claim_with_a_line_that_nobody_decided(account: Account, broken: Break) -> None:
    [line] = account.lines
    broken(
        f"UPDATE claims_remittanceline SET charge_line_id = NULL WHERE charge_line_id = {line.pk}"
    )
    assert "SFM1004, line 1" in problem(verify.check_decisions)
    Claim.objects.filter(pk=account.claim.pk).update(insurance_balance_amount=D("1"))
    assert "SFM1004" in problem(verify.check_claims)


@pytest.mark.django_db(transaction=True)
def test_10_an_adjustment_without_reason_request_or_second_person(
    account: Account, broken: Break
) -> None:
    row = JournalLine.objects.get(debit_account=4150)
    journal = f"J{row.journal.number}"
    broken(f"UPDATE billing_journalline SET reason_code = '' WHERE id = {row.pk}")
    assert f"{journal}: an adjustment without reason" in problem(verify.check_adjustments)
    broken(f"UPDATE billing_journalline SET reason_code = 'CHARITY' WHERE id = {row.pk}")
    broken(
        "UPDATE billing_balancerequest SET state = 'waiting', journal_id = NULL"
        f" WHERE journal_id = {row.journal_id}"
    )
    assert f"{journal}: an adjustment without a request" in problem(verify.check_adjustments)


@pytest.mark.django_db(transaction=True)
def test_11_a_mirror_that_is_none(account: Account, broken: Break) -> None:
    mirror = Journal.objects.filter(reverses__isnull=False).get()
    broken(
        "UPDATE billing_journalline SET amount = amount + 1"
        f" WHERE id = (SELECT min(id) FROM billing_journalline WHERE journal_id = {mirror.pk})"
    )
    assert f"J{mirror.number}" in problem(invariants.check_mirrors)


@pytest.mark.django_db(transaction=True)
def test_12_adjustments_above_the_charge(account: Account, broken: Break) -> None:
    [line] = account.lines
    broken(
        "UPDATE billing_journalline SET amount = amount + 900"
        f" WHERE credit_charge_line_id = {line.pk} AND debit_account_id = 4100"
    )
    assert line.encounter.number in problem(verify.check_adjusted_once)


@pytest.mark.django_db(transaction=True)
def test_13_unapplied_money_that_is_overdrawn(account: Account, broken: Break) -> None:
    broken(
        "UPDATE billing_journalline SET debit_account_id = 2000, credit_account_id = 1010,"
        " debit_patient_id = credit_patient_id, debit_guarantor_id = credit_guarantor_id"
        " WHERE credit_account_id = 2000"
    )
    patient = JournalLine.objects.filter(debit_account=2000).latest("pk").debit_patient_id
    assert f"2000 of row {patient}" in problem(verify.check_unapplied)


@pytest.mark.django_db(transaction=True)
def test_14_a_part_of_a_remittance_posted_twice(account: Account, broken: Break) -> None:
    journal = Journal.objects.filter(source_kind="remittance", reverses__isnull=True).latest("pk")
    charge = Journal.objects.filter(source_kind="charge").latest("pk")
    broken(
        "UPDATE billing_journal SET source_kind = 'remittance', source_id ="
        f" {journal.source_id}, source_part_id = {journal.source_part_id or 'NULL'}"
        f" WHERE id = {charge.pk}"
    )
    words = problem(verify.check_posted_once)
    assert f"J{journal.number}" in words
    assert f"J{charge.number}" in words


def test_15_a_stored_balance_that_is_not_the_replayed_one(account: Account) -> None:
    patient = account.patient
    patient.patient_balance_amount += 1
    patient.save()
    assert f"MRN {patient.mrn}" in problem(verify.check_patients)


@pytest.mark.django_db(transaction=True)
def test_16_a_closed_day_that_changed(account: Account, broken: Break) -> None:
    practice = account.claim.practice
    today = clock.today(practice)
    paper = {"undeposited": "In the safe", "unbatched": "Before batches"}
    closed = close_day(practice=practice, day=today, reasons=paper)
    assert day_chain.check_chain().problems == []
    journal = Journal.objects.filter(source_kind="charge").latest("pk")
    named = f"{today:%m/%d/%Y}, J{journal.number}"
    broken(f"UPDATE billing_journal SET memo = 'Another' WHERE id = {journal.pk}")
    assert f"{named}: it is not as it was closed" in problem(day_chain.check_chain)
    broken(f"UPDATE billing_journal SET memo = '{journal.memo}' WHERE id = {journal.pk}")
    assert day_chain.check_chain().problems == []
    line = JournalLine.objects.filter(journal=journal).get()
    broken(f"UPDATE billing_journalline SET amount = amount + 1 WHERE id = {line.pk}")
    assert f"{named}: it is not as it was closed" in problem(day_chain.check_chain)
    broken(f"UPDATE billing_journalline SET amount = amount - 1 WHERE id = {line.pk}")
    broken(f"UPDATE billing_closedjournal SET hash = 'x' WHERE journal_id = {journal.pk}")
    assert "its hash is not that of its facts" in problem(day_chain.check_chain)
    broken(f"DELETE FROM billing_closedjournal WHERE journal_id = {journal.pk}")
    words = problem(day_chain.check_chain)
    assert f"{named}: it came after the close" in words
    assert "it has lost journals" in words
    broken(f"UPDATE billing_closedday SET previous_hash = 'x' WHERE id = {closed.pk}")
    assert "it does not follow the day before" in problem(day_chain.check_chain)


def test_17_a_statement_that_asks_for_something_else(account: Account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_statement SET balance_amount = 999")
    assert "asks 999" in problem(verify.check_statements)
