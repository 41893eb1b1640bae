"""The books take a fact once, whole, and never give it back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, connection, transaction

from billing.ledger import entries
from billing.ledger.accounts import CHART, Account
from billing.ledger.balances import balance
from billing.ledger.entries import lines_of, mirror_journal, record_journal, record_journals
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.models import Journal, JournalLine, LedgerAccount
from core import clock
from core.errors import ApplicationError, Conflict
from core.models import Practice
from core.tenancy import practice_scope
from tests.billing.books import Books, open_books

D = Decimal
CASH = Side(Account.UNDEPOSITED)


@pytest.fixture
def books(in_summit: Practice) -> Books:
    return open_books(in_summit)


def charge(books: Books, line: int = 0, amount: str = "100.00", key: str = "c1") -> JournalDraft:
    return JournalDraft(
        clock.today(books.practice),
        Source("charge", books.lines[line].pk),
        key,
        (Line(books.insurance(line), books.charges(line), D(amount)),),
        memo="Charge",
    )


def test_a_journal_keeps_who_wrote_it_from_what_and_its_sum(books: Books) -> None:
    journal = record_journal(practice=books.practice, draft=charge(books))
    assert (journal.amount, journal.line_count) == (D("100.00"), 1)
    assert (journal.source_kind, journal.source_id) == ("charge", books.lines[0].pk)
    assert journal.user is not None
    assert journal.actor_name == "Biller Testuser"
    assert str(journal) == f"J{journal.number}"
    assert lines_of(journal) == list(charge(books).lines)


def test_the_same_fact_again_is_the_same_journal_and_changes_nothing(books: Books) -> None:
    first = record_journal(practice=books.practice, draft=charge(books))
    again = record_journal(practice=books.practice, draft=charge(books))
    assert again == first
    assert JournalLine.objects.count() == 1


def test_another_fact_under_the_same_key_is_refused_loudly(books: Books) -> None:
    record_journal(practice=books.practice, draft=charge(books))
    with pytest.raises(Conflict):
        record_journal(practice=books.practice, draft=charge(books, amount="100.01"))


def test_the_same_key_of_another_practice_is_another_fact(books: Books, lakeside: Practice) -> None:
    record_journal(practice=books.practice, draft=charge(books))
    with practice_scope(lakeside):
        theirs = open_books(lakeside)
        record_journal(practice=lakeside, draft=charge(theirs))
        assert Journal.objects.count() == 1
    assert Journal.objects.count() == 1


def test_several_journals_are_written_whole_or_not_at_all(books: Books) -> None:
    good, bad = charge(books), charge(books, line=1, amount="50.00", key="c2")
    record_journal(practice=books.practice, draft=charge(books, line=1, amount="49.00", key="c2"))
    with pytest.raises(Conflict):
        record_journals(practice=books.practice, drafts=[good, bad])
    assert Journal.objects.count() == 1


def test_a_day_to_come_is_refused(books: Books) -> None:
    tomorrow = clock.today(books.practice) + timedelta(days=1)
    draft = JournalDraft(tomorrow, Source("x", 1), "k", charge(books).lines)
    with pytest.raises(ApplicationError) as refused:
        record_journal(practice=books.practice, draft=draft)
    assert refused.value.field == "posted_on"


def test_a_journal_without_lines_is_refused(books: Books) -> None:
    draft = JournalDraft(clock.today(books.practice), Source("x", 1), "k", ())
    with pytest.raises(ApplicationError):
        record_journal(practice=books.practice, draft=draft)


def test_two_writers_of_one_fact_end_with_one_journal(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second writer looks before the first commits, and finds out at the unique key."""
    first = record_journal(practice=books.practice, draft=charge(books))
    real, calls = entries._known, []

    def late(*args: object) -> dict[str, Journal]:
        calls.append(1)
        return {} if len(calls) == 1 else real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(entries, "_known", late)
    assert record_journal(practice=books.practice, draft=charge(books)) == first
    assert JournalLine.objects.count() == 1


def test_an_integrity_error_that_is_no_race_is_not_swallowed(books: Books) -> None:
    broken = Side(Account.INSURANCE_AR, charge_line_id=books.lines[0].pk)
    draft = JournalDraft(
        clock.today(books.practice), Source("x", 1), "k", (Line(broken, CASH, D("1.00")),)
    )
    with pytest.raises(IntegrityError):
        record_journal(practice=books.practice, draft=draft)


# --- mirrors ------------------------------------------------------------------------------------


def test_a_mirror_undoes_its_original_line_by_line_and_points_back(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=charge(books))
    mirror = mirror_journal(practice=books.practice, journal=original)
    assert mirror.reverses == original
    assert mirror.memo == f"Undoes {original}"
    assert balance(books.practice, Account.INSURANCE_AR) == 0
    assert lines_of(mirror) == [line.mirrored() for line in lines_of(original)]


def test_a_journal_is_mirrored_once(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=charge(books))
    first = mirror_journal(practice=books.practice, journal=original, memo="NSF")
    assert mirror_journal(practice=books.practice, journal=original) == first
    assert first.memo == "NSF"


def test_a_mirror_is_not_mirrored(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=charge(books))
    mirror = mirror_journal(practice=books.practice, journal=original)
    with pytest.raises(Conflict):
        mirror_journal(practice=books.practice, journal=mirror)


def test_a_mirror_may_name_what_asked_for_it(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=charge(books))
    mirror = mirror_journal(
        practice=books.practice, journal=original, source=Source("remittance", 5, 6)
    )
    assert (mirror.source_kind, mirror.source_id, mirror.source_part_id) == ("remittance", 5, 6)


# --- what the database itself refuses -----------------------------------------------------------


@pytest.mark.parametrize("table", ["billing_journal", "billing_journalline"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_app_may_not_change_the_books(books: Books, table: str, statement: str) -> None:
    record_journal(practice=books.practice, draft=charge(books))
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        execute(statement.format(table))


def test_the_database_refuses_a_line_between_equal_sides(books: Books) -> None:
    journal = record_journal(practice=books.practice, draft=charge(books))
    row = JournalLine.objects.get()
    for key in ("account", "patient", "guarantor", "charge_line", "payer", "rank"):
        name = key if key == "rank" else f"{key}_id"
        setattr(row, f"credit_{name}", getattr(row, f"debit_{name}"))
    row.pk, row.position, row.journal = None, 2, journal
    with pytest.raises(IntegrityError, match="line_sides_differ"), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_refuses_a_further_line_on_a_whole_journal(books: Books) -> None:
    record_journal(practice=books.practice, draft=charge(books))
    row = JournalLine.objects.get()
    row.pk, row.position = None, 2
    with pytest.raises(IntegrityError, match="no further line"), transaction.atomic():
        row.save(force_insert=True)


def test_the_database_refuses_a_line_of_another_day_than_its_journal(books: Books) -> None:
    journal = unfinished(books, line_count=1, amount="100.00")
    row = row_of(books, journal)
    row.posted_on -= timedelta(days=1)
    with pytest.raises(IntegrityError, match="another day"), transaction.atomic():
        row.save(force_insert=True)
    row_of(books, journal).save(force_insert=True)


@pytest.mark.parametrize(("count", "amount"), [(2, "100.00"), (1, "99.00")])
def test_the_database_refuses_a_journal_without_the_lines_it_says(
    books: Books, count: int, amount: str
) -> None:
    journal = unfinished(books, line_count=count, amount=amount)
    row_of(books, journal).save(force_insert=True)
    with pytest.raises(IntegrityError, match="does not have the lines"):
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_a_mirror_that_is_none(books: Books) -> None:
    original = record_journal(practice=books.practice, draft=charge(books))
    journal = unfinished(books, line_count=1, amount="100.00", reverses=original)
    row_of(books, journal).save(force_insert=True)
    with pytest.raises(IntegrityError, match="is not the mirror"):
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_chart_in_the_books_is_the_chart_in_the_code(db: None) -> None:
    rows = LedgerAccount.objects.values_list("number", "name", "normal_side")
    assert list(rows) == [(row.number, row.name, row.normal_side) for row in CHART]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def unfinished(
    books: Books, *, line_count: int, amount: str, reverses: Journal | None = None
) -> Journal:
    """A journal row whose lines are still to come, as no service would leave it."""
    return Journal.objects.create(
        practice=books.practice,
        number=7,
        posted_on=clock.today(books.practice),
        source_kind="x",
        source_id=1,
        idempotency_key="unfinished",
        input_hash="0" * 64,
        line_count=line_count,
        amount=D(amount),
        actor_kind="system",
        actor_name="System",
        reverses=reverses,
    )


def row_of(books: Books, journal: Journal) -> JournalLine:
    return JournalLine(
        practice=books.practice,
        journal=journal,
        position=1,
        posted_on=journal.posted_on,
        amount=D("100.00"),
        debit_account_id=int(Account.UNDEPOSITED),
        credit_account_id=int(Account.CHARGES),
    )
