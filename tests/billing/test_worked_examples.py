"""The worked examples by the front door: an 835 as text in, the ledger as text out, to the cent,
and a second time nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.ledger.entries import lines_by_journal
from billing.models import Journal
from billing.posting.post_remittance import (
    NotPostable,
    journals_of,
    post_remittance,
    preview_remittance,
)
from billing.services.record_deposit import record_deposit
from claims.choices import DenialState, Outcome, RemittanceState, VersionState
from claims.models import Denial, Remittance
from core.choices import WorkState
from core.models import Practice, WorkItem
from tests.billing.inbox import deliver, example
from tests.billing.road import accounts_of, add_version
from tests.billing.twice import ledger, post_twice
from tests.billing.worked import expected, text_of

D = Decimal
W10 = [("SFM1001", ("200", "150", "40"))]


def test_w10_a_clean_medicare_payment(in_summit: Practice) -> None:
    account = accounts_of(in_summit, W10, "MEDICARE PART B")["SFM1001"]
    remittance = example(in_summit, "w10_clean_medicare_payment")
    assert remittance.state == RemittanceState.MATCHED
    assert post_twice(remittance) == expected("""
        Dr 1020 161.50
        Dr 1200 41.20
        Dr 4100 184.00
        Dr 4105 3.30
        Cr 1100 MEDICARE PART B/1 390.00
    """)
    after = account.fresh()
    assert (after.version.state, after.version.outcome) == (
        VersionState.ADJUDICATED, Outcome.PAID,
    )  # fmt: skip
    assert (after.claim.insurance_balance_amount, after.claim.patient_balance_amount) == (
        D("0.00"), D("41.20"),
    )  # fmt: skip
    assert account.patient.patient_balance_amount == D("41.20")
    assert not WorkItem.objects.exists()


def test_w10_the_deposit_arrives_once(in_summit: Practice) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    remittance = example(in_summit, "w10_clean_medicare_payment")
    post_remittance(remittance=remittance)
    remittance.refresh_from_db()
    first = record_deposit(remittance=remittance, on=date(2026, 11, 16))
    assert record_deposit(remittance=remittance, on=date(2026, 11, 17)) == first
    assert ledger([first]) == "Dr 1000 161.50\nCr 1020 161.50"
    assert balance(in_summit, Account.REMIT_CLEARING) == 0


def test_w10_with_a_second_coverage_leaves_the_rest_with_it(in_summit: Practice) -> None:
    account = accounts_of(in_summit, W10, "MEDICARE PART B", "ACME SUPPLEMENT")["SFM1001"]
    remittance = example(in_summit, "w10_clean_medicare_payment")
    assert "Dr 1100 ACME SUPPLEMENT/2 41.20" in post_twice(remittance)
    assert not WorkItem.objects.exists()  # claims makes the next claim by itself
    assert account.fresh().claim.insurance_balance_amount == D("41.20")


def test_w11_then_w21_the_full_life_of_a_crossed_over_account(in_summit: Practice) -> None:
    account = accounts_of(in_summit, W10, "MEDICARE PART B", "ACME SUPPLEMENT")["SFM1001"]
    assert post_twice(example(in_summit, "w11_crossed_over")) == expected("""
        Dr 1020 161.50
        Dr 1100 ACME SUPPLEMENT/2 41.20
        Dr 4100 184.00
        Dr 4105 3.30
        Cr 1100 MEDICARE PART B/1 390.00
    """)
    assert not WorkItem.objects.exists()  # claims keeps the clock
    assert account.fresh().version.state == VersionState.CROSSED_OVER
    second = add_version(account.claim, account.patient.coverages.get(rank=2), account.lines)
    remittance = example(in_summit, "w21_secondary_payment", control=2)
    assert post_twice(remittance) == expected("""
        Dr 1020 41.20
        Cr 1100 ACME SUPPLEMENT/2 41.20
    """)
    after = account.fresh().claim
    assert (after.insurance_balance_amount, after.patient_balance_amount) == (0, 0)
    assert balance(in_summit, Account.CONTRACTUAL) == D("184.00")
    second.refresh_from_db()
    assert second.outcome == Outcome.PAID
    assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()
    assert second.state == VersionState.CLOSED


def test_w12_a_denial_leaves_the_books_as_they_were(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1003", ("950",))], "ACME HEALTH PLAN")["SFM1003"]
    assert post_twice(example(in_summit, "w12_denial_zero_pay")) == ""
    denial = Denial.objects.get()
    assert (denial.group_code, denial.reason_code, denial.remark_codes, denial.amount) == (
        "CO", "197", ["N706"], D("950.00"),
    )  # fmt: skip
    assert denial.state == DenialState.OPEN
    after = account.fresh()
    assert after.version.outcome == Outcome.DENIED
    assert after.claim.insurance_balance_amount == D("950.00")


def test_w13_a_partial_pay_keeps_the_refused_lines_open(in_summit: Practice) -> None:
    charges = ("140", "180", "15", "60")
    account = accounts_of(in_summit, [("SFM1006", charges)], "ACME HEALTH PLAN")["SFM1006"]
    assert post_twice(example(in_summit, "w13_partial_pay")) == expected("""
        Dr 1020 126.00
        Dr 1200 64.00
        Dr 4100 130.00
        Cr 1100 ACME HEALTH PLAN/1 320.00
    """)
    after = account.fresh()
    assert (after.claim.insurance_balance_amount, after.claim.patient_balance_amount) == (
        D("75.00"), D("64.00"),
    )  # fmt: skip
    assert after.version.outcome == Outcome.PARTIAL
    assert {d.reason_code for d in Denial.objects.all()} == {"97", "16"}


def test_w14_a_bundled_procedure_is_a_transfer_between_lines(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1007", ("40", "30"))], "ACME HEALTH PLAN")["SFM1007"]
    assert post_twice(example(in_summit, "w14_bundled_procedure")) == expected("""
        Dr 1020 50.00
        Dr 4100 20.00
        Cr 1100 ACME HEALTH PLAN/1 70.00
    """)
    for line in account.lines:
        assert balance(in_summit, Account.INSURANCE_AR, charge_line_id=line.pk) == 0
    assert not Denial.objects.exists()
    assert account.fresh().version.state == VersionState.CLOSED


def test_w15_a_reversal_mirrors_our_own_journal_before_the_correction(
    in_summit: Practice,
) -> None:
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    account = accounts_of(in_summit, claims, "ACME HEALTH PLAN")["SFM1004"]
    [original] = post_remittance(remittance=example(in_summit, "w15_original"))
    assert account.patient.patient_balance_amount == D("25.00")
    remittance = example(in_summit, "w15_reversal_and_correction", control=2)
    assert post_twice(remittance) == expected("""
        Dr 1020 40.00
        Dr 1200 50.00
        Dr 4100 30.00
        Cr 1100 ACME HEALTH PLAN/1 120.00
    """)
    mirror, *_ = journals_of(remittance)
    assert mirror.reverses == original
    assert account.patient.patient_balance_amount == D("75.00")
    assert account.fresh().version.state == VersionState.ADJUDICATED
    assert not WorkItem.objects.filter(kind="remittance_taken_back").exists()


def test_w15_a_correction_in_a_later_remittance_ends_the_wait(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1004", ("300",))], "ACME HEALTH PLAN")
    post_remittance(remittance=example(in_summit, "w15_original"))
    post_remittance(remittance=example(in_summit, "w15_reversal_alone", control=2))
    waiting = WorkItem.objects.get(kind="remittance_taken_back")
    assert waiting.state == WorkState.OPEN
    post_remittance(remittance=example(in_summit, "w15_correction_alone", control=3))
    waiting.refresh_from_db()
    assert waiting.state == WorkState.DONE


def test_w15_without_our_original_only_cash_moves_and_somebody_is_asked(
    in_summit: Practice,
) -> None:
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts_of(in_summit, claims, "ACME HEALTH PLAN")
    remittance = example(in_summit, "w15_reversal_and_correction")
    assert "Dr 1300 175.00" in post_twice(remittance)
    assert WorkItem.objects.filter(kind="remittance_no_original").count() == 1


def test_w16_a_forwarding_balance_over_two_remittances(in_summit: Practice) -> None:
    claims = [("SFM1008", ("300",)), ("SFM1009", ("100",)), ("SFM1010", ("420",))]
    accounts_of(in_summit, claims, "ACME HEALTH PLAN")
    earlier = text_of("w15_original").replace("SFM1004", "SFM1008").replace("0901004", "0902008")
    post_remittance(remittance=deliver(in_summit, earlier))
    assert post_twice(example(in_summit, "w16a_forwarding_balance", control=2)) == expected("""
        Dr 1100 ACME HEALTH PLAN/1 200.00
        Cr 1200 25.00
        Cr 2100 115.00
        Cr 4100 60.00
    """)
    second = example(in_summit, "w16b_forwarding_balance_taken", control=3)
    assert post_twice(second) == expected("""
        Dr 1020 185.00
        Dr 2100 115.00
        Dr 4100 120.00
        Cr 1100 ACME HEALTH PLAN/1 420.00
    """)
    assert balance(in_summit, Account.RECOUPMENT_PAYABLE) == 0


def test_w17_an_unknown_recovery_waits_in_suspense_with_a_question(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1011", ("520",))], "ACME HEALTH PLAN")
    remittance = example(in_summit, "w17_recovery_for_another_patient")
    assert "Dr 1300 80.00" in post_twice(remittance)
    item = WorkItem.objects.get(kind="provider_adjustment")
    assert item.subject_kind == "claims.provideradjustment"
    assert "ICN20260310999" in item.reason


def test_w20_interest_is_income(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1016", ("180",))], "MEDICARE PART B")
    assert post_twice(example(in_summit, "w20_interest")) == expected("""
        Dr 1020 101.25
        Dr 1200 25.51
        Dr 4100 52.45
        Dr 4105 2.04
        Cr 1100 MEDICARE PART B/1 180.00
        Cr 4200 1.25
    """)


def test_w24_a_qmb_patient_is_never_billed(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1020", ("150",))], "MEDICARE PART B", "STATE MEDICAID")[
        "SFM1020"
    ]
    assert post_twice(example(in_summit, "w24a_qmb_medicare")) == expected("""
        Dr 1020 78.40
        Dr 1100 STATE MEDICAID/2 20.00
        Dr 4100 50.00
        Dr 4105 1.60
        Cr 1100 MEDICARE PART B/1 150.00
    """)
    add_version(account.claim, account.patient.coverages.get(rank=2), account.lines)
    remittance = example(in_summit, "w24b_qmb_medicaid", control=2)
    assert post_twice(remittance) == expected("""
        Dr 4160 20.00
        Cr 1100 STATE MEDICAID/2 20.00
    """)
    assert balance(in_summit, Account.PATIENT_AR) == 0


def test_w25_the_same_payment_posts_once_however_it_arrives(in_summit: Practice) -> None:
    accounts_of(in_summit, W10, "MEDICARE PART B")
    first = example(in_summit, "w10_clean_medicare_payment")
    post_remittance(remittance=first)
    written = Journal.objects.count()
    for control in (1, 77):
        again = example(in_summit, "w10_clean_medicare_payment", control=control)
        if again != first:
            assert again.state == RemittanceState.DUPLICATE
            with pytest.raises(NotPostable):
                post_remittance(remittance=again)
    reissued = text_of("w10_clean_medicare_payment")
    reissued = reissued.replace("*161.5*", "*160.5*").replace("SVC*HC:J3301:JZ*40*6.27",
        "SVC*HC:J3301:JZ*40*5.27").replace("CAS*CO*45*32*", "CAS*CO*45*33*")  # fmt: skip
    held = deliver(in_summit, reissued, control=78)
    assert held.state == RemittanceState.HELD
    with pytest.raises(NotPostable):
        post_remittance(remittance=held)
    assert Journal.objects.count() == written


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("BPR*I*320*", "BPR*I*250*"),
        lambda text: text.replace("CAS*CO*45*120~", "CAS*CO*45*125~"),
    ],
)
def test_w29_an_835_that_does_not_balance_posts_nothing(
    in_summit: Practice, spoil: Callable[[str], str]
) -> None:
    account = accounts_of(in_summit, [("SFM1011", ("520",))], "ACME HEALTH PLAN")["SFM1011"]
    written = Journal.objects.count()
    remittance = deliver(in_summit, spoil(text_of("w17_recovery_for_another_patient")))
    assert remittance.state == RemittanceState.OUT_OF_BALANCE
    with pytest.raises(NotPostable):
        post_remittance(remittance=remittance)
    assert Journal.objects.count() == written
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED


def test_the_preview_is_what_posting_writes(in_summit: Practice) -> None:
    charges = ("140", "180", "15", "60")
    accounts_of(in_summit, [("SFM1006", charges)], "ACME HEALTH PLAN")
    remittance = example(in_summit, "w13_partial_pay")
    plan = preview_remittance(remittance)
    assert Journal.objects.filter(source_kind="remittance").count() == 0
    journals = post_remittance(remittance=remittance)
    written = lines_by_journal(journals)
    assert [tuple(written[j.pk]) for j in journals] == [j.lines for j in plan.journals]


def test_a_plan_that_does_not_come_to_the_payment_is_refused_whole(
    in_summit: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts_of(in_summit, [("SFM1011", ("520",))], "ACME HEALTH PLAN")
    remittance = example(in_summit, "w17_recovery_for_another_patient")
    Remittance.objects.filter(pk=remittance.pk).update(payment_amount=D("320.01"))
    written = Journal.objects.count()
    with pytest.raises(NotPostable, match=r"0\.01"):
        post_remittance(remittance=remittance)
    assert Journal.objects.count() == written
    remittance.refresh_from_db()
    assert remittance.state == RemittanceState.MATCHED


def test_an_unknown_claim_waits_in_2010_and_the_rest_is_posted(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1005", ("120",))], "ACME HEALTH PLAN")
    earlier = example(in_summit, "w15_reversal_and_correction")
    assert earlier.state == RemittanceState.EXCEPTIONS
    text = post_twice(earlier)
    assert "Cr 2010 125.00" in text
    assert "Dr 1300 175.00" in text
    kinds = set(WorkItem.objects.values_list("kind", flat=True))
    assert {"remittance_no_claim", "remittance_no_original"} <= kinds
