"""Fields read what people type, and never through a float."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from core.forms import DateField, MoneyField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("125", "125.00"),
        ("$1,250.5", "1250.50"),
        (" 0.10 ", "0.10"),
        ("\N{MINUS SIGN}3.00", "-3.00"),
        ("12.", "12.00"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str) -> None:
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1.005", "1e3", "NaN", "ten", "1 2", "--1", "99999999999.00"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(typed)


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_comes_back_to_the_cent(amount: Decimal) -> None:
    assert MoneyField().clean(f"${amount:,.2f}") == amount


def test_a_least_amount_is_named() -> None:
    with pytest.raises(forms.ValidationError, match=r"at least 0\.01"):
        MoneyField(least=Decimal("0.01")).clean("0")


@pytest.mark.parametrize("typed", ["2026-11-03", "11/03/2026", "11/3/2026", "11/3/26", "11032026"])
def test_a_day_is_read_in_every_usual_way(typed: str) -> None:
    assert DateField().clean(typed) == dt.date(2026, 11, 3)


def test_what_is_no_day_says_how_to_write_one() -> None:
    with pytest.raises(forms.ValidationError, match="11/23/2026"):
        DateField().clean("tomorrow")
