"""Whatever a payer may write, as long as it balances: no cent is made, lost or owed twice."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.ledger.accounts import Account
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    Party,
    ProviderAdjustmentFact,
    RemittanceFact,
)
from billing.posting.plan import IssueKind, net_on
from billing.posting.plan_remittance import plan_remittance
from billing.posting.reasons import PostingRules
from core.money import ZERO

cents = st.integers(min_value=0, max_value=50_000).map(lambda n: Decimal(n) / 100)
codes = st.sampled_from(
    ["CO-45", "CO-253", "CO-97", "CO-16", "OA-94", "OA-23", "OA-209", "PR-1", "PR-3", "PR-204"]
)


@st.composite
def lines(draw: st.DrawFn, line_id: int) -> LineFact:
    """A line that balances: billed less its trios is paid."""
    paid = draw(cents)
    trios = []
    for code in draw(st.lists(codes, max_size=4)):
        sign = draw(st.sampled_from([1, 1, 1, -1]))
        group_code, reason_code = code.split("-")
        trios.append(Adjustment(group_code, reason_code, sign * draw(cents)))
    charge = paid + sum((trio.amount for trio in trios), ZERO)
    return LineFact(line_id, line_id, charge, paid, tuple(trios))


@st.composite
def remittances(draw: st.DrawFn) -> RemittanceFact:
    """A balanced remittance of up to four claims, some unknown, some with a next coverage."""
    claims, opens = [], {}
    for position in range(1, draw(st.integers(1, 4)) + 1):
        found = tuple(draw(lines(position * 10 + n)) for n in range(draw(st.integers(1, 3))))
        party = draw(st.sampled_from([None, Party(3, 2), Party(4, 2, is_medicaid=True)]))
        account = AccountFact(
            position, position, 7, 8, 2, 1,
            next_party=party, medicaid=party if party and party.is_medicaid else None,
        )  # fmt: skip
        for line in found:
            assert line.charge_line_id is not None
            opens[(line.charge_line_id, 2, 1)] = draw(
                st.one_of(st.just(max(line.charge_amount, ZERO)), cents)
            )
        claims.append(
            ClaimFact(
                position, position, "1",
                sum((line.charge_amount for line in found), ZERO),
                sum((line.paid_amount for line in found), ZERO),
                found, account=draw(st.sampled_from([account, account, None])),
            )
        )  # fmt: skip
    plb = tuple(
        ProviderAdjustmentFact(n, code, "REF", amount)
        for n, (code, amount) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(["WO", "FB", "L6", "CS"]), cents), max_size=3))
        )
        if amount
    )
    paid = sum((c.paid_amount for c in claims), ZERO) - sum((p.amount for p in plb), ZERO)
    return RemittanceFact(
        1, "T", paid, 2, tuple(claims), plb, open_amounts=opens, open_payables={"REF": ZERO}
    )


@given(remittances())
def test_remit_clearing_always_moves_by_the_payment(remittance: RemittanceFact) -> None:
    assert plan_remittance(remittance, PostingRules()).difference_amount == 0


@given(remittances())
def test_no_receivable_falls_below_zero_unless_somebody_is_asked(
    remittance: RemittanceFact,
) -> None:
    plan = plan_remittance(remittance, PostingRules())
    left = dict(remittance.open_amounts)
    for journal in plan.journals:
        for line in journal.lines:
            for side, amount in ((line.debit, line.amount), (line.credit, -line.amount)):
                if side.account == Account.INSURANCE_AR:
                    key = (side.charge_line_id, side.payer_id, side.rank)
                    left[key] = left.get(key, ZERO) + amount  # type: ignore[arg-type,index]
    asked = sum((i.amount for i in plan.issues if i.kind == IssueKind.OVERPAID), ZERO)
    assert sum((-a for a in left.values() if a < 0), ZERO) == asked


@given(remittances())
def test_a_receivable_only_moves_to_who_paid_agreed_or_owes_next(
    remittance: RemittanceFact,
) -> None:
    plan = plan_remittance(remittance, PostingRules())
    touched = {
        account
        for journal in plan.journals
        if journal.remittance_claim_id is not None
        for line in journal.lines
        for account in (line.debit.account, line.credit.account)
    }
    assert touched <= {1020, 1100, 1200, 2010, 4100, 4105}
    moved = net_on(Account.PATIENT_AR, (j.lines for j in plan.journals))
    patient_trios = sum(
        (
            max(trio.amount, ZERO)
            for claim in remittance.claims
            for line in claim.lines
            for trio in line.adjustments
            if trio.group_code == "PR"
        ),
        ZERO,
    )
    assert moved <= patient_trios
