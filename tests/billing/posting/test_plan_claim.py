"""What one claim of a remittance comes to, rule by rule."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.choices import ClaimOutcome, LineState
from billing.ledger.lines import Side
from billing.posting.facts import (
    AccountFact,
    Adjustment,
    ClaimFact,
    LineFact,
    Party,
    RemittanceFact,
)
from billing.posting.plan import IssueKind, RemittancePlan
from billing.posting.plan_claim import matched_id
from billing.posting.plan_remittance import plan_remittance
from billing.posting.reasons import PostingRules, reason_in_words
from billing.posting.running import RunningOpen
from tests.billing.worked import expected, ledger_text

D = Decimal
ACCOUNT = AccountFact(
    claim_id=1, version_id=2, patient_id=7, guarantor_id=8, payer_id=2, rank=1,
    charges=((11, D("100")), (12, D("50"))),
)  # fmt: skip


def trio(code: str, amount: str) -> Adjustment:
    group, reason = code.split("-")
    return Adjustment(group, reason, D(amount))


def line(line_id: int | None, charge: str, paid: str, *trios: Adjustment) -> LineFact:
    return LineFact(line_id, line_id, D(charge), D(paid), trios)


def claim(*lines: LineFact, paid: str | None = None, **changes: object) -> ClaimFact:
    total = D(paid) if paid is not None else sum((x.paid_amount for x in lines), D(0))
    charge = sum((x.charge_amount for x in lines), D(0))
    base = ClaimFact(1, 1, "1", charge, total, lines, account=ACCOUNT)
    return replace(base, **changes)  # type: ignore[arg-type]


def plan_of(
    *claims: ClaimFact, rules: PostingRules | None = None, **open_amounts: str
) -> RemittancePlan:
    opens = {11: "100", 12: "50"} | {int(k[1:]): v for k, v in open_amounts.items()}
    remittance = RemittanceFact(
        1, "T1", sum((c.paid_amount for c in claims), D(0)), 2, claims,
        open_amounts={(line_id, 2, 1): D(amount) for line_id, amount in opens.items()},
    )  # fmt: skip
    plan = plan_remittance(remittance, rules or PostingRules())
    assert plan.difference_amount == 0
    return plan


def ledger(plan: RemittancePlan, *, by_line: bool = False) -> str:
    return ledger_text((x for j in plan.journals for x in j.lines), by_line=by_line)


def kinds(plan: RemittancePlan) -> list[IssueKind]:
    return [issue.kind for issue in plan.issues]


def test_an_agreed_write_off_takes_no_more_than_is_open_and_says_so() -> None:
    plan = plan_of(claim(line(11, "100", "30", trio("CO-45", "70"))), L11="40")
    assert ledger(plan) == expected("""
        Dr 1020 30.00
        Dr 4100 10.00
        Cr 1100 Acme/1 40.00
    """)
    assert [(i.kind, i.amount) for i in plan.issues] == [(IssueKind.NOT_POSTED, D("60"))]


def test_a_patient_share_takes_no_more_than_is_open_so_that_no_dollar_is_owed_twice() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("PR-1", "100"))), L11="0")
    assert plan.journals == ()
    assert kinds(plan) == [IssueKind.NOT_POSTED]
    assert plan.outcomes[0].outcome == ClaimOutcome.ZERO


def test_a_payment_above_what_is_open_is_posted_and_shown_as_a_credit() -> None:
    plan = plan_of(claim(line(11, "100", "100")), L11="60")
    assert "Cr 1100 Acme/1 100.00" in ledger(plan)
    assert [(i.kind, i.amount) for i in plan.issues] == [(IssueKind.OVERPAID, D("40"))]


def test_an_incentive_raises_the_receivable_before_it_is_paid() -> None:
    plan = plan_of(claim(line(11, "100", "105", trio("CO-144", "-5"))))
    assert ledger(plan) == expected("""
        Dr 1020 105.00
        Cr 1100 Acme/1 100.00
        Cr 4170 5.00
    """)
    assert not plan.issues


@pytest.mark.parametrize(
    ("code", "account"),
    [("CO-45", 4100), ("CO-253", 4105), ("CO-24", 4110), ("CO-303", 4160), ("CO-104", 4170)],
)
def test_each_agreed_reason_has_its_account(code: str, account: int) -> None:
    plan = plan_of(claim(line(11, "100", "60", trio(code, "40"))))
    assert f"Dr {account} 40.00" in ledger(plan)


def test_a_penalty_is_agreed_only_where_the_payer_names_its_programme() -> None:
    refused = plan_of(claim(line(11, "100", "96", trio("CO-237", "4"))))
    assert [d.reason_code for d in refused.denials] == ["237"]
    named = claim(line(11, "100", "96", trio("CO-237", "4")), remark_codes=("N807",))
    assert "Dr 4170 4.00" in ledger(plan_of(named))


def test_a_contract_may_add_a_reason_that_is_agreed_with_this_payer() -> None:
    rules = PostingRules(extra_contractual=frozenset({"222"}))
    answer = claim(line(11, "100", "60", trio("CO-222", "40")))
    assert "Dr 4100 40.00" in ledger(plan_of(answer, rules=rules))
    assert plan_of(answer).denials[0].reason_code == "222"


def test_a_patient_share_off_the_standard_list_waits_for_a_review() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("PR-204", "100"))))
    assert plan.journals == ()
    assert plan.denials[0].group_code == "PR"
    assert kinds(plan) == [IssueKind.PATIENT_REVIEW]


def test_what_the_payer_paid_to_the_patient_the_patient_owes_even_with_a_second_coverage() -> None:
    account = replace(ACCOUNT, next_party=Party(3, 2))
    plan = plan_of(claim(line(11, "100", "0", trio("OA-100", "100")), account=account))
    assert "Dr 1200 100.00" in ledger(plan)


def test_an_undecided_amount_moves_nothing_and_is_asked_about() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("OA-133", "100"))))
    assert plan.journals == ()
    assert kinds(plan) == [IssueKind.UNDETERMINED]
    assert not plan.denials


@pytest.mark.parametrize("code", ["PI-45", "OA-5", "CO-18"])
def test_anything_else_is_a_denial_that_stays_with_the_payer(code: str) -> None:
    plan = plan_of(claim(line(11, "100", "0", trio(code, "100"))))
    assert [f"{d.group_code}-{d.reason_code}" for d in plan.denials] == [code]


def test_a_duplicate_notice_is_a_memo() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("OA-18", "100"))))
    assert (plan.journals, plan.denials) == ((), ())


def test_a_zero_trio_is_nothing() -> None:
    assert not plan_of(claim(line(11, "100", "100", trio("CO-16", "0")))).denials


def test_a_lone_97_is_a_denial_and_a_lone_94_shows_as_an_overpayment() -> None:
    lone97 = plan_of(claim(line(11, "100", "0", trio("CO-97", "100"))))
    assert [d.reason_code for d in lone97.denials] == ["97"]
    lone94 = plan_of(claim(line(11, "100", "130", trio("OA-94", "-30"))))
    assert not lone94.denials
    assert kinds(lone94) == [IssueKind.OVERPAID]


def test_bundling_pairs_pour_several_lines_into_several_and_never_a_line_into_itself() -> None:
    answer = claim(
        line(11, "100", "115", trio("OA-94", "-35"), trio("CO-45", "20")),
        line(12, "50", "0", trio("CO-97", "30"), trio("OA-97", "20")),
        line(13, "40", "55", trio("CO-94", "-20"), trio("CO-97", "5")),
    )
    plan = plan_of(answer, L13="40")
    assert ledger(plan, by_line=True) == expected("""
        Dr 1020 170.00
        Dr 4100 20.00
        Cr 1100 Acme/1 line 11 100.00
        Cr 1100 Acme/1 line 12 50.00
        Cr 1100 Acme/1 line 13 40.00
    """)
    assert not plan.denials


def test_claim_level_trios_are_spread_over_the_lines_by_what_was_paid() -> None:
    answer = claim(
        line(11, "100", "80", trio("CO-45", "20")),
        line(12, "50", "40", trio("CO-45", "10")),
        paid="90",
        adjustments=(trio("PR-1", "30"),),
    )
    assert ledger(plan_of(answer), by_line=True) == expected("""
        Dr 1020 90.00
        Dr 1200 30.00
        Dr 4100 30.00
        Cr 1100 Acme/1 line 11 100.00
        Cr 1100 Acme/1 line 12 50.00
    """)


def test_a_claim_level_cent_that_no_line_gets_a_share_of_is_left_out_of_that_line() -> None:
    answer = claim(
        line(11, "100", "80", trio("CO-45", "20")),
        line(12, "50", "40", trio("CO-45", "10")),
        paid="119.99",
        adjustments=(trio("PR-3", "0.01"),),
    )
    assert "Dr 1200 0.01" in ledger(plan_of(answer))


def test_an_answer_without_lines_is_spread_over_the_versions_own_by_charge() -> None:
    answer = claim(
        paid="90", charge_amount=D("150"), adjustments=(trio("CO-45", "30"), trio("PR-2", "30"))
    )
    plan = plan_of(answer)
    assert ledger(plan, by_line=True) == expected("""
        Dr 1020 90.00
        Dr 1200 30.00
        Dr 4100 30.00
        Cr 1100 Acme/1 line 11 100.00
        Cr 1100 Acme/1 line 12 50.00
    """)
    assert [d.charge_line_id for d in plan.outcomes[0].decisions] == [11, 12]


def test_an_answer_for_a_version_without_lines_waits_as_unapplied_cash() -> None:
    plan = plan_of(claim(paid="90", account=replace(ACCOUNT, charges=())))
    assert plan.unapplied_amount == D("90")


def test_a_share_all_on_the_patient_is_no_denial() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("PR-1", "80"), trio("CO-45", "20"))))
    assert plan.outcomes[0].outcome == ClaimOutcome.ZERO
    assert plan.outcomes[0].decisions[0].state == LineState.PATIENT


def test_a_line_with_nothing_left_is_closed_without_anyone_owing() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("CO-45", "100"))))
    assert plan.outcomes[0].decisions[0].state == LineState.ZERO_CONTRACTUAL


def test_remark_ma18_on_a_claim_means_that_the_payer_forwarded_it() -> None:
    account = replace(ACCOUNT, next_party=Party(3, 2))
    answer = claim(
        line(11, "100", "80", trio("PR-2", "20")), account=account, remark_codes=("MA18",)
    )
    assert kinds(plan_of(answer)) == [IssueKind.CROSSED_OVER]


def test_an_amount_seen_before_is_posted_and_asked_about() -> None:
    plan = plan_of(claim(line(11, "100", "100"), seen_before=True))
    assert kinds(plan) == [IssueKind.DOUBLE_PAYMENT]
    assert "Dr 1020 100.00" in ledger(plan)


def test_an_oa209_share_goes_to_medicaid_and_never_to_the_patient() -> None:
    account = replace(ACCOUNT, next_party=Party(4, 2), medicaid=Party(4, 2, True))
    plan = plan_of(claim(line(11, "100", "80", trio("OA-209", "20")), account=account))
    assert "Dr 1100 Medicaid/2 20.00" in ledger(plan)
    assert kinds(plan) == [IssueKind.SECONDARY_DUE]


# --- answers that cannot be posted to a claim ---------------------------------------------------


def test_the_cash_of_an_unknown_claim_waits_in_2010_and_the_rest_is_posted() -> None:
    known = claim(line(11, "100", "100"))
    plan = plan_of(known, claim(line(None, "60", "42"), account=None, position=2))
    assert ledger(plan) == expected("""
        Dr 1020 142.00
        Cr 1100 Acme/1 100.00
        Cr 2010 42.00
    """)
    assert plan.unapplied_amount == D("42")
    assert kinds(plan) == [IssueKind.NO_CLAIM]


def test_an_unknown_claim_without_cash_is_only_a_question() -> None:
    plan = plan_of(claim(line(None, "60", "0"), account=None))
    assert plan.journals == ()
    assert kinds(plan) == [IssueKind.NO_CLAIM]


def test_one_line_that_fits_none_of_ours_keeps_the_whole_claim_in_2010() -> None:
    plan = plan_of(claim(line(11, "100", "80"), line(None, "50", "40")))
    assert ledger(plan) == "Dr 1020 120.00\nCr 2010 120.00"
    assert kinds(plan) == [IssueKind.NO_LINE]


def test_money_taken_back_without_a_reversal_waits_in_suspense() -> None:
    plan = plan_of(claim(line(11, "100", "100")), claim(line(12, "50", "-20"), position=2))
    assert "Dr 1300 20.00" in ledger(plan)
    assert kinds(plan) == [IssueKind.NEGATIVE_PAYMENT]


@pytest.mark.parametrize("original_paid", [None, "99"])
def test_a_reversal_that_our_books_do_not_hold_moves_only_cash(original_paid: str | None) -> None:
    from billing.posting.facts import OriginalFact

    original = OriginalFact(9, D("100"), D(original_paid), ()) if original_paid else None
    taken = claim(line(11, "-100", "-80"), status_code="22", original=original, position=1)
    plan = plan_of(taken, claim(line(12, "50", "50"), position=2))
    assert "Dr 1300 80.00" in ledger(plan)
    assert IssueKind.NO_ORIGINAL in kinds(plan)


def test_a_reversal_of_an_unknown_claim_moves_only_cash() -> None:
    plan = plan_of(
        claim(line(11, "-100", "-80"), status_code="22", account=None),
        claim(line(12, "50", "50"), position=2),
    )
    assert IssueKind.NO_ORIGINAL in kinds(plan)


def test_a_claim_forwarded_elsewhere_moves_nothing() -> None:
    plan = plan_of(claim(line(11, "100", "0"), status_code="23"))
    assert plan.journals == ()
    assert plan.outcomes[0].outcome == ClaimOutcome.FORWARDED
    assert plan_of(claim(line(11, "100", "0"), status_code="23", account=None)).outcomes == ()


def test_a_price_for_a_plan_changes_nothing() -> None:
    plan = plan_of(claim(line(11, "100", "0", trio("CO-45", "100")), status_code="25"))
    assert (plan.journals, plan.outcomes, plan.denials) == ((), (), ())


def test_both_ranks_of_a_claim_in_one_file_are_posted_in_rank_order() -> None:
    second = replace(ACCOUNT, rank=2, payer_id=3)
    first_answer = claim(
        line(11, "100", "80", trio("PR-2", "20")),
        account=replace(ACCOUNT, next_party=Party(3, 2)),
        position=2,
    )
    second_answer = claim(
        line(11, "100", "20", trio("OA-23", "80")), account=second, status_code="2", position=1
    )
    plan = plan_of(second_answer, first_answer)
    assert ledger(plan) == expected("""
        Dr 1020 100.00
        Cr 1100 Acme/1 100.00
    """)
    assert kinds(plan) == [IssueKind.SECONDARY_DUE]


def test_a_negative_share_outside_a_reversal_is_left_to_a_person() -> None:
    plan = plan_of(claim(line(11, "100", "110", trio("PR-3", "-10"))))
    assert ledger(plan) == "Dr 1020 110.00\nCr 1100 Acme/1 110.00"
    assert kinds(plan) == [IssueKind.NOT_POSTED, IssueKind.OVERPAID]


def test_a_line_without_a_charge_line_is_never_planned() -> None:
    with pytest.raises(ValueError, match="not posted"):
        matched_id(line(None, "1", "1"))


def test_a_receivable_without_its_key_is_refused() -> None:
    with pytest.raises(ValueError, match="payer and rank"):
        RunningOpen({}).of(Side(1100, charge_line_id=1, payer_id=2))


def test_reasons_have_words_where_we_know_them_and_else_their_code() -> None:
    assert reason_in_words("PR-1") == "deductible"
    assert reason_in_words("PR-66") == "PR-66"


def test_a_copay_stays_with_the_patient_where_the_next_payer_never_covers_it() -> None:
    account = replace(ACCOUNT, next_party=Party(3, 2, never_covers_copay=True))
    answer = claim(line(11, "100", "65", trio("PR-3", "20"), trio("PR-2", "15")), account=account)
    posted = ledger(plan_of(answer))
    assert "Dr 1200 20.00" in posted
    assert "Dr 1100 Supplement/2 15.00" in posted
