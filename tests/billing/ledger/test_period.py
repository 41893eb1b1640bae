"""A closed day takes no journal, by no door; what happens later stands on the first open day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, connection, transaction

from billing.ledger import period
from billing.ledger.day_chain import check_chain
from billing.ledger.entries import mirror_journal, record_journal
from billing.ledger.lines import JournalDraft, Line, Source
from billing.ledger.period import ClosedPeriod, closed_through, open_day, posting_day
from billing.models import ClosedDay, ClosedMonth, Journal
from billing.services.close_day import close_day
from billing.services.take_patient_payment import take_patient_payment
from core import clock
from core.errors import ApplicationError, Conflict
from core.models import Practice
from tests.billing.books import Books, open_books

D = Decimal
MONDAY = date(2026, 11, 16)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def on_monday_afternoon() -> Iterator[None]:
    with clock.travel(datetime(2026, 11, 16, 23, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def books(in_summit: Practice) -> Books:
    return open_books(in_summit)


def draft(books: Books, on: date, key: str = "c1") -> JournalDraft:
    line = Line(books.insurance(), books.charges(), D("100.00"))
    return JournalDraft(on, Source("charge", 1), key, (line,), memo="Charge")


def closed(practice: Practice, day: date) -> ClosedDay:
    """The lock alone: no figure of it is looked at here."""
    return ClosedDay.objects.create(
        practice=practice, from_on=day, day=day, journal_count=0, line_count=0, totals={},
        differences=[], hash=f"{day}", closed_by_name="Test",
    )  # fmt: skip


def test_a_journal_of_a_closed_day_is_refused_with_the_day_that_is_open(books: Books) -> None:
    closed(books.practice, MONDAY - timedelta(days=3))
    with pytest.raises(ClosedPeriod) as refused:
        record_journal(
            practice=books.practice, draft=draft(books, MONDAY - timedelta(days=3))
        )  # fmt: skip
    assert "closed through 11/13/2026" in refused.value.message
    assert "11/14/2026 or later" in refused.value.message
    assert refused.value.field == "posted_on"
    assert not Journal.objects.exists()
    assert record_journal(practice=books.practice, draft=draft(books, MONDAY)).posted_on == MONDAY


def test_after_the_close_of_today_what_happens_is_posted_on_tomorrow(books: Books) -> None:
    closed(books.practice, MONDAY)
    assert posting_day(books.practice) == TUESDAY
    payment = take_patient_payment(
        patient=books.patient, amount=D("9"), method="cash", received_on=MONDAY
    )
    assert payment.journal.posted_on == TUESDAY
    assert payment.received_on == MONDAY
    with pytest.raises(ApplicationError, match="future"):
        record_journal(
            practice=books.practice, draft=draft(books, TUESDAY + timedelta(days=1))
        )  # fmt: skip


def test_a_correction_of_a_closed_day_is_a_mirror_on_the_open_one(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=draft(books, MONDAY))
    closed(books.practice, MONDAY)
    mirror = mirror_journal(practice=books.practice, journal=original)
    assert (mirror.posted_on, mirror.reverses) == (TUESDAY, original)


def test_a_closed_month_locks_to_its_last_day(books: Books) -> None:
    ClosedMonth.objects.create(
        practice=books.practice, ended_on=date(2026, 10, 31), checks=[], closed_by_name="Test"
    )
    assert closed_through(books.practice) == date(2026, 10, 31)
    assert open_day(books.practice, date(2026, 10, 2)) == date(2026, 11, 1)
    assert open_day(books.practice, MONDAY) == MONDAY


def test_another_practice_has_days_of_its_own(books: Books, lakeside: Practice) -> None:
    closed(lakeside, MONDAY)
    assert posting_day(books.practice) == MONDAY
    record_journal(practice=books.practice, draft=draft(books, MONDAY))


def test_the_database_refuses_a_journal_of_a_closed_day_to_everybody(books: Books) -> None:
    journal = record_journal(practice=books.practice, draft=draft(books, MONDAY))
    closed(books.practice, MONDAY)
    columns = ", ".join(
        field.column for field in Journal._meta.concrete_fields
        if field.column not in {"id", "number", "idempotency_key", "public_id", "reverses_id"}
    )  # fmt: skip
    statement = (
        f"INSERT INTO billing_journal ({columns}, number, idempotency_key, public_id)"
        f" SELECT {columns}, number + 100000, 'raw', gen_random_uuid() FROM billing_journal"
        f" WHERE id = {journal.pk}"
    )
    with (
        pytest.raises(IntegrityError, match="a day that is closed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Journal.objects.count() == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET hash = 'x'", "DELETE FROM {}"])
def test_a_close_is_never_changed(books: Books, statement: str) -> None:
    closed(books.practice, MONDAY)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("billing_closedday"))


def test_each_closed_day_is_chained_to_the_day_before(books: Books) -> None:
    def pay(amount: str) -> None:
        take_patient_payment(
            patient=books.patient, amount=D(amount), method="card", received_on=MONDAY
        )  # fmt: skip

    pay("9")
    pay("5")
    first = close_day(practice=books.practice, day=MONDAY, reasons={})
    with clock.travel(datetime(2026, 11, 17, 23, 0, tzinfo=UTC)):
        pay("7")
        second = close_day(practice=books.practice, day=TUESDAY, reasons={})
        assert close_day(practice=books.practice, day=TUESDAY, reasons={}) == second
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert (first.journal_count, second.journal_count) == (2, 1)
    found = check_chain()
    assert (found.counted, found.problems) == (2, [])


@pytest.mark.django_db(transaction=True)
def test_no_day_is_closed_while_something_is_being_posted(
    summit: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(period, "_TRIES", 1)
    other = connection.copy()
    other.set_autocommit(False)
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock_shared(hashtext('billing.day_close'), %s)",
                [summit.pk],
            )
        with pytest.raises(Conflict, match="Something is being posted just now"):
            close_day(practice=summit, day=MONDAY, reasons={})
        other.rollback()
        assert close_day(practice=summit, day=MONDAY, reasons={}).day == MONDAY
    finally:
        other.close()
