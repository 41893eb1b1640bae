"""A BAI2 file is read whole, with every control total, or its faults are named line by line."""

from datetime import date
from decimal import Decimal

import pytest

from billing.bank.bai2 import looks_like_bai2, read_bai2
from billing.bank.records import kind_of_line
from tests.billing.bank.files import bai2

D = Decimal
DAY = date(2026, 11, 16)
EFT = "16,142,16150,Z,B1001,,MEDICARE PART B HCCLAIMPMT TRN*1*EFT0010*1841111111"
LOCKBOX = "16,115,50525,S,10000,20000,20525,B1002,LB77,LOCKBOX 4411, 3 CHECKS"
FEE = "16,698,1250,,B1003,,ANALYSIS FEE"


def test_each_transaction_becomes_a_line_of_its_day_account_and_sign() -> None:
    found = read_bai2(bai2(DAY, [EFT, LOCKBOX, FEE], opening=100_000))
    assert found.faults == ()
    eft, lockbox, fee = found.lines
    assert (eft.posted_on, eft.amount, eft.account_number) == (DAY, D("161.50"), "000123456789")
    assert (eft.trace_number, eft.trace_originator) == ("EFT0010", "1841111111")
    assert (lockbox.amount, lockbox.bank_reference) == (D("505.25"), "B1002")
    assert lockbox.customer_reference == "LB77"
    assert lockbox.description == "LOCKBOX 4411, 3 CHECKS"
    assert fee.amount == D("-12.50")
    assert [kind_of_line(line) for line in found.lines] == ["eft", "lockbox", "out"]


@pytest.mark.parametrize(
    "funds", ["Z", "0", "", "V,261117,0900", "S,1,2,3", "D,2,0,8000,1,8150"]
)  # fmt: skip
def test_when_the_money_is_available_takes_as_many_fields_as_its_kind(funds: str) -> None:
    [line] = read_bai2(bai2(DAY, [f"16,165,16150,{funds},BREF,CREF,WORDS"])).lines
    assert (line.bank_reference, line.customer_reference, line.description) == (
        "BREF", "CREF", "WORDS",
    )  # fmt: skip


def test_words_go_on_in_the_next_record() -> None:
    records = ["16,142,16150,Z,B1,,MEDICARE PART B", "88,TRN*1*EFT0010*1841111111"]
    [line] = read_bai2(bai2(DAY, records)).lines
    assert line.description == "MEDICARE PART B TRN*1*EFT0010*1841111111"
    assert line.trace_number == "EFT0010"


def test_fields_go_on_in_the_next_record_after_a_slash() -> None:
    [line] = read_bai2(bai2(DAY, ["16,142,16150,Z/", "88,B1,C1,ACME HCCLAIMPMT"])).lines
    assert (line.bank_reference, line.customer_reference) == ("B1", "C1")
    assert line.description == "ACME HCCLAIMPMT"


def test_what_moves_no_money_is_no_line() -> None:
    assert read_bai2(bai2(DAY, ["16,890,0,,B1,,PLEASE NOTE OUR NEW ADDRESS"])).lines == ()


GOOD = bai2(DAY, [EFT])


@pytest.mark.parametrize(
    ("old", "new", "number", "words"),
    [
        ("49,16150,3", "49,16151,3", 5, "adds up to 161.50, its control total is 161.51"),
        ("49,16150,3", "49,16150,4", 5, "The account has 3 records, its trailer says 4"),
        ("98,16150,1,5", "98,16150,2,5", 6, "The group has 1 accounts, its trailer says 2"),
        ("99,16150,1,7", "99,16150,1,8", 7, "The file has 7 records, its trailer says 8"),
        ("16,142,16150", "16,142,161.50", 4, "“161.50” is no amount"),
        ("16,142,", "16,14X,", 4, "Type “14X” is none of BAI2"),
        ("1,261116,0600,USD", "1,261316,0600,USD", 2, "“261316” is no day"),
        (",USD,010", ",EUR,010", 3, "Amounts in EUR"),
        ("16,142", "17,142", 4, "Record “17” is none of BAI2"),
        ("99,16150,1,7/\n", "", 0, "without its trailer (99)"),
        ("03,000123456789,USD,010,0,,/\n", "", 3, "cannot stand after a group header"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(old: str, new: str, number: int, words: str) -> None:
    assert old in GOOD
    faults = read_bai2(GOOD.replace(old, new, 1)).faults
    assert any(fault.number == number and words in fault.words for fault in faults), faults


def test_a_file_of_several_days_and_accounts_is_one_file() -> None:
    first, second = bai2(DAY, [EFT]), bai2(date(2026, 11, 17), [FEE], account="999888777")
    body = first.splitlines()[:-1] + second.splitlines()[1:-1]
    found = read_bai2("\n".join([*body, "99,17400,2,12/"]))
    assert found.faults == ()
    assert [(line.posted_on.day, line.account_number[-3:]) for line in found.lines] == [
        (16, "789"), (17, "777"),
    ]  # fmt: skip


def test_bai2_is_known_by_its_first_record() -> None:
    assert looks_like_bai2(GOOD)
    assert not looks_like_bai2("Date,Amount\n")
