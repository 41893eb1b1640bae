"""A line of the ledger cannot be unbalanced, and a draft knows itself by its content."""

from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.accounts import CHART, Account, account_name
from billing.ledger.lines import JournalDraft, Line, LineError, Side, Source, move

CASH, CHARGES = Side(Account.UNDEPOSITED), Side(Account.CHARGES)


@pytest.mark.parametrize("amount", [Decimal("0"), Decimal("-1"), Decimal("0.001"), 1])
def test_a_line_moves_a_positive_amount_in_cents(amount: Decimal) -> None:
    with pytest.raises(LineError) as refused:
        Line(CASH, CHARGES, amount)
    assert refused.value.field == "amount"


def test_a_line_has_two_different_sides() -> None:
    with pytest.raises(LineError):
        Line(CASH, CASH, Decimal("1.00"))


def test_a_transfer_within_one_account_is_a_line_where_the_keys_differ() -> None:
    first, second = (Side(Account.INSURANCE_AR, 1, 1, n, 1, 1) for n in (1, 2))
    assert Line(first, second, Decimal("30.00")).mirrored() == Line(second, first, Decimal("30.00"))


def test_a_negative_amount_moves_the_other_way() -> None:
    line = move(debit=CASH, credit=CHARGES, amount=Decimal("-5.00"), reason_code="X")
    assert (line.debit, line.credit, line.amount) == (CHARGES, CASH, Decimal("5.00"))


def draft(**changes: object) -> JournalDraft:
    values: dict[str, object] = {
        "posted_on": date(2026, 11, 1),
        "source": Source("payment", 1),
        "idempotency_key": "k",
        "lines": (Line(CASH, CHARGES, Decimal("1.5")),),
    }
    return JournalDraft(**{**values, **changes})  # type: ignore[arg-type]


def test_a_draft_knows_what_it_moves_in_all() -> None:
    assert draft(lines=(Line(CASH, CHARGES, Decimal("1.50")),) * 2).amount() == Decimal("3.00")


def test_the_same_fact_on_another_day_in_other_words_is_the_same_fact() -> None:
    assert draft().fingerprint() == draft(posted_on=date(2026, 11, 2), memo="x").fingerprint()
    same = (Line(CASH, CHARGES, Decimal("1.50")),)
    assert draft().fingerprint() == draft(lines=same).fingerprint()


@pytest.mark.parametrize(
    "changes",
    [
        {"source": Source("payment", 2)},
        {"source": Source("payment", 1, 2)},
        {"source": Source("charge", 1)},
        {"lines": (Line(CASH, CHARGES, Decimal("1.51")),)},
        {"lines": (Line(CHARGES, CASH, Decimal("1.50")),)},
        {"lines": (Line(CASH, CHARGES, Decimal("1.50"), "CO-45"),)},
        {"lines": (Line(CASH, CHARGES, Decimal("1.50"), "", "T1"),)},
    ],
)
def test_another_source_or_line_is_another_fact(changes: dict[str, object]) -> None:
    assert draft().fingerprint() != draft(**changes).fingerprint()


def test_every_account_the_code_names_is_in_the_chart_once() -> None:
    assert [row.number for row in CHART] == sorted({int(account) for account in Account})
    assert account_name(Account.REMIT_CLEARING) == "Remit clearing"
