"""The proofs over money pass on what the services wrote, and name what was tampered with."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import psycopg2
import pytest

from billing import verify
from billing.ledger import invariants
from billing.models import CreditBalance, Journal, Statement
from billing.posting.post_remittance import post_remittance
from billing.services.issue_statement import issue_statement
from billing.services.record_deposit import record_deposit
from billing.services.take_patient_payment import take_patient_payment
from claims.models import Claim, Remittance
from core.models import Practice
from core.verification import Checked
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import Account, accounts_of, charged_visit, new_patient
from tests.database import Database

CHECKS: list[Callable[[], Checked]] = [
    invariants.check_journals,
    invariants.check_zero,
    invariants.check_keys,
    invariants.check_mirrors,
    invariants.check_append_only,
    verify.check_charges,
    verify.check_remittances,
    verify.check_clearing,
    verify.check_owed_once,
    verify.check_credits,
    verify.check_adjustments,
    verify.check_unapplied,
    verify.check_claims,
    verify.check_patients,
    verify.check_payments,
    verify.check_statements,
]


@pytest.fixture
def books(in_summit: Practice) -> dict[str, Account]:
    """A little of everything: a reversal, a payment, a statement, a deposit, a credit."""
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",)), ("SFM1007", ("40", "30"))]
    accounts = accounts_of(in_summit, claims, "ACME HEALTH PLAN")
    post_remittance(remittance=example(in_summit, "w15_original"))
    patient = accounts["SFM1004"].patient
    take_patient_payment(
        patient=patient, amount=Decimal("25"), method="card", received_on=date(2026, 1, 5)
    )
    later = example(in_summit, "w15_reversal_and_correction", control=2)
    post_remittance(remittance=later)
    post_remittance(remittance=example(in_summit, "w14_bundled_procedure", control=3))
    later.refresh_from_db()
    record_deposit(remittance=later, on=date(2026, 11, 16))
    issue_statement(guarantor=patient.guarantor)
    take_patient_payment(
        patient=new_patient(in_summit), amount=Decimal("9"), method="cash",
        received_on=date(2026, 1, 5),
    )  # fmt: skip
    return accounts


def test_what_the_services_wrote_is_proven(books: dict[str, Account]) -> None:
    found = {check.__name__: check() for check in CHECKS}
    assert {name: result.problems for name, result in found.items() if result.problems} == {}
    assert [name for name, result in found.items() if not result.counted] == []


def test_a_projection_that_differs_from_the_ledger_is_named(books: dict[str, Account]) -> None:
    claim, patient = books["SFM1004"].claim, books["SFM1004"].patient
    Claim.objects.filter(pk=claim.pk).update(insurance_balance_amount=Decimal("1"))
    Patient.objects.filter(pk=patient.pk).update(patient_balance_amount=Decimal("1"))
    assert "SFM1004" in verify.check_claims().problems[0]
    assert patient.mrn in verify.check_patients().problems[0]


def test_a_payment_changed_after_posting_is_named(books: dict[str, Account]) -> None:
    Remittance.objects.filter(trace_number="EFT0009").update(payment_amount=Decimal("1"))
    assert "EFT0009" in verify.check_remittances().problems[0]
    assert verify.check_clearing().problems


def test_a_released_charge_that_is_not_in_the_books_is_named(in_summit: Practice) -> None:
    [line] = charged_visit(new_patient(in_summit), ["80"])
    line.charge_amount = Decimal("81")
    line.save()
    assert line.control_number in verify.check_charges().problems[0]


def test_money_owed_beyond_the_charge_is_named(in_summit: Practice) -> None:
    [line] = charged_visit(new_patient(in_summit), ["80"])
    line.charge_amount = Decimal("79")
    line.save()
    assert verify.check_owed_once().problems


def test_a_credit_on_no_work_list_is_named(books: dict[str, Account]) -> None:
    accounts_of(books["SFM1004"].claim.practice, [("SFM1011", ("100",))], "ACME HEALTH PLAN")
    remittance = example(
        books["SFM1004"].claim.practice, "w17_recovery_for_another_patient", control=4
    )
    post_remittance(remittance=remittance)
    assert verify.check_credits().problems == []
    # The overpaid line, and the prepayment of the fixture.
    assert verify.check_credits().note == "2 in credit"
    CreditBalance.objects.filter(charge_line__isnull=False).delete()
    [problem] = verify.check_credits().problems
    assert "1100 of line" in problem


def test_a_statement_that_asks_for_something_else_is_named(books: dict[str, Account]) -> None:
    Statement.objects.update(balance_amount=Decimal("999"))
    assert "asks 999" in verify.check_statements().problems[0]


@pytest.mark.django_db(transaction=True)
def test_an_overdrawn_credit_an_unexplained_adjustment_and_a_broken_journal_are_named(
    books: dict[str, Account], tampering: Callable[[str], None]
) -> None:
    tampering("UPDATE billing_journalline SET reason_code = '' WHERE debit_account_id = 4100")
    assert verify.check_adjustments().problems
    tampering(
        "UPDATE billing_journalline SET debit_account_id = 2000, credit_account_id = 1010"
        " WHERE credit_account_id = 2000"
    )
    assert verify.check_unapplied().problems
    tampering("UPDATE billing_journal SET line_count = line_count + 1")
    assert len(invariants.check_journals().problems) == min(Journal.objects.count(), 20)
    tampering("UPDATE billing_journalline SET amount = amount + 1 WHERE credit_account_id = 1200")
    assert verify.check_payments().problems
    assert invariants.check_mirrors().problems


@pytest.fixture
def tampering(test_database: Database) -> Callable[[str], None]:
    """What only somebody with the server's own keys could do."""

    def run(statement: str) -> None:
        with test_database.around_triggers() as cursor:
            cursor.execute(statement)

    return run


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_of_the_tables_empties_the_books(
    test_database: Database, summit: Practice
) -> None:
    with test_database.admin() as cursor, pytest.raises(psycopg2.Error, match="append-only"):
        cursor.execute("TRUNCATE billing_journal CASCADE")
