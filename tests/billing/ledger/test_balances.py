"""Every balance is the fold of its entries, as of any date."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.ledger.accounts import Account
from billing.ledger.balances import (
    OpenItem,
    balance,
    charge_line_totals,
    open_items,
    patient_totals,
    trial_balance,
)
from billing.ledger.entries import mirror_journal, record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.models import Journal
from core.errors import Conflict
from core.models import Practice
from tests.billing.books import Books, open_books

D = Decimal
MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)
CLEARING = Side(Account.REMIT_CLEARING)


@pytest.fixture
def books(in_summit: Practice) -> Books:
    return open_books(in_summit)


def post(books: Books, key: str, *lines: Line, on: date = MONDAY) -> Journal:
    draft = JournalDraft(on, Source("test", 1), key, lines)
    return record_journal(practice=books.practice, draft=draft)


@pytest.fixture
def visit(books: Books) -> Books:
    """Two charges on Monday; on Tuesday the payer pays 60, writes 25 off, leaves 15 to us."""
    post(
        books, "charges",
        Line(books.insurance(0), books.charges(0), D("100.00")),
        Line(books.insurance(1), books.charges(1), D("50.00")),
    )  # fmt: skip
    post(
        books, "remit",
        Line(CLEARING, books.insurance(0), D("60.00")),
        Line(Side(Account.CONTRACTUAL), books.insurance(0), D("25.00"), "CO-45"),
        Line(books.owed(0), books.insurance(0), D("15.00"), "PR-1"),
        on=TUESDAY,
    )  # fmt: skip
    return books


def test_the_trial_balance_lists_used_accounts_and_ties_to_zero(visit: Books) -> None:
    rows = trial_balance(visit.practice)
    assert [(r.number, r.debit_amount, r.credit_amount) for r in rows] == [
        (1020, D("60.00"), D("0.00")),
        (1100, D("150.00"), D("100.00")),
        (1200, D("15.00"), D("0.00")),
        (4000, D("0.00"), D("150.00")),
        (4100, D("25.00"), D("0.00")),
    ]
    assert sum(r.balance_amount for r in rows) == 0
    assert rows[1].name == "A/R insurance"


def test_a_balance_may_be_asked_as_of_any_day_and_for_any_key(visit: Books) -> None:
    practice = visit.practice
    assert balance(practice, Account.INSURANCE_AR, as_of=MONDAY) == D("150.00")
    assert balance(practice, Account.INSURANCE_AR) == D("50.00")
    line = visit.lines[1].pk
    assert balance(practice, Account.INSURANCE_AR, charge_line_id=line) == D("50.00")
    assert balance(practice, Account.INSURANCE_AR, payer_id=visit.payers[1].pk) == 0
    assert balance(practice, Account.BANK, as_of=date(2020, 1, 1)) == 0


def test_open_items_name_each_key_that_is_not_settled(visit: Books) -> None:
    patient, guarantor = visit.patient.pk, visit.guarantor.pk
    items = open_items(visit.practice, patient_id=patient)
    assert items == [
        OpenItem(1100, patient, guarantor, visit.lines[1].pk, visit.payers[0].pk, 1, D("50.00")),
        OpenItem(1200, patient, guarantor, visit.lines[0].pk, None, None, D("15.00")),
    ]
    assert open_items(visit.practice, accounts=[1200], as_of=MONDAY) == []


def test_totals_tell_what_insurers_and_the_patient_owe(visit: Books) -> None:
    patient, lines = visit.patient.pk, [line.pk for line in visit.lines]
    assert patient_totals(visit.practice, [patient, -1]) == {
        patient: (D("50.00"), D("15.00")),
        -1: (0, 0),
    }
    assert charge_line_totals(visit.practice, lines) == {
        lines[0]: (0, D("15.00")),
        lines[1]: (D("50.00"), 0),
    }


def test_a_transfer_between_ranks_is_zero_sum_inside_receivables(visit: Books) -> None:
    post(visit, "move", Line(visit.insurance(1, 1, 2), visit.insurance(1), D("50.00"), "PR-2"))
    assert balance(visit.practice, Account.INSURANCE_AR) == D("50.00")
    assert balance(visit.practice, Account.INSURANCE_AR, rank=2) == D("50.00")


# --- whatever is posted -------------------------------------------------------------------------

amounts = st.integers(1, 100_000).map(lambda cents: Decimal(cents) / 100)
steps = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), amounts, st.booleans()), max_size=8
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_any_posts_and_mirrors_sum_to_zero_and_balances_are_their_fold(
    books: Books, steps: list[tuple[int, int, Decimal, bool]]
) -> None:
    sides = [
        books.insurance(0), books.insurance(1), books.insurance(0, 1, 2), books.owed(0),
        CLEARING, books.charges(0),
    ]  # fmt: skip
    fold = dict.fromkeys(sides, D(0))
    before = {side: of(books, side) for side in sides}
    for debit, credit, amount, undo in steps:
        if debit == credit:
            continue
        line = Line(sides[debit], sides[credit], amount)
        journal = post(books, f"k{Journal.objects.count()}", line)
        fold[line.debit] += amount
        fold[line.credit] -= amount
        if undo:
            mirror = mirror_journal(practice=books.practice, journal=journal)
            assert mirror_journal(practice=books.practice, journal=journal) == mirror
            with pytest.raises(Conflict):
                mirror_journal(practice=books.practice, journal=mirror)
            fold[line.debit] -= amount
            fold[line.credit] += amount
    assert sum(row.balance_amount for row in trial_balance(books.practice)) == 0
    assert {side: of(books, side) - before[side] for side in sides} == fold


def of(books: Books, side: Side) -> Decimal:
    keys = {"charge_line_id": side.charge_line_id, "payer_id": side.payer_id, "rank": side.rank}
    named = {name: value for name, value in keys.items() if value is not None}
    return balance(books.practice, side.account, **named)
