"""Who owes since when, as of any day: the buckets, the credits, the tie, and the rows behind."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from billing.ledger import invariants
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Source
from billing.ledger.month_ends import keep_month_end
from billing.models import MonthEnd, MonthEndItem, StatementLine
from billing.posting.plan_payment import OpenCharge, credit_side, owed_side
from billing.posting.post_remittance import post_remittance
from billing.selectors.aging import CREDITS, Basis, aged_items, aging
from billing.services.issue_statement import issue_statement
from billing.services.keep_month_ends import keep_month_ends
from billing.services.take_patient_payment import take_patient_payment
from billing.verify import check_month_ends
from claims.models import SubmissionAttempt
from core import clock
from core.choices import Role
from core.models import Practice
from tests.billing.inbox import example
from tests.billing.road import Account, accounts_of, charged_visit, new_patient
from tests.cast import client_of

D = Decimal
AS_OF = date(2026, 11, 23)


def at(practice: Practice, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(practice.time_zone))


@pytest.fixture
def biller(summit: Practice) -> Client:
    return client_of(summit, Role.BILLER)


@pytest.fixture
def insured(in_summit: Practice) -> Account:
    """390.00 at Medicare, charged on 08/03 and first sent on 08/05."""
    with clock.travel(at(in_summit, date(2026, 8, 3))):
        claims = [("SFM1001", ("200", "150", "40"))]
        account = accounts_of(in_summit, claims, "MEDICARE PART B")["SFM1001"]
    SubmissionAttempt.objects.update(sent_at=at(in_summit, date(2026, 8, 5)))
    return account


def test_w50_a_patients_age_is_counted_from_the_first_statement(in_summit: Practice) -> None:
    """Service 08/01, moved to the patient with the first statement of 10/20: 34 days on 11/23;
    114 from the day of service.
    """
    with clock.travel(at(in_summit, date(2026, 8, 2))):
        patient = new_patient(in_summit)
        charged_visit(patient, ["80"], on=date(2026, 8, 1))
    with clock.travel(at(in_summit, date(2026, 10, 20))):
        issue_statement(guarantor=patient.guarantor)
    assert StatementLine.objects.get().first_shown_on == date(2026, 10, 20)
    found = aging(in_summit, AS_OF)
    assert found.patient[1] == D("80")  # 31 to 60
    assert found.insurer == tuple([D("0.00")] * (CREDITS + 1))
    [item] = aged_items(in_summit, AS_OF, Basis.STANDARD)
    assert item.days == 34
    [item] = aged_items(in_summit, AS_OF, Basis.SERVICE)
    assert item.days == 114


def test_an_insurers_age_is_counted_from_the_first_bill(
    insured: Account, in_summit: Practice
) -> None:
    """110 days from 08/05; before it was sent, from the day of service."""
    found = aging(in_summit, AS_OF)
    assert found.insurer[3] == D("390")
    assert {item.days for item in aged_items(in_summit, AS_OF, Basis.STANDARD)} == {110}
    by_move = aged_items(in_summit, AS_OF, Basis.MOVED)
    assert {item.days for item in by_move} == {112}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4), (150, 4),
     (151, 5), (180, 5), (181, 6), (900, 6)],
)  # fmt: skip
def test_each_bucket_ends_on_its_day(
    insured: Account, in_summit: Practice, days: int, bucket: int
) -> None:
    start = date(2026, 8, 5)
    found = aging(in_summit, date.fromordinal(start.toordinal() + days))
    assert found.total[bucket] == D("390")


def test_credits_stand_in_their_own_column_and_the_table_ties(
    insured: Account, in_summit: Practice, biller: Client
) -> None:
    patient = new_patient(in_summit)
    [line] = charged_visit(patient, ["80"])
    charge = OpenCharge(line.pk, patient.pk, patient.guarantor_id, AS_OF, D("0"))
    record_journal(
        practice=in_summit,
        draft=JournalDraft(
            posted_on=clock.today(in_summit),
            source=Source("test", 1),
            idempotency_key="test:credit",
            lines=(
                Line(credit_side(patient.pk, patient.guarantor_id), owed_side(charge), D("95")),
            ),
        ),
    )
    today = clock.today(in_summit)
    found = aging(in_summit, today)
    assert (found.owed_amount, found.credit_amount) == (D("390"), D("-15"))
    assert found.ledger_amount == D("375")
    assert found.difference_amount == 0
    page = biller.get(reverse("billing:aging")).content.decode()
    assert "Ties to the ledger" in page
    assert "MEDICARE PART B" in page


def test_a_number_opens_its_rows_and_both_come_as_files(insured: Account, biller: Client) -> None:
    query = {"as_of": AS_OF.isoformat(), "bucket": "3", "owes": "insurer"}
    page = biller.get(reverse("billing:aging-rows"), query)
    text = page.content.decode()
    assert "SFM1001" in text
    assert "390.00" in text
    file = biller.get(reverse("billing:aging-rows"), {**query, "export": "csv"})
    assert file["Content-Type"].startswith("text/csv")
    rows = file.content.decode("utf-8-sig").splitlines()
    assert sum(Decimal(row.rsplit(",", 1)[1]) for row in rows[1:]) == D("390")
    summary = biller.get(
        reverse("billing:aging"), {"as_of": AS_OF.isoformat(), "export": "csv", "by": "patient"}
    )
    assert summary.content.decode("utf-8-sig").splitlines()[-1].startswith("Total")
    assert biller.get(reverse("billing:aging-rows"), {"bucket": "99"}).status_code == 404
    assert biller.get(reverse("billing:aging-rows"), {"payer": "x"}).status_code == 404


def test_a_day_that_cannot_be_read_is_said_at_its_field(insured: Account, biller: Client) -> None:
    page = biller.get(reverse("billing:aging"), {"as_of": "soon"})
    assert "Enter a date like 11/23/2026." in page.content.decode()


def test_another_practice_sees_nothing_of_it(
    insured: Account, in_summit: Practice, lakeside: Practice
) -> None:
    theirs = client_of(lakeside, Role.BILLER)
    query = {"as_of": AS_OF.isoformat()}
    assert "MEDICARE" not in theirs.get(reverse("billing:aging"), query).content.decode()
    assert "SFM1001" not in theirs.get(reverse("billing:aging-rows"), query).content.decode()
    payer = insured.version.payer.public_id
    assert theirs.get(reverse("billing:aging-rows"), {"payer": str(payer)}).status_code == 404


# --- as of a day --------------------------------------------------------------------------------


@pytest.fixture
def lived(insured: Account, in_summit: Practice) -> Account:
    """Charged on 08/03, paid on 09/10; the patient paid 20.00 on 10/02."""
    with clock.travel(at(in_summit, date(2026, 9, 10))):
        post_remittance(remittance=example(in_summit, "w10_clean_medicare_payment"))
    with clock.travel(at(in_summit, date(2026, 10, 2))):
        take_patient_payment(
            patient=insured.patient, amount=D("20"), method="cash", received_on=date(2026, 10, 2)
        )
    return insured


@pytest.mark.parametrize(
    ("as_of", "insurer", "patient"),
    [
        ("2026-08-02", "0.00", "0.00"),
        ("2026-09-09", "390.00", "0.00"),
        ("2026-09-10", "0.00", "41.20"),
        ("2026-10-02", "0.00", "21.20"),
    ],
)
def test_account_claim_ledger_and_aging_say_the_same_of_any_day(
    lived: Account, biller: Client, as_of: str, insurer: str, patient: str
) -> None:
    practice = lived.claim.practice
    day = date.fromisoformat(as_of)
    found = aging(practice, day)
    assert (sum(found.insurer), sum(found.patient)) == (D(insurer), D(patient))
    assert found.difference_amount == 0
    account = biller.get(
        reverse("billing:account", args=[lived.patient.public_id]), {"as_of": as_of}
    ).content.decode()
    assert f'Patient owes</span><span class="v">${patient}' in account
    assert f'Insurer owes</span><span class="v">${insurer}' in account
    claim = biller.get(
        reverse("billing:claim-ledger", args=[lived.claim.public_id]), {"as_of": as_of}
    )
    assert claim.status_code == 200
    for account_number, amount in (("1100", insurer), ("1200", patient)):
        page = biller.get(
            reverse("billing:balances"),
            {"account": account_number, "by": "guarantor", "as_of": as_of},
        ).content.decode()
        assert f"${amount} as of" in page
        assert "ties to the account" in page


def test_a_month_end_kept_changes_no_answer(lived: Account, in_summit: Practice) -> None:
    days = [date(2026, 8, 31), date(2026, 9, 9), date(2026, 9, 30), date(2026, 10, 15), AS_OF]
    plain = [aging(in_summit, day) for day in days]
    moved = [aging(in_summit, day, Basis.MOVED) for day in days]
    while keep_month_ends():
        pass
    assert MonthEnd.objects.filter(ended_on=date(2026, 8, 31)).exists()
    assert [aging(in_summit, day) for day in days] == plain
    assert [aging(in_summit, day, Basis.MOVED) for day in days] == moved
    assert check_month_ends().problems == []


def test_a_posting_of_an_earlier_day_throws_the_later_marks_away(
    lived: Account, in_summit: Practice
) -> None:
    with transaction.atomic():
        for end in (date(2026, 8, 31), date(2026, 9, 30)):
            keep_month_end(in_summit, end)
    patient = lived.patient
    line = lived.lines[0]
    charge = OpenCharge(line.pk, patient.pk, patient.guarantor_id, AS_OF, D("0"))
    record_journal(
        practice=in_summit,
        draft=JournalDraft(
            posted_on=date(2026, 9, 15),
            source=Source("test", 2),
            idempotency_key="test:earlier",
            lines=(Line(credit_side(patient.pk, patient.guarantor_id), owed_side(charge), D("5")),),
        ),
    )
    assert list(MonthEnd.objects.values_list("ended_on", flat=True)) == [date(2026, 8, 31)]
    assert not MonthEndItem.objects.filter(month_end__ended_on=date(2026, 9, 30)).exists()
    assert invariants.check_zero().problems == []
    assert aging(in_summit, AS_OF).difference_amount == 0
