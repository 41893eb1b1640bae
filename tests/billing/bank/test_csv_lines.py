"""A bank's CSV is read by the columns somebody named; what cannot be read is named by its line."""

from decimal import Decimal

import pytest

from billing.bank.csv_lines import guess_columns, read_csv, sample_of, what_is_missing
from billing.bank.records import kind_of_line
from tests.billing.bank.files import csv

D = Decimal
COLUMNS = {
    "date": "Posting Date", "amount": "Amount", "description": "Description",
    "reference": "Reference",
}  # fmt: skip


def test_rows_become_lines_whatever_way_the_bank_writes_amounts_and_days() -> None:
    text = csv(
        '11/16/2026,"MEDICARE, PART B TRN*1*EFT0010*1841111111",R1,161.50',
        "2026-11-17,MERCHANT SETTLEMENT,R2,$29.13",
        '11/18/26,RENT,R3,"(1,200.00)"',
        "11/19/2026,LOCKBOX,R4,505.25",
        "11/19/2026,COUNTER DEPOSIT,,40.00-",
        "",
    )
    found = read_csv(text, COLUMNS, "1")
    assert found.faults == ()
    assert [line.amount for line in found.lines] == [
        D("161.50"), D("29.13"), D("-1200.00"), D("505.25"), D("-40.00"),
    ]  # fmt: skip
    assert [line.posted_on.day for line in found.lines] == [16, 17, 18, 19, 19]
    assert found.lines[0].trace_number == "EFT0010"
    assert found.lines[0].description == "MEDICARE, PART B TRN*1*EFT0010*1841111111"
    assert [kind_of_line(line) for line in found.lines] == ["eft", "cards", "out", "lockbox", "out"]


def test_money_in_and_out_may_stand_in_two_columns() -> None:
    text = "Date;Debit;Credit\n11/16/2026;;40.00\n11/17/2026;12.50;\n11/18/2026;-3.00;0.00\n"
    found = read_csv(text, {"date": "Date", "debit": "Debit", "credit": "Credit"}, "1")
    assert [line.amount for line in found.lines] == [D("40.00"), D("-12.50"), D("-3.00")]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("16.11.2026,X,R,1.00", "“16.11.2026” is no date"),
        (",X,R,1.00", "The date is missing"),
        ("11/16/2026,X,R,one", "“one” is no amount"),
        ("11/16/2026,X,R,1.005", "“1.005” is no amount"),
        ("11/16/2026,X,R,", "The amount is missing"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line_and_the_rest_is_read_on(
    row: str, words: str
) -> None:
    found = read_csv(csv("11/16/2026,X,R,1.00", row, "11/17/2026,X,R,2.00"), COLUMNS, "1")
    [fault] = found.faults
    assert fault.number == 3
    assert words in fault.words


def test_columns_are_guessed_by_their_names_and_asked_for_where_they_are_not() -> None:
    header = sample_of(csv("11/16/2026,X,R,1.00")).header
    assert guess_columns(header) == COLUMNS
    assert what_is_missing(COLUMNS, header) == {}
    assert set(what_is_missing({}, header)) == {"date", "amount"}
    assert "no column “Betrag”" in what_is_missing(COLUMNS | {"amount": "Betrag"}, header)["amount"]
    assert "amount" in what_is_missing(COLUMNS | {"credit": "Amount"}, header)


def test_a_file_with_nothing_below_its_names_says_so() -> None:
    [fault] = read_csv(csv(), COLUMNS, "1").faults
    assert "no lines" in fault.words
