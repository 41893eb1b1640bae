"""A patient's money: oldest first, or as chosen, and the rest stays the patient's."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.posting.facts import Party
from billing.posting.plan_charges import ChargeFact, plan_charge
from billing.posting.plan_payment import (
    AllocationError,
    OpenCharge,
    allocate_as_chosen,
    allocate_oldest_first,
    plan_credit_use,
    plan_payment,
)
from tests.billing.worked import ledger_text

D = Decimal
OLD = OpenCharge(1, 7, 8, date(2026, 9, 2), D("22.00"))
NEW = OpenCharge(2, 7, 8, date(2026, 10, 26), D("89.60"))


def test_the_oldest_service_is_settled_first() -> None:
    parts = allocate_oldest_first(D("50"), [NEW, OLD])
    assert [(p.charge.charge_line_id, p.amount) for p in parts] == [(1, D("22")), (2, D("28"))]


def test_a_card_payment_waits_in_clearing_and_its_excess_is_a_credit() -> None:
    parts = allocate_oldest_first(D("120"), [OLD, NEW])
    lines = plan_payment(
        amount=D("120"), method="card", patient_id=7, guarantor_id=8, allocations=parts
    )
    assert ledger_text(lines) == "Dr 1015 120.00\nCr 1200 111.60\nCr 2000 8.40"


def test_cash_that_settles_exactly_leaves_no_credit() -> None:
    parts = allocate_oldest_first(D("22"), [OLD])
    lines = plan_payment(
        amount=D("22"), method="cash", patient_id=7, guarantor_id=8, allocations=parts
    )
    assert ledger_text(lines) == "Dr 1010 22.00\nCr 1200 22.00"


def test_a_chosen_line_is_settled_whatever_its_age() -> None:
    parts = allocate_as_chosen(D("40"), [OLD, NEW], {2: D("40"), 1: D("0")})
    assert [(p.charge.charge_line_id, p.amount) for p in parts] == [(2, D("40"))]


@pytest.mark.parametrize(
    "chosen", [{1: D("22.01")}, {1: D("-1")}, {3: D("1")}, {1: D("22"), 2: D("30")}]
)
def test_chosen_parts_that_do_not_fit_are_refused(chosen: dict[int, Decimal]) -> None:
    with pytest.raises(AllocationError) as refused:
        allocate_as_chosen(D("50"), [OLD, NEW], chosen)
    assert refused.value.field == "allocations"


def test_a_credit_settles_what_the_patient_owes() -> None:
    lines = plan_credit_use(
        patient_id=7, guarantor_id=8, allocations=allocate_oldest_first(D("30"), [OLD, NEW])
    )
    assert ledger_text(lines) == "Dr 2000 30.00\nCr 1200 30.00"


@given(
    st.integers(1, 100_000).map(lambda n: Decimal(n) / 100),
    st.lists(st.integers(-500, 30_000).map(lambda n: Decimal(n) / 100), max_size=6),
)
def test_an_allocation_never_exceeds_the_payment_or_a_line(
    amount: Decimal, opens: list[Decimal]
) -> None:
    charges = [OpenCharge(i, 7, 8, date(2026, 1, 1), o) for i, o in enumerate(opens)]
    parts = allocate_oldest_first(amount, charges)
    assert all(0 < part.amount <= part.charge.open_amount for part in parts)
    owed = sum((o for o in opens if o > 0), D(0))
    assert sum((p.amount for p in parts), D(0)) == min(amount, owed)


def test_an_insured_charge_is_owed_by_the_primary_payer() -> None:
    line = plan_charge(ChargeFact(11, 7, 8, D("100"), Party(2, 1)))
    assert line is not None
    assert ledger_text([line]) == "Dr 1100 Acme/1 100.00\nCr 4000 100.00"
    assert line.credit.charge_line_id == 11


def test_a_self_pay_charge_is_owed_by_the_guarantor() -> None:
    line = plan_charge(ChargeFact(11, 7, 8, D("100"), None))
    assert line is not None
    assert ledger_text([line]) == "Dr 1200 100.00\nCr 4000 100.00"
    assert line.debit.guarantor_id == 8


def test_a_free_service_is_no_entry() -> None:
    assert plan_charge(ChargeFact(11, 7, 8, D("0"), None)) is None
