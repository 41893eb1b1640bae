"""`/api/v1/journal`: a general ledger follows the books and has each journal exactly once."""

from datetime import date
from decimal import Decimal
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from billing.ledger.balances import trial_balance
from billing.ledger.horizon import settled_through
from billing.models import Journal, JournalLine, Payment
from billing.posting.post_remittance import post_remittance
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from core.actors import acting_as, person
from core.choices import Role
from core.models import Practice
from core.tenancy import practice_scope
from patients.models import Patient
from tests.billing.inbox import example
from tests.billing.road import accounts_of, charged_visit, new_patient
from tests.cast import user_of
from tests.factories.api import Caller, caller

D = Decimal


@pytest.fixture
def patient(in_summit: Practice) -> Patient:
    found = new_patient(in_summit)
    charged_visit(found, ["60", "40"], on=date(2026, 1, 5))
    return found


@pytest.fixture
def ledger(in_summit: Practice) -> Caller:
    return caller(in_summit, "journal:read")


def pay(patient: Patient, amount: str) -> None:
    take_patient_payment(
        patient=patient, amount=D(amount), method="check", received_on=date(2026, 1, 7)
    )


def follow(ledger: Caller, after: int = 0, limit: int = 2) -> list[Any]:
    """Every journal after a number, page by page."""
    found: list[Any] = []
    url: str = f"journal?after={after}&limit={limit}"
    while True:
        page = ledger.client.get(url if url.startswith("http") else f"/api/v1/{url}").json()
        found += page["data"]
        url = page["next"]
        if not page["has_more"]:
            return found


@pytest.mark.django_db
def test_following_gives_each_journal_once_and_goes_on_later(
    ledger: Caller, patient: Patient
) -> None:
    pay(patient, "25.00")
    first = follow(ledger)
    numbers = list(Journal.objects.order_by("number").values_list("number", flat=True))
    assert [journal["number"] for journal in first] == numbers
    pay(patient, "5.00")
    [later] = follow(ledger, after=numbers[-1])
    assert later["lines"] == [
        {
            "position": 1, "amount": "5.00", "reason_code": "",
            "reference_number": later["lines"][0]["reference_number"],
            "debit": {"account": 1010, "name": "Undeposited cash and checks", "payer_id": None,
                      "payer_name": ""},
            "credit": {"account": 1200, "name": "A/R patient", "payer_id": None,
                       "payer_name": ""},
        }
    ]  # fmt: skip
    assert later["kind"] == "payment"
    one = ledger.get(f"journal/{later['id']}").json()
    assert one == later


@pytest.mark.django_db
def test_it_adds_up_to_the_trial_balance(
    ledger: Caller, patient: Patient, in_summit: Practice
) -> None:
    pay(patient, "25.00")
    moved: dict[int, Decimal] = {}
    for journal in follow(ledger):
        for line in journal["lines"]:
            for end, sign in (("debit", 1), ("credit", -1)):
                number = line[end]["account"]
                moved[number] = moved.get(number, D(0)) + sign * D(line["amount"])
    assert moved == {row.number: row.balance_amount for row in trial_balance(in_summit)}


@pytest.mark.django_db
def test_nobody_is_named_in_it(ledger: Caller, patient: Patient) -> None:
    pay(patient, "25.00")
    text = ledger.get("journal").content.decode()
    for word in (patient.last_name, patient.first_name, patient.mrn, str(patient.public_id)):
        assert word not in text


@pytest.mark.django_db
def test_what_people_typed_and_payers_wrote_of_a_patient_stays_here(
    ledger: Caller, in_summit: Practice
) -> None:
    claims = [("SFM1012", ("110",)), ("SFM1013", ("260",)), ("SFM1014", ("190",))]
    account = accounts_of(in_summit, claims, "ACME HEALTH PLAN")["SFM1012"]
    pay(account.patient, "5.00")
    take_back_payment(payment=Payment.objects.get(), reason="It was Ada Typed's money")
    post_remittance(remittance=example(in_summit, "w18a_delayed_recoupment"))
    assert Journal.objects.filter(memo__contains="Ada Typed").exists()
    assert JournalLine.objects.filter(
        reason_code__startswith="PLB-", reference_number="ICN20261001012"
    ).exists()
    journals = follow(ledger)
    assert {(journal["kind"], journal["memo"]) for journal in journals} == {
        ("charge", "Charges of a visit"), ("payment", "A patient's payment"),
        ("mirror", "Undoes an earlier journal"), ("remittance", "A payer's remittance"),
    }  # fmt: skip
    lines = [line for journal in journals for line in journal["lines"]]
    told = {line["reference_number"] for line in lines if line["reason_code"].startswith("PLB-")}
    assert told == {""}


@pytest.mark.django_db
def test_a_days_totals_are_those_of_its_journals(ledger: Caller, patient: Patient) -> None:
    pay(patient, "25.00")
    today = clock.today(patient.practice).isoformat()
    said = ledger.get("journal/days", first_day=today, last_day=today).json()
    [day] = said["data"]
    journals = follow(ledger)
    assert day["journal_count"] == len(journals)
    assert (day["first_number"], day["last_number"]) == (
        journals[0]["number"], journals[-1]["number"],
    )  # fmt: skip
    total = sum((D(journal["amount"]) for journal in journals), D(0))
    assert D(day["debit_amount"]) == D(day["credit_amount"]) == total
    [cash] = [row for row in day["accounts"] if row["account"] == 1010]
    assert (cash["debit_amount"], cash["credit_amount"]) == ("25.00", "0.00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("journal", {"after": "-1"}, "after"), ("journal", {"after": "x"}, "after"),
        ("journal", {"limit": "0"}, "limit"), ("journal", {"cursor": "x"}, "cursor"),
        ("journal/days", {"first_day": "2026-01-01"}, "last_day"),
        ("journal/days", {"first_day": "2026-01-02", "last_day": "2026-01-01"}, "last_day"),
        ("journal/days", {"first_day": "2025-01-01", "last_day": "2026-01-01"}, "last_day"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_at_its_name(
    ledger: Caller, path: str, query: dict[str, str], field: str
) -> None:
    answer = ledger.get(path, **query)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.django_db
def test_another_practices_books_are_not_there(
    ledger: Caller, patient: Patient, lakeside: Practice
) -> None:
    pay(patient, "25.00")
    [journal] = ledger.get("journal", limit=1).json()["data"]
    theirs = caller(lakeside, "journal:read")
    assert theirs.get("journal").json()["data"] == []
    assert theirs.get(f"journal/{journal['id']}").status_code == 404
    today = clock.today(patient.practice).isoformat()
    assert theirs.get("journal/days", first_day=today, last_day=today).json()["data"] == []


@pytest.mark.django_db(transaction=True)
def test_what_a_long_posting_has_still_to_write_is_never_skipped(summit: Practice) -> None:
    """A long posting draws its number first and commits last; the follower waits before it."""
    drawn, let_go = Event(), Event()
    with practice_scope(summit):
        slow, quick = new_patient(summit), new_patient(summit)
        for patient in (slow, quick):
            charged_visit(patient, ["60"], on=date(2026, 1, 5))
    ledger = caller(summit, "journal:read")
    before = follow(ledger, limit=100)
    last = before[-1]["number"]

    def post_slowly() -> None:
        poster = person(user_of(summit, Role.POSTER))
        with practice_scope(summit), acting_as(poster), transaction.atomic():
            pay(slow, "11.00")
            drawn.set()
            let_go.wait(timeout=30)
        connection.close()

    poster = Thread(target=post_slowly)
    poster.start()
    assert drawn.wait(timeout=30)
    with practice_scope(summit):
        pay(quick, "22.00")
    assert follow(ledger, after=last) == []
    assert settled_through() <= last + 1
    let_go.set()
    poster.join(timeout=30)
    assert [journal["amount"] for journal in follow(ledger, after=last)] == ["11.00", "22.00"]
