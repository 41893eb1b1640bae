"""The worked examples of the trade: each 835 and the journal that must follow, to the cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.choices import ClaimOutcome, LineState
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    OriginalFact,
    Party,
    RemittanceFact,
)
from billing.posting.plan import IssueKind, RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.posting.reasons import PostingRules
from tests.billing.worked import charge_line_id, expected, facts_of, ledger_text

SUPPLEMENT = Party(3, 2)
MEDICAID = Party(4, 2, is_medicaid=True)


def planned(remittance: RemittanceFact) -> RemittancePlan:
    plan = plan_remittance(remittance, PostingRules())
    assert plan.difference_amount == 0
    return plan


def ledger_of(plan: RemittancePlan, *, by_line: bool = False) -> str:
    return ledger_text((x for j in plan.journals for x in j.lines), by_line=by_line)


def kinds(plan: RemittancePlan) -> list[IssueKind]:
    return [issue.kind for issue in plan.issues]


def posted_before(number: str, *, paid: str, **adjustments: str) -> OriginalFact:
    """Our own posting of a one-line claim of Acme: `CO45="100"` and so on name its trios."""
    trios = tuple(
        Adjustment(code[:2], code[2:], Decimal(amount)) for code, amount in adjustments.items()
    )
    charge = Decimal(paid) + sum(trio.amount for trio in trios)
    line_id = charge_line_id(number, 1)
    line = LineFact(1, line_id, charge, Decimal(paid), trios)
    account = AccountFact(1, 1, patient_id=7, guarantor_id=8, payer_id=2, rank=1)
    claim = ClaimFact(1, 1, "1", charge, Decimal(paid), (line,), account=account)
    remittance = RemittanceFact(
        1, "EARLIER", Decimal(paid), 2, (claim,), open_amounts={(line_id, 2, 1): charge}
    )
    return OriginalFact(99, charge, Decimal(paid), planned(remittance).journals[0].lines)


def test_w10_a_clean_medicare_payment_moves_the_coinsurance_to_the_patient() -> None:
    plan = planned(facts_of("w10_clean_medicare_payment"))
    assert ledger_of(plan) == expected("""
        Dr 1020 161.50
        Dr 1200 41.20
        Dr 4100 184.00
        Dr 4105 3.30
        Cr 1100 Medicare/1 390.00
    """)
    assert [o.outcome for o in plan.outcomes] == [ClaimOutcome.PAID]
    assert not plan.denials
    assert not plan.issues


def test_w10_with_a_second_coverage_the_coinsurance_goes_to_it_and_a_claim_is_due() -> None:
    plan = planned(facts_of("w10_clean_medicare_payment", next_party=SUPPLEMENT))
    assert "Dr 1100 Supplement/2 41.20" in ledger_of(plan)
    assert "1200" not in ledger_of(plan)
    assert [(i.kind, i.amount) for i in plan.issues] == [
        (IssueKind.SECONDARY_DUE, Decimal("41.20"))
    ]


def test_w11_a_crossed_over_claim_waits_for_the_next_payer_and_asks_for_no_claim() -> None:
    plan = planned(facts_of("w11_crossed_over", next_party=SUPPLEMENT))
    assert ledger_of(plan) == expected("""
        Dr 1020 161.50
        Dr 1100 Supplement/2 41.20
        Dr 4100 184.00
        Dr 4105 3.30
        Cr 1100 Medicare/1 390.00
    """)
    assert kinds(plan) == [IssueKind.CROSSED_OVER]
    assert plan.outcomes[0].crossed_over


def test_w12_a_denial_touches_no_account_and_leaves_the_receivable_with_the_payer() -> None:
    plan = planned(facts_of("w12_denial_zero_pay"))
    assert plan.journals == ()
    [denial] = plan.denials
    assert (denial.group_code, denial.reason_code) == ("CO", "197")
    assert denial.remark_codes == ("N706",)
    assert denial.amount == Decimal("950")
    assert plan.outcomes[0].outcome == ClaimOutcome.DENIED


def test_w13_a_partial_pay_leaves_75_open_on_the_payer_and_two_denials() -> None:
    plan = planned(facts_of("w13_partial_pay"))
    assert ledger_of(plan) == expected("""
        Dr 1020 126.00
        Dr 1200 64.00
        Dr 4100 130.00
        Cr 1100 Acme/1 320.00
    """)
    assert [(d.reason_code, d.amount, d.remark_codes) for d in plan.denials] == [
        ("97", Decimal("15"), ("M15",)),
        ("16", Decimal("60"), ("N265",)),
    ]
    assert plan.outcomes[0].outcome == ClaimOutcome.PARTIAL
    assert [d.state for d in plan.outcomes[0].decisions] == [
        LineState.PAID,
        LineState.PAID,
        LineState.DENIED,
        LineState.DENIED,
    ]


def test_w14_a_bundled_line_gives_its_charge_to_the_paid_line_and_is_no_denial() -> None:
    plan = planned(facts_of("w14_bundled_procedure"))
    assert ledger_of(plan, by_line=True) == expected("""
        Dr 1020 50.00
        Dr 4100 20.00
        Cr 1100 Acme/1 line 10071 40.00
        Cr 1100 Acme/1 line 10072 30.00
    """)
    assert not plan.denials
    assert plan.outcomes[0].outcome == ClaimOutcome.PAID


def test_w15_a_reversal_is_our_own_mirror_and_comes_before_the_correction() -> None:
    original = posted_before("SFM1004", paid="175", CO45="100", PR3="25")
    plan = planned(
        facts_of("w15_reversal_and_correction", originals={"SFM1004": original}, open_amounts={
            (charge_line_id("SFM1005", 1), 2, 1): Decimal("120"),
        })
    )  # fmt: skip
    assert [j.mirrors_journal_id for j in plan.journals] == [99, None, None]
    assert ledger_text(plan.journals[0].lines) == expected("""
        Dr 1100 Acme/1 300.00
        Cr 1020 175.00
        Cr 1200 25.00
        Cr 4100 100.00
    """)
    assert ledger_of(plan) == expected("""
        Dr 1020 40.00
        Dr 1200 50.00
        Dr 4100 30.00
        Cr 1100 Acme/1 120.00
    """)
    assert not plan.issues


def test_w16_a_forwarding_balance_is_owed_until_a_later_remittance_takes_it() -> None:
    original = posted_before("SFM1008", paid="175", CO45="100", PR3="25")
    first = planned(facts_of("w16a_forwarding_balance", originals={"SFM1008": original}))
    assert ledger_of(first) == expected("""
        Dr 1100 Acme/1 200.00
        Cr 1200 25.00
        Cr 2100 115.00
        Cr 4100 60.00
    """)
    assert first.denials[0].reason_code == "27"
    second = planned(
        facts_of("w16b_forwarding_balance_taken", open_payables={"ACME20261120": Decimal("115")})
    )
    assert ledger_of(second) == expected("""
        Dr 1020 185.00
        Dr 2100 115.00
        Dr 4100 120.00
        Cr 1100 Acme/1 420.00
    """)
    assert not second.issues


def test_w17_a_recovery_nobody_knows_waits_in_suspense_and_the_patient_is_untouched() -> None:
    plan = planned(facts_of("w17_recovery_for_another_patient"))
    assert ledger_of(plan) == expected("""
        Dr 1020 320.00
        Dr 1300 80.00
        Dr 4100 120.00
        Cr 1100 Acme/1 520.00
    """)
    [issue] = plan.issues
    assert (issue.kind, issue.amount) == (IssueKind.PROVIDER_ADJUSTMENT, Decimal("80"))


def test_w18_a_delayed_recoupment_is_a_payable_under_its_reference_until_taken() -> None:
    original = posted_before("SFM1012", paid="80", CO45="30")
    first = planned(facts_of("w18a_delayed_recoupment", originals={"SFM1012": original}))
    assert ledger_of(first) == expected("""
        Dr 1020 200.00
        Dr 4100 30.00
        Cr 1100 Acme/1 150.00
        Cr 2100 80.00
    """)
    second = planned(
        facts_of("w18b_recoupment_taken", open_payables={"ICN20261001012": Decimal("80")})
    )
    assert ledger_of(second) == expected("""
        Dr 1020 70.00
        Dr 2100 80.00
        Dr 4100 40.00
        Cr 1100 Acme/1 190.00
    """)


def test_w19_our_refund_check_acknowledged_nets_to_nothing_in_suspense() -> None:
    plan = planned(facts_of("w19_refund_acknowledged"))
    assert ledger_of(plan) == expected("""
        Dr 1020 95.00
        Dr 4100 35.00
        Cr 1100 Acme/1 130.00
    """)
    assert not plan.issues


def test_w20_interest_is_income_through_the_plb_alone() -> None:
    plan = planned(facts_of("w20_interest"))
    assert ledger_of(plan) == expected("""
        Dr 1020 101.25
        Dr 1200 25.51
        Dr 4100 52.45
        Dr 4105 2.04
        Cr 1100 Medicare/1 180.00
        Cr 4200 1.25
    """)


def test_w21_the_secondary_pays_and_its_oa23_moves_nothing() -> None:
    remittance = facts_of(
        "w21_secondary_payment",
        open_amounts={
            (charge_line_id("SFM1001", n), 3, 2): Decimal(amount)
            for n, amount in ((1, "26"), (2, "13.60"), (3, "1.60"))
        },
    )
    assert ledger_of(planned(remittance)) == expected("""
        Dr 1020 41.20
        Cr 1100 Supplement/2 41.20
    """)


def test_w22_a_down_coded_line_keeps_its_refused_part_open() -> None:
    plan = planned(facts_of("w22_down_coded"))
    assert ledger_of(plan) == expected("""
        Dr 1020 88.00
        Dr 1200 22.00
        Dr 4100 90.00
        Cr 1100 Acme/1 200.00
    """)
    assert [(d.reason_code, d.amount) for d in plan.denials] == [("150", Decimal("40"))]
    assert plan.outcomes[0].decisions[0].state == LineState.PAID_PARTIAL_DENIED


def test_w23_a_capitated_visit_writes_to_the_offset_and_the_plb_brings_the_month() -> None:
    assert ledger_of(planned(facts_of("w23_capitated"))) == expected("""
        Dr 1020 5000.00
        Dr 1200 20.00
        Dr 4110 120.00
        Cr 1100 Acme/1 140.00
        Cr 4210 5000.00
    """)


def test_w24_the_share_of_a_qmb_patient_never_reaches_the_patient() -> None:
    first = planned(facts_of("w24a_qmb_medicare", next_party=MEDICAID, medicaid=MEDICAID))
    assert ledger_of(first) == expected("""
        Dr 1020 78.40
        Dr 1100 Medicaid/2 20.00
        Dr 4100 50.00
        Dr 4105 1.60
        Cr 1100 Medicare/1 150.00
    """)
    second = planned(
        facts_of(
            "w24b_qmb_medicaid",
            open_amounts={(charge_line_id("SFM1020", 1), 4, 2): Decimal("20")},
        )
    )
    assert ledger_of(second) == expected("""
        Dr 4160 20.00
        Cr 1100 Medicaid/2 20.00
    """)


def test_w24_without_medicaid_on_file_the_share_is_held_and_somebody_is_asked() -> None:
    plan = planned(facts_of("w24a_qmb_medicare"))
    assert "1200" not in ledger_of(plan)
    assert "Cr 1100 Medicare/1 130.00" in ledger_of(plan)
    assert kinds(plan) == [IssueKind.NO_MEDICAID]


@pytest.mark.parametrize("amount", ["250.00", "260.01"])
def test_w29_a_payment_that_the_claims_do_not_add_up_to_leaves_a_difference(amount: str) -> None:
    remittance = replace(
        facts_of("w17_recovery_for_another_patient"), payment_amount=Decimal(amount)
    )
    plan = plan_remittance(remittance, PostingRules())
    assert plan.difference_amount == Decimal(amount) - Decimal("320")
