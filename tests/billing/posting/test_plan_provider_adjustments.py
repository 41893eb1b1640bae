"""Money of a remittance that belongs to no claim."""

from decimal import Decimal

import pytest

from billing.posting.facts import ProviderAdjustmentFact, RemittanceFact
from billing.posting.plan import Issue, RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.posting.reasons import PostingRules
from tests.billing.worked import ledger_text

D = Decimal


def plan_of(*pairs: tuple[str, str, str], **payables: str) -> RemittancePlan:
    facts = tuple(
        ProviderAdjustmentFact(i, code, reference, D(amount))
        for i, (code, reference, amount) in enumerate(pairs, start=1)
    )
    remittance = RemittanceFact(
        1, "T1", -sum((f.amount for f in facts), D(0)), 2, (), facts,
        open_payables={k: D(v) for k, v in payables.items()},
    )  # fmt: skip
    plan = plan_remittance(remittance, PostingRules())
    assert plan.difference_amount == 0
    return plan


def ledger(plan: RemittancePlan) -> str:
    return ledger_text(x for j in plan.journals for x in j.lines)


def asked(plan: RemittancePlan) -> list[Issue]:
    return list(plan.issues)


@pytest.mark.parametrize(
    ("code", "account", "asks"),
    [
        ("L6", 4200, False),
        ("CT", 4210, False),
        ("BN", 4220, False),
        ("AH", 5100, False),
        ("IR", 1310, False),
        ("LE", 2210, False),
        ("90", 4170, False),
        ("E3", 1320, False),
        ("J1", 4110, False),
        ("72", 1300, False),
        ("B2", 1300, False),
        ("CS", 1300, True),
        ("ZZ", 1300, True),
    ],
)
@pytest.mark.parametrize("amount", ["12.50", "-12.50"])
def test_each_code_has_its_account_and_a_positive_amount_lowers_the_cash(
    code: str, account: int, asks: bool, amount: str
) -> None:
    plan = plan_of((code, "R1", amount))
    cash, other = ("Cr", "Dr") if D(amount) > 0 else ("Dr", "Cr")
    assert f"{cash} 1020 12.50" in ledger(plan)
    assert f"{other} {account} 12.50" in ledger(plan)
    assert bool(asked(plan)) is asks


@pytest.mark.parametrize("code", ["WO", "FB", "B3"])
def test_a_recovery_takes_what_we_owe_under_its_reference_and_the_rest_is_suspense(
    code: str,
) -> None:
    plan = plan_of((code, "R1", "100"), R1="70", R2="500")
    assert ledger(plan) == "Dr 1300 30.00\nDr 2100 70.00\nCr 1020 100.00"
    assert [i.amount for i in asked(plan)] == [D("30")]


def test_an_amount_pushed_to_a_later_remittance_is_owed_under_its_reference() -> None:
    plan = plan_of(("FB", "R1", "-40"))
    assert ledger(plan) == "Dr 1020 40.00\nCr 2100 40.00"
    assert plan.journals[0].lines[0].reference_number == "R1"


def test_one_remittance_may_owe_and_settle_the_same_reference() -> None:
    plan = plan_of(("WO", "R1", "40"), ("WO", "R1", "-40"), ("L6", "", "-1"))
    assert ledger(plan) == "Dr 1020 1.00\nCr 4200 1.00"
    assert not asked(plan)


def test_a_question_names_a_missing_reference() -> None:
    [issue] = asked(plan_of(("WO", "", "5")))
    assert "reference none" in issue.reason
    assert issue.provider_adjustment_id == 1
