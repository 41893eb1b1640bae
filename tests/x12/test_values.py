from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from x12 import values

AMOUNTS = st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@given(AMOUNTS)
def test_an_amount_that_was_written_reads_the_same(value: Decimal) -> None:
    assert values.amount(values.to_amount(value)) == value


@given(DAYS)
def test_a_day_that_was_written_reads_the_same(value: date) -> None:
    assert values.day(values.to_day(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("161.50", "161.5"),
        ("0.13", ".13"),
        ("-0.13", "-.13"),
        ("0.00", "0"),
        ("-0", "0"),
        ("5000", "5000"),
        ("1E+3", "1000"),
    ],
)
def test_amounts_are_written_as_short_as_they_can_be(value: str, text: str) -> None:
    assert values.to_amount(Decimal(value)) == text


@pytest.mark.parametrize(
    "text", ["", " 1", "1,5", "1_000", "1E3", "NaN", "Infinity", "+1", "--1", ".", "٣", "1.2.3"]
)
def test_what_is_no_plain_number_is_no_amount(text: str) -> None:
    assert values.amount(text) is None


@pytest.mark.parametrize(
    "text", ["", "20260230", "2026-01-01", "261123", "2026111", "２０２６１１２３"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert values.day(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0930", time(9, 30)), ("093015", time(9, 30, 15)), ("2460", None), ("930", None)],
)
def test_times_have_hours_and_minutes(text: str, expected: time | None) -> None:
    assert values.minute(text) == expected


def test_a_period_is_a_day_or_a_range_as_its_qualifier_says() -> None:
    first, last = date(2026, 11, 2), date(2026, 11, 5)
    assert values.period("D8", "20261102") == (first, first)
    assert values.period("RD8", "20261102-20261105") == (first, last)
    assert values.period("RD8", "20261102") is None
    assert values.period("D8", "20261102-20261105") is None
    assert values.period("RD8", "20261102-20261131") is None


@pytest.mark.parametrize(
    ("given_text", "written"),
    [
        ("Peña-Núñez", "PENA-NUNEZ"),
        ("Müller & Söhne", "MULLER & SOHNE"),
        ("O’Brien", "O'BRIEN"),
        ("Straße 5", "STRASSE 5"),
        ("Łódź", "LODZ"),
        ("  two   blanks ", "TWO BLANKS"),
        ("a*b~c:d^e", "ABC;DE"),
        ("Smith\tJohn\n", "SMITH JOHN"),
    ],
)
def test_text_is_mapped_to_the_basic_character_set(given_text: str, written: str) -> None:
    assert values.to_text(given_text) == (written, "")


def test_what_cannot_be_mapped_is_said_and_not_sent() -> None:
    assert values.to_text("李 A") == ("A", "李")


@given(st.text(max_size=60))
def test_text_that_was_mapped_needs_no_second_mapping(text: str) -> None:
    once, _ = values.to_text(text)
    assert values.to_text(once) == (once, "")
    assert not set(once) & set("*~:^\n")


@pytest.mark.parametrize(
    ("number", "is_valid"),
    [("021000021", True), ("011401533", True), ("021000022", False), ("02100002", False),
     ("02100002A", False)],
)  # fmt: skip
def test_a_banks_routing_number_has_a_check_digit(number: str, is_valid: bool) -> None:
    assert values.routing_number_is_valid(number) is is_valid
