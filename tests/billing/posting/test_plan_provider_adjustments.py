"""Money of a remittance that belongs to no claim."""

from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.posting.facts import ProviderAdjustmentFact, RemittanceFact
from billing.posting.plan import Issue, RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.posting.provider_codes import PROVIDER_CODES
from billing.posting.reasons import PostingRules, ProviderAccount
from tests.billing.worked import ledger_text

D = Decimal


def plan_of(
    *pairs: tuple[str, str, str], rules: PostingRules | None = None, **payables: str
) -> RemittancePlan:
    facts = tuple(
        ProviderAdjustmentFact(i, code, reference, D(amount))
        for i, (code, reference, amount) in enumerate(pairs, start=1)
    )
    remittance = RemittanceFact(
        1, "T1", -sum((f.amount for f in facts), D(0)), 2, (), facts,
        open_payables={k: D(v) for k, v in payables.items()},
    )  # fmt: skip
    plan = plan_remittance(remittance, rules or PostingRules())
    assert plan.difference_amount == 0
    return plan


def ledger(plan: RemittancePlan) -> str:
    return ledger_text(x for j in plan.journals for x in j.lines)


def asked(plan: RemittancePlan) -> list[Issue]:
    return list(plan.issues)


# Domain E.6: each code, the account that meets it, and whether it waits for a person.
E6 = {
    "72": (1300, False), "B2": (1300, False),
    "L6": (4200, False), "J1": (4110, False), "IR": (1310, False), "LE": (2210, False),
    "AH": (5100, False), "50": (5100, False), "L3": (5100, False), "51": (5100, False),
    "90": (4170, False), "E3": (1320, False),
    "BN": (4220, False), "IP": (4220, False), "LS": (4220, False), "PL": (4220, False),
    "IS": (4220, False), "PI": (4220, False),
    "CT": (4210, False), "CR": (4210, False), "CV": (4210, False),
    "CS": (1300, True), "AM": (1300, True), "AP": (1300, True), "BD": (1300, True),
    "C5": (1300, True), "FC": (1300, True), "OB": (1300, True), "SL": (1300, True),
    "TL": (1300, True), "WU": (1300, True), "RA": (1300, True), "ZZ": (1300, True),
}  # fmt: skip
RECOVERIES = ("WO", "FB", "B3")


def test_the_table_is_the_whole_catalogue() -> None:
    assert set(PROVIDER_CODES) == {*E6, *RECOVERIES} - {"ZZ"}
    assert all(code.words for code in PROVIDER_CODES.values())


@pytest.mark.parametrize("code", E6)
@pytest.mark.parametrize("amount", ["12.50", "-12.50"])
def test_each_code_has_its_account_and_a_positive_amount_lowers_the_cash(
    code: str, amount: str
) -> None:
    account, asks = E6[code]
    plan = plan_of((code, "R1", amount))
    down = D(amount) > 0
    debit, credit = (account, 1020) if down else (1020, account)
    assert ledger(plan) == f"Dr {debit} 12.50\nCr {credit} 12.50"
    [line] = plan.journals[0].lines
    assert (line.reason_code, line.reference_number) == (f"PLB-{code}", "R1")
    assert bool(asked(plan)) is asks


@pytest.mark.parametrize("code", RECOVERIES)
def test_a_recovery_nobody_knows_waits_and_one_put_off_is_owed(code: str) -> None:
    taken = plan_of((code, "R1", "12.50"))
    assert ledger(taken) == "Dr 1300 12.50\nCr 1020 12.50"
    assert [issue.amount for issue in asked(taken)] == [D("12.50")]
    put_off = plan_of((code, "R1", "-12.50"))
    assert ledger(put_off) == "Dr 1020 12.50\nCr 2100 12.50"
    assert not asked(put_off)


def test_several_pairs_with_one_reference_are_one_sum() -> None:
    plan = plan_of(("WO", "R1", "60"), ("WO", "R1", "-25"), ("WO", "R1", "40"), R1="20")
    assert ledger(plan) == "Dr 1300 55.00\nDr 2100 20.00\nCr 1020 75.00"
    assert sum(issue.amount for issue in asked(plan)) == D("55")


def test_a_payer_may_say_what_its_adjustments_mean_by_how_the_reference_begins() -> None:
    rules = PostingRules(
        provider_accounts=[
            ProviderAccount("CS", "", Account.OTHER_PAYER_INCOME),
            ProviderAccount("CS", "FEE", Account.PAYER_FEES),
            ProviderAccount("WO", "", Account.PAYER_FEES),
        ]
    )
    plan = plan_of(("CS", "FEE77", "3"), ("CS", "X1", "-5"), ("WO", "R9", "2"), rules=rules)
    assert ledger(plan) == "Dr 1300 2.00\nDr 5100 3.00\nCr 4220 5.00"
    assert [issue.amount for issue in asked(plan)] == [D("2")]  # a recovery is one whatever is set


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
