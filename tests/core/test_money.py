"""Money never loses a cent and never meets a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import ZERO, allocate, dollars, format_money

amounts = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)
weights = st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1234.5", "1234.50"), ("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), (7, "7.00")],
)
def test_rounds_half_up_to_two_places(written: str | int, meant: str) -> None:
    assert dollars(written) == Decimal(meant)
    assert str(dollars(written)) == meant


@pytest.mark.parametrize("wrong", [0.1, True, None, b"1"])
def test_refuses_what_is_no_number_of_cents(wrong: object) -> None:
    with pytest.raises(TypeError):
        dollars(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["", "1,000.00", "1e3", "NaN", "١٢", " 1", "1.2.3", "--1"])
def test_refuses_text_that_is_no_plain_number(wrong: str) -> None:
    with pytest.raises(ValueError):
        dollars(wrong)


@given(total=amounts, shares=weights)
def test_allocated_parts_add_up_to_the_total(total: Decimal, shares: list[Decimal]) -> None:
    parts = allocate(total, shares)
    assert len(parts) == len(shares)
    assert sum(parts, ZERO) == total


@given(total=amounts, shares=weights)
def test_no_part_strays_a_cent_from_its_share(total: Decimal, shares: list[Decimal]) -> None:
    whole = sum(shares, ZERO)
    for part, share in zip(allocate(total, shares), shares, strict=True):
        exact = total * share / whole if whole else total / len(shares)
        assert abs(part - exact) <= Decimal("0.01")


def test_leftover_cents_go_to_the_largest_remainders_first() -> None:
    assert allocate(Decimal("100.00"), [1, 1, 1]) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert allocate(Decimal("0.05"), [3, 7]) == [Decimal("0.02"), Decimal("0.03")]


@pytest.mark.parametrize("shares", [[], [1, -1]])
def test_refuses_to_split_over_nothing_or_negatives(shares: list[int]) -> None:
    with pytest.raises(ValueError):
        allocate(Decimal("1.00"), shares)


def test_is_written_with_commas_and_a_minus_sign() -> None:
    assert format_money(Decimal("-1234567.5")) == "-1,234,567.50"
