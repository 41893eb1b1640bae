"""A statement says what is owed and why, and never says anything else afterwards."""

from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import Error, transaction

from billing.choices import StatementState
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Statement, StatementLine
from billing.posting.post_remittance import post_remittance
from billing.services.issue_statement import NothingToBill, issue_statement, keep_pdf
from billing.services.take_patient_payment import take_patient_payment
from billing.statements.render import render_statement
from core import clock, pdf
from core.models import Practice, TimelineEntry
from core.pdf import PdfUnavailable, asset
from core.services.documents import read_document
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import Account as ClaimAccount
from tests.billing.road import accounts_of, charged_visit, new_patient

D = Decimal


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without WeasyPrint's libraries."""

    def missing(name: str) -> object:
        if name.startswith("weasyprint"):
            raise OSError("no libpango")
        return import_module(name)

    monkeypatch.setattr(pdf, "import_module", missing)


@pytest.fixture
def account(in_summit: Practice) -> ClaimAccount:
    """W-10 posted: Medicare paid 161.50, the patient owes 41.20."""
    found = accounts_of(in_summit, [("SFM1001", ("200", "150", "40"))], "MEDICARE PART B")
    post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    return found["SFM1001"]


def issue(patient: Patient) -> Statement:
    return issue_statement(guarantor=patient.guarantor)


def test_it_asks_for_what_the_guarantor_owes_and_says_where_it_comes_from(
    account: ClaimAccount, no_pdf: None
) -> None:
    statement = issue(account.patient)
    assert statement.balance_amount == D("41.20")
    assert statement.balance_amount == balance(statement.practice, Account.PATIENT_AR)
    assert statement.due_on == statement.issued_on + timedelta(days=28)
    line = statement.lines.get()
    assert (line.charge_amount, line.discount_amount, line.insurance_paid_amount) == (
        D("390.00"), D("187.30"), D("161.50"),
    )  # fmt: skip
    today = clock.today(statement.practice)
    assert line.explanation == (
        f"MEDICARE PART B decided on {today:%m/%d/%Y} (its payment EFT0010):"
        " $41.20 is your coinsurance."
    )
    assert line.description == "Office visit"
    assert statement.printed["guarantor_name"] == "Joan Testpatient"


def test_several_shares_of_one_answer_are_named_each(in_summit: Practice, no_pdf: None) -> None:
    charges = ("140", "180", "15", "60")
    found = accounts_of(in_summit, [("SFM1006", charges)], "ACME HEALTH PLAN")["SFM1006"]
    post_remittance(remittance=example(in_summit, "w13_partial_pay"))
    line = issue(found.patient).lines.get()
    assert line.explanation.endswith(
        ": $30.00 is your copay, $20.00 is your deductible and $14.00 is your coinsurance."
    )
    assert line.charge_amount == D("320.00"), "lines the payer still owes are not on the bill"


def test_what_an_insurer_has_not_finished_is_held_and_not_asked_for(
    in_summit: Practice, no_pdf: None
) -> None:
    found = accounts_of(in_summit, [("SFM1017", ("240",))], "ACME HEALTH PLAN")["SFM1017"]
    post_remittance(remittance=example(in_summit, "w22_down_coded"))
    with pytest.raises(NothingToBill, match=r"22\.00 waits"):
        issue(found.patient)
    charged_visit(new_patient(in_summit, found.patient.guarantor), ["80"])
    statement = issue(found.patient)
    assert (statement.balance_amount, statement.held_amount) == (D("80.00"), D("22.00"))
    assert statement.balance_amount + statement.held_amount == balance(
        in_summit, Account.PATIENT_AR
    )


def test_a_self_pay_visit_says_that_no_insurance_was_on_file(
    in_summit: Practice, no_pdf: None
) -> None:
    patient = new_patient(in_summit)
    charged_visit(patient, ["200"])
    line = issue(patient).lines.get()
    assert line.explanation == "No insurance was on file for this visit."
    assert line.owed_amount == D("200.00")


def test_a_payment_in_between_is_on_the_bill(account: ClaimAccount, no_pdf: None) -> None:
    pay(account.patient, "11.20")
    line = issue(account.patient).lines.get()
    assert (line.patient_paid_amount, line.owed_amount) == (D("11.20"), D("30.00"))
    assert "You paid $11.20." in line.explanation
    assert line.explanation.endswith("= $30.00.")


def test_all_patients_of_a_guarantor_are_on_one_statement(
    account: ClaimAccount, no_pdf: None
) -> None:
    child = new_patient(account.patient.practice, account.patient.guarantor)
    charged_visit(child, ["60"])
    statement = issue(account.patient)
    assert statement.balance_amount == D("101.20")
    assert statement.lines.count() == 2
    assert TimelineEntry.objects.filter(kind="statement.issued").count() == 3


@pytest.mark.parametrize(("charge", "words"), [("4.99", "not above"), ("0", "Nothing is owed")])
def test_too_little_or_nothing_gets_no_statement(
    in_summit: Practice, charge: str, words: str
) -> None:
    patient = new_patient(in_summit)
    charged_visit(patient, [charge])
    with pytest.raises(NothingToBill, match=words):
        issue(patient)
    assert not Statement.objects.exists()


def test_the_same_balance_on_the_same_day_is_the_same_statement(
    account: ClaimAccount, no_pdf: None
) -> None:
    assert issue(account.patient) == issue(account.patient)


def test_a_new_statement_supersedes_the_one_before_and_keeps_its_age(
    account: ClaimAccount, no_pdf: None
) -> None:
    first = issue(account.patient)
    with clock.travel(clock.now() + timedelta(days=35)):
        second = issue(account.patient)
    first.refresh_from_db()
    assert (first.state, second.state) == (StatementState.SUPERSEDED, StatementState.ISSUED)
    assert second.lines.get().first_shown_on == first.issued_on
    assert dict(second.aging)["31–60 days"] == "41.20"


def test_it_is_settled_when_nothing_is_owed_any_more(account: ClaimAccount, no_pdf: None) -> None:
    statement = issue(account.patient)
    pay(account.patient, "20.00")
    statement.refresh_from_db()
    assert statement.state == StatementState.ISSUED
    pay(account.patient, "21.20")
    statement.refresh_from_db()
    assert statement.state == StatementState.SETTLED


def test_its_lines_are_frozen_in_the_database(account: ClaimAccount, no_pdf: None) -> None:
    issue(account.patient)
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        StatementLine.objects.update(owed_amount=1)


# --- paper --------------------------------------------------------------------------------------


def test_without_pdf_libraries_it_is_issued_and_says_so(
    account: ClaimAccount, no_pdf: None
) -> None:
    statement = issue(account.patient)
    assert statement.document is None
    assert TimelineEntry.objects.filter(kind="statement.no_pdf").exists()
    with pytest.raises(PdfUnavailable):
        render_statement(statement)


def test_the_pdf_is_drawn_once_and_kept_encrypted(account: ClaimAccount) -> None:
    pytest.importorskip("weasyprint")
    statement = issue(account.patient)
    assert statement.document is not None
    content = read_document(statement.document)
    assert content.startswith(b"%PDF-")
    kept = statement.document_id
    keep_pdf(statement)
    assert statement.document_id == kept
    assert "Joan" not in statement.document.file_name


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "https://example.com/a.css",
        "asset:../base.html",
        "asset:statement.html",
        "statement.css",
    ],
)
def test_drawing_reads_nothing_but_packaged_assets(url: str) -> None:
    with pytest.raises(ValueError, match="packaged"):
        asset(url)


def test_the_stylesheet_is_a_packaged_asset() -> None:
    assert b"@page" in asset("asset:statement.css")


def pay(patient: Patient, amount: str) -> None:
    take_patient_payment(
        patient=patient, amount=D(amount), method="check", received_on=date(2026, 1, 5)
    )
