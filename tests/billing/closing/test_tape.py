"""The tape of a day ties receivables before to receivables after (domain F.5, W-50)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.closing.tape import make_tape
from billing.ledger.accounts import CHART, RECEIVABLES

D = Decimal


def test_w50_opening_charges_payments_and_adjustments_come_to_the_closing() -> None:
    tape = make_tape(
        D("250000.00"),
        {4000: D("8000.00"), 1020: D("-5000.00"), 1010: D("-200.00"), 4100: D("-2600.00"),
         5000: D("-75.00"), 1200: D("0.00")},
    )  # fmt: skip
    assert (tape.charge_amount, tape.payment_amount) == (D("8000.00"), D("-5200.00"))
    assert (tape.agreed_amount, tape.write_off_amount) == (D("-2600.00"), D("-75.00"))
    assert tape.closing_amount == D("250125.00")


def test_credits_used_and_refunds_are_neither_payment_nor_write_off() -> None:
    tape = make_tape(D("0.00"), {2000: D("-30.00"), 2030: D("12.00")})
    assert tape.moved_amount == D("-18.00")
    assert tape.payment_amount == tape.write_off_amount == 0


_AMOUNTS = st.decimals(-1000, 1000, places=2)


@given(_AMOUNTS, st.dictionaries(st.sampled_from([row.number for row in CHART]), _AMOUNTS))
def test_whatever_moved_the_parts_come_to_the_whole(
    opening: Decimal, moved: dict[int, Decimal]
) -> None:
    outside = sum((amount for number, amount in moved.items() if number not in RECEIVABLES), D(0))
    assert make_tape(opening, moved).closing_amount == opening + outside
