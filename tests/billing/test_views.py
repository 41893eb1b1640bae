"""The money pages: what they say, who may use them, and what wrong input gets."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from billing import jobs
from billing.choices import StatementState
from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance
from billing.models import Journal, Payment, Statement
from billing.posting.post_remittance import post_remittance
from billing.services.issue_statement import issue_statement
from billing.settings import ASK_ABOVE_PAYMENT
from claims.choices import RemittanceState
from claims.models import Remittance
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import AuditEvent, Job, Practice
from core.practice_settings import change
from core.services.documents import read_document
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.inbox import deliver, example
from tests.billing.road import Account, accounts_of, charged_visit, new_patient
from tests.billing.worked import text_of
from tests.cast import client_of

D = Decimal


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """A claim of three lines at Medicare, its charges in the books."""
    claims = [("SFM1001", ("200", "150", "40"))]
    return accounts_of(in_summit, claims, "MEDICARE PART B")["SFM1001"]


@pytest.fixture
def remittance(account: Account) -> Remittance:
    """W-10, matched and not posted."""
    return example(account.claim.practice, "w10_clean_medicare_payment")


@pytest.fixture
def poster(summit: Practice) -> Client:
    return client_of(summit, Role.POSTER)


def page_of(client: Client, name: str, row: object, **query: str) -> str:
    response = client.get(reverse(name, args=[row.public_id]), query)  # type: ignore[attr-defined]
    assert response.status_code == 200, response.status_code
    return words_of(response)


def words_of(response: HttpResponse) -> str:
    """What a person reads on the page: no tags, no line breaks."""
    return " ".join(re.sub(r"<[^>]+>", "", response.content.decode()).split())


# --- the remittance -----------------------------------------------------------------------------


def test_a_matched_remittance_shows_its_proof_and_the_journal_it_will_write(
    remittance: Remittance, poster: Client
) -> None:
    text = page_of(poster, "billing:remittance", remittance)
    assert "It balances. 1 of 1 claim ready to post" in text
    assert "3 of 3: billed less adjustments is paid" in text
    assert "Remit clearing nets to 161.50, the payment" in text
    assert "Journal preview" in text
    assert "CO-45" in text
    assert "PR-2" in text


def test_posting_it_shows_the_journals_and_awaits_the_deposit(
    remittance: Remittance, poster: Client
) -> None:
    response = poster.post(reverse("billing:remittance-post", args=[remittance.public_id]))
    assert response.status_code == 303
    text = page_of(poster, "billing:remittance", remittance)
    assert "It balances and was posted" in text
    assert "Its money is awaited at the bank" in text
    poster.post(
        reverse("billing:remittance-deposit", args=[remittance.public_id]), {"on": "2026-11-16"}
    )
    assert "Its money reached the bank on 11/16/2026" in page_of(
        poster, "billing:remittance", remittance
    )
    for tab in ("claims", "provider", "history"):
        page_of(poster, "billing:remittance", remittance, tab=tab)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("", "Enter the day of the deposit."),
        ("2999-01-01", "This day has not come yet."),
        ("soon", "date"),
        ("2001-01-01", "the money was not there before"),
    ],
)
def test_a_deposit_on_a_day_that_cannot_be_is_refused_at_the_field(
    remittance: Remittance, poster: Client, on: str, words: str
) -> None:
    post_remittance(remittance=remittance)
    url = reverse("billing:remittance-deposit", args=[remittance.public_id])
    refused = poster.post(url, {"on": on})
    assert refused.status_code == 422
    assert words in words_of(refused)
    assert balance(remittance.practice, Ledger.BANK) == 0


def test_one_that_does_not_balance_says_where_and_cannot_be_posted(
    account: Account, poster: Client
) -> None:
    text = text_of("w10_clean_medicare_payment").replace("CAS*CO*45*70*", "CAS*CO*45*71*")
    broken = deliver(account.claim.practice, text)
    assert broken.state == RemittanceState.OUT_OF_BALANCE
    shown = page_of(poster, "billing:remittance", broken)
    assert "It does not balance, so nothing of it is posted" in shown
    assert "2 of 3: billed less adjustments is paid" in shown
    assert "Nothing of this remittance reaches the books" in shown
    before = Journal.objects.count()
    poster.post(reverse("billing:remittance-post", args=[broken.public_id]))
    assert Journal.objects.count() == before


def test_money_added_beside_the_claims_is_in_the_proof(in_summit: Practice, poster: Client) -> None:
    accounts_of(in_summit, [("SFM1016", ("180",))], "MEDICARE PART B")
    text = page_of(poster, "billing:remittance", example(in_summit, "w20_interest"))
    assert "added by the payer1.25" in text
    assert "Difference 0.00" in text


def test_a_duplicate_says_so(remittance: Remittance, poster: Client) -> None:
    again = example(remittance.practice, "w10_clean_medicare_payment", control=9)
    if again == remittance:
        pytest.skip("the inbox kept no second row for the same file")
    assert "nothing is posted twice" in page_of(poster, "billing:remittance", again)


def test_unknown_claims_are_listed_and_may_be_matched_again(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1005", ("120",))], "ACME HEALTH PLAN")
    found = example(in_summit, "w15_reversal_and_correction")
    text = page_of(poster, "billing:remittance", found)
    assert "SFM1004" in text
    assert "waits in unapplied cash" in text
    accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")
    url = reverse("billing:remittance-match", args=[found.public_id])
    poster.post(url)
    found.refresh_from_db()
    assert found.state == RemittanceState.MATCHED
    assert poster.post(url).status_code == 303


def test_a_zero_pay_denial_shows_what_stays_with_the_payer(
    in_summit: Practice, poster: Client
) -> None:
    accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")
    found = example(in_summit, "w12_denial_zero_pay")
    text = page_of(poster, "billing:remittance", found)
    assert "CO-197" in text
    assert "No account moves" in text
    post_remittance(remittance=found)
    assert "Denials opened" in page_of(poster, "billing:remittance", found)


def test_a_long_remittance_is_posted_by_a_job(
    remittance: Remittance, poster: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_AT_ONCE", 0)
    response = poster.post(reverse("billing:remittance-post", args=[remittance.public_id]))
    job = Job.everywhere.get()
    assert response["Location"] == reverse("core:job", args=[job.public_id])
    assert run_due_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"journals": 1})
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.POSTED


# --- account, payment, claim panel ---------------------------------------------------------------


def test_the_account_says_why_the_patient_owes(
    account: Account, remittance: Remittance, poster: Client
) -> None:
    before = page_of(poster, "billing:account", account.patient)
    assert "MEDICARE PART B has the bill of 390.00" in before
    post_remittance(remittance=remittance)
    text = page_of(poster, "billing:account", account.patient)
    assert "You owe 41.20: 41.20 coinsurance." in text
    assert "The patient owes $41.20; each visit below says why." in text
    assert "ties to 3 ledger lines" in text
    assert "Remit EFT0010" in text
    assert AuditEvent.objects.filter(action="read", patient_id=account.patient.pk).exists()


def test_an_empty_account_says_so(in_summit: Practice, poster: Client) -> None:
    assert "Nothing is owed on this account" in page_of(
        poster, "billing:account", new_patient(in_summit)
    )


def test_the_claim_panel_is_a_fragment_and_a_page(
    account: Account, remittance: Remittance, poster: Client
) -> None:
    post_remittance(remittance=remittance)
    url = reverse("billing:claim-ledger", args=[account.claim.public_id])
    fragment = poster.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "−$187.30" in fragment
    assert "<html" in poster.get(url).content.decode()


@pytest.fixture
def debtor(in_summit: Practice) -> Patient:
    """A self-pay patient who owes 60.00 and 80.00."""
    patient = new_patient(in_summit)
    charged_visit(patient, ["60"], on=date(2026, 1, 5))
    charged_visit(patient, ["80"], on=date(2026, 1, 6))
    return patient


def pay(client: Client, patient: Patient, **fields: str) -> HttpResponse:
    data = {
        "amount": "70.00",
        "method": "cash",
        "received_on": "2026-01-07",
        "spread": "oldest",
    } | fields
    return client.post(reverse("billing:payment-new", args=[patient.public_id]), data)


def test_a_payment_far_above_the_usual_is_asked_about_and_nothing_typed_is_lost(
    debtor: Patient, summit: Practice
) -> None:
    desk = client_of(summit, Role.FRONT_DESK)
    slip = {"amount": "70,000.00", "reference": "1882", "keeps_credit": "on"}
    asked = pay(desk, debtor, **slip)
    assert asked.status_code == 422
    assert "$70,000.00 is more than the $5,000.00" in words_of(asked)
    assert 'value="1882"' in asked.content.decode()
    assert not Payment.objects.exists()
    assert pay(desk, debtor, **slip, is_sure="on").status_code == 303
    with practice_scope(summit):
        change(summit, ASK_ABOVE_PAYMENT, "50.00")
    assert "$70.00 is more than the $50.00" in words_of(pay(desk, debtor))


def test_a_payment_settles_the_oldest_visit_and_leads_back_to_the_account(
    debtor: Patient, summit: Practice
) -> None:
    desk = client_of(summit, Role.FRONT_DESK)
    text = page_of(desk, "billing:payment-new", debtor)
    assert "owes $140.00" in text
    assert pay(desk, debtor).status_code == 303
    payment = Payment.objects.get()
    assert [a.amount for a in payment.allocations.all()] == [D("60.00"), D("10.00")]


def test_a_form_that_is_sent_twice_takes_the_money_once(debtor: Patient, poster: Client) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert pay(poster, debtor, submission_key=key).status_code == 303
    assert Payment.objects.get().amount == D("70.00")


def test_a_payment_may_be_spread_by_hand(debtor: Patient, poster: Client) -> None:
    line = Journal.objects.order_by("pk").last().lines.get().debit_charge_line_id
    response = pay(poster, debtor, spread="chosen", **{f"line_{line}": "70.00"})
    assert response.status_code == 303
    assert Payment.objects.get().allocations.get().charge_line_id == line


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"amount": "0"}, "at least 0.01"),
        ({"amount": "ten"}, "Enter an amount like"),
        ({"method": "barter"}, "Select a valid choice"),
        ({"received_on": "2999-01-01"}, "This day has not come yet."),
        ({"reference": "4111 1111 1111 1111"}, "looks like a card number"),
    ],
)
def test_a_wrong_payment_is_refused_at_its_field(
    debtor: Patient, poster: Client, fields: dict[str, str], words: str
) -> None:
    response = pay(poster, debtor, **fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Payment.objects.exists()


def test_more_than_is_owed_is_taken_only_when_it_is_meant(debtor: Patient, poster: Client) -> None:
    refused = pay(poster, debtor, amount="1,400")
    assert refused.status_code == 422
    assert "This is $1,260.00 above what is owed." in refused.content.decode()
    assert not Payment.objects.exists()

    assert pay(poster, debtor, amount="1,400", keeps_credit="on").status_code == 303
    assert "$1,260.00" in page_of(poster, "billing:account", debtor)


def test_money_before_anything_is_due_waits_as_a_credit(
    in_summit: Practice, poster: Client
) -> None:
    patient = new_patient(in_summit)
    assert "Nothing is due yet" in page_of(poster, "billing:payment-new", patient)
    form = {"amount": "30", "method": "card", "received_on": "2026-01-07"}
    taken = poster.post(reverse("billing:payment-new", args=[patient.public_id]), form)
    assert taken.status_code == 303
    assert balance(in_summit, Ledger.PATIENT_CREDITS) == D("-30.00")


def test_a_receipt_typed_wrong_is_taken_back_and_everything_owed_again(
    debtor: Patient, poster: Client
) -> None:
    pay(poster, debtor, amount="1,400", keeps_credit="on")
    receipt = Payment.objects.get()
    take_back = reverse("billing:payment-take-back", args=[receipt.public_id])
    refused = poster.post(take_back, {"reason": "no"})
    assert refused.status_code == 422
    assert "Say in a few words why it is taken back." in words_of(refused)

    for _ in range(2):  # pressed twice, it is taken back once
        done = poster.post(take_back, {"reason": "Typed 1,400 for 140"}, follow=True)
        assert f"Takes back receipt {receipt.number}: Typed 1,400 for 140" in words_of(done)
    assert balance(debtor.practice, Ledger.PATIENT_AR) == D("140.00")
    assert balance(debtor.practice, Ledger.PATIENT_CREDITS) == 0
    debtor.refresh_from_db()
    assert debtor.patient_balance_amount == D("140.00")
    account = page_of(poster, "billing:account", debtor)
    assert "Payment: taken back" in account
    assert "Take it back" not in page_of(poster, "billing:journal", receipt.journal)


def test_a_bounced_payment_opens_its_statement_again(debtor: Patient, poster: Client) -> None:
    statement = issue_statement(guarantor=debtor.guarantor)
    pay(poster, debtor, amount="140")
    statement.refresh_from_db()
    assert statement.state == StatementState.SETTLED
    take_back = reverse("billing:payment-take-back", args=[Payment.objects.get().public_id])
    poster.post(take_back, {"reason": "The check bounced"})
    statement.refresh_from_db()
    assert statement.state == StatementState.ISSUED


def test_a_held_remittance_is_decided_on_its_page(remittance: Remittance, poster: Client) -> None:
    Remittance.objects.filter(pk=remittance.pk).update(state=RemittanceState.HELD)
    assert "What is it" in page_of(poster, "billing:remittance", remittance)
    url = reverse("billing:remittance-held", args=[remittance.public_id])
    refused = poster.post(url, {"decision": "another", "reason": ""})
    assert refused.status_code == 422
    assert "Say what the payer answered." in words_of(refused)
    assert (
        poster.post(url, {"decision": "another", "reason": "Called, ref 8812"}).status_code == 303
    )
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED


def test_the_front_desk_takes_money_but_takes_no_receipt_back(
    debtor: Patient, summit: Practice
) -> None:
    desk = client_of(summit, Role.FRONT_DESK)
    pay(desk, debtor)
    url = reverse("billing:payment-take-back", args=[Payment.objects.get().public_id])
    assert desk.post(url, {"reason": "Typed wrong"}).status_code == 403


def test_parts_above_what_is_open_are_refused(debtor: Patient, poster: Client) -> None:
    line = Journal.objects.order_by("pk").first().lines.get().debit_charge_line_id
    response = pay(poster, debtor, spread="chosen", **{f"line_{line}": "60.01"})
    assert response.status_code == 422
    assert "more than this line has open" in response.content.decode()


# --- statements ---------------------------------------------------------------------------------


def test_a_statement_is_previewed_issued_listed_and_opened(
    debtor: Patient, summit: Practice
) -> None:
    biller = client_of(summit, Role.BILLER)
    url = reverse("billing:statement-issue", args=[debtor.public_id])
    assert "It would ask Joan Testpatient for $140.00" in biller.get(url).content.decode()
    assert biller.post(url).status_code == 303
    statement = Statement.objects.get()
    text = page_of(biller, "billing:statement", statement)
    assert "You owe $140.00" in text
    assert statement.number in biller.get(reverse("billing:statements")).content.decode()


def test_with_nothing_to_bill_the_page_says_why(in_summit: Practice, poster: Client) -> None:
    patient = new_patient(in_summit)
    biller = client_of(in_summit, Role.BILLER)
    url = reverse("billing:statement-issue", args=[patient.public_id])
    assert "There is nothing to ask for today" in biller.get(url).content.decode()
    response = biller.post(url)
    assert response.status_code == 422
    assert "Nothing is owed that may be billed." in response.content.decode()


def test_the_pdf_is_shown_in_the_browser_under_a_name_without_people(
    debtor: Patient, summit: Practice
) -> None:
    pytest.importorskip("weasyprint")
    statement = issue_statement(guarantor=debtor.guarantor)
    biller = client_of(summit, Role.BILLER)
    response = biller.get(reverse("billing:statement-pdf", args=[statement.public_id]))
    statement.refresh_from_db()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('inline; filename="statement-')
    assert response.content == read_document(statement.document)
    assert AuditEvent.objects.filter(action="read", note="pdf").exists()


def test_without_pdf_the_statement_page_says_so(
    debtor: Patient, summit: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: str) -> object:
        raise ImportError

    monkeypatch.setattr("core.pdf.import_module", missing)
    statement = issue_statement(guarantor=debtor.guarantor)
    biller = client_of(summit, Role.BILLER)
    url = reverse("billing:statement-pdf", args=[statement.public_id])
    text = biller.get(url, follow=True).content.decode()
    assert "This machine cannot draw PDF files" in text
    assert "It has no PDF yet" in text


# --- the books ------------------------------------------------------------------------------------


def test_the_trial_balance_ties_to_zero_as_of_any_day(
    account: Account, remittance: Remittance, poster: Client
) -> None:
    post_remittance(remittance=remittance)
    text = poster.get(reverse("billing:ledger")).content.decode()
    assert "the accounts sum to 0.00" in text
    assert "Remit clearing" in text
    early = words_of(poster.get(reverse("billing:ledger"), {"as_of": "2020-01-01"}))
    assert "Nothing is in the books as of 01/01/2020" in early
    wrong = poster.get(reverse("billing:ledger"), {"as_of": "x"}).content.decode()
    assert "Enter a date like" in wrong


def test_a_journal_shows_both_sides_and_its_mirror(in_summit: Practice, poster: Client) -> None:
    accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")
    [original] = post_remittance(remittance=example(in_summit, "w15_original"))
    [mirror, *_] = post_remittance(remittance=example(in_summit, "w15_reversal_alone", control=2))
    assert str(mirror) in page_of(poster, "billing:journal", original)
    text = page_of(poster, "billing:journal", mirror)
    assert "It undoes" in text
    assert "4100" in text


# --- who may, and whose ---------------------------------------------------------------------------

PAGES = ["billing:account", "billing:payment-new", "billing:statement-issue"]


@pytest.mark.parametrize("name", PAGES)
def test_the_other_practices_patient_does_not_exist_here(
    in_summit: Practice, lakeside: Practice, name: str
) -> None:
    patient = new_patient(in_summit)
    theirs = client_of(lakeside, Role.BILLER)
    assert theirs.get(reverse(name, args=[patient.public_id])).status_code == 404


def test_the_other_practices_money_does_not_exist_here(
    account: Account, remittance: Remittance, lakeside: Practice
) -> None:
    [journal] = post_remittance(remittance=remittance)
    theirs = client_of(lakeside, Role.MANAGER)
    rows = {
        "billing:remittance": remittance,
        "billing:journal": journal,
        "billing:claim-ledger": account.claim,
    }
    for name, row in rows.items():
        assert theirs.get(reverse(name, args=[row.public_id])).status_code == 404
    url = reverse("billing:remittance-post", args=[remittance.public_id])
    assert theirs.post(url).status_code == 404
    assert "Nothing is in the books" in theirs.get(reverse("billing:ledger")).content.decode()
    with practice_scope(lakeside):
        assert not Journal.objects.exists()


def test_reading_is_not_posting(remittance: Remittance, summit: Practice) -> None:
    auditor = client_of(summit, Role.AUDITOR)
    assert "Post 1 claim" not in page_of(auditor, "billing:remittance", remittance)
    url = reverse("billing:remittance-post", args=[remittance.public_id])
    assert auditor.post(url).status_code == 403
    assert client_of(summit, Role.SYSTEM_ADMIN).get(reverse("billing:ledger")).status_code == 403


def test_an_unknown_id_is_not_found(poster: Client) -> None:
    assert poster.get(reverse("billing:journal", args=[uuid4()])).status_code == 404
