"""Trace and amount are one payment; amount, day and payer are likely; the rest is shown (E.9)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.bank.reassociate import (
    LineFact,
    PaymentFact,
    compare,
    fits_slip,
    is_suggested,
)

D = Decimal
DAY = date(2026, 11, 16)
LINE = LineFact(D("161.50"), DAY, "eft", frozenset({"EFT0010"}), "1841111111",
                "ACME HEALTH PLAN HCCLAIMPMT")  # fmt: skip
PAID = PaymentFact("remittance", 1, D("161.50"), DAY, "EFT0010", "1841111111", "Acme Health Plan")
SLIP = PaymentFact("slip", 2, D("161.50"), DAY)


def test_trace_number_and_amount_are_the_payment() -> None:
    found = compare(LINE, PAID)
    assert found is not None
    assert found.is_exact
    assert found.reasons == ("trace number", "amount", "the same day", "the payer is named")


@pytest.mark.parametrize(
    ("line", "against"),
    [
        (replace(LINE, left_amount=D("161.00")), "the amount differs"),
        (replace(LINE, originator="1999999999"), "another originator (TRN03)"),
    ],
)
def test_one_of_both_is_not_the_payment(line: LineFact, against: str) -> None:
    found = compare(line, PAID)
    assert found is not None
    assert not found.is_exact
    assert against in found.against


def test_amount_near_day_and_payer_are_likely() -> None:
    line = replace(LINE, references=frozenset(), originator="")
    for days, is_near in ((0, True), (3, True), (4, False)):
        found = compare(replace(line, posted_on=DAY + timedelta(days=days)), PAID)
        assert found is not None
        assert not found.is_exact
        assert is_suggested(found)
        assert ("apart" in " ".join(found.against)) is not is_near
    other = compare(replace(line, text="BLUEBIRD MUTUAL"), PAID)
    assert other is not None
    assert not is_suggested(other)


def test_another_amount_or_a_far_day_is_not_even_shown() -> None:
    line = replace(LINE, references=frozenset(), originator="")
    assert compare(replace(line, left_amount=D("9.00")), PAID) is None
    assert compare(replace(line, posted_on=DAY + timedelta(days=11)), PAID) is None


def test_a_deposit_may_be_a_part_and_cards_come_less_a_fee() -> None:
    counter = replace(LINE, left_amount=D("505.25"), kind="deposit", references=frozenset())
    part = compare(counter, replace(PAID, is_check=True))
    assert part is not None
    assert "may be a part of it" in part.reasons
    cards = replace(LINE, left_amount=D("156.82"), kind="cards", references=frozenset())
    net = compare(cards, SLIP)
    assert net is not None
    assert "may have come less a fee" in net.reasons
    assert compare(replace(cards, left_amount=D("100.00")), SLIP) is None


@pytest.mark.parametrize(
    ("days", "kind", "fits"),
    [(0, "deposit", True), (3, "deposit", True), (4, "deposit", False), (-1, "deposit", False),
     (0, "eft", False)],
)  # fmt: skip
def test_a_slip_is_found_by_amount_and_day(days: int, kind: str, fits: bool) -> None:
    line = replace(LINE, kind=kind, posted_on=DAY + timedelta(days=days))
    assert fits_slip(line, SLIP) is fits
    assert not fits_slip(line, replace(SLIP, amount=D("161.51")))
