"""The worked examples that turn on provider adjustments, codes changed by the payer and split
claims: an 835 as text in, the ledger as text out, to the cent, and a second time nothing.
"""

from datetime import date
from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import Journal
from billing.posting.post_remittance import NotPostable, post_remittance
from billing.services.match_recovery import match_recovery
from claims.choices import DenialState, Outcome, RemittanceState, VersionState
from claims.models import Denial, RemittanceLine
from core.choices import WorkState
from core.errors import ApplicationError
from core.models import Practice, WorkItem
from tests.billing.books_hold import books_hold
from tests.billing.inbox import deliver, example
from tests.billing.road import accounts_of, charged_claim
from tests.billing.twice import ledger, post_twice
from tests.billing.worked import expected, text_of

D = Decimal
ACME = "ACME HEALTH PLAN"


def test_w17_a_takeback_for_another_patient_is_matched_by_hand_to_its_claim(
    in_summit: Practice,
) -> None:
    claims = [("SFM1011", ("520",)), ("SFM0900", ("130", "20"))]
    accounts = accounts_of(in_summit, claims, ACME)
    other = accounts["SFM0900"]
    paid = text_of("w19_refund_acknowledged").replace("SFM1015", "SFM0900")
    paid = paid.replace("PLB*2000000010*20261231*WO:ICN20260815015*60*72:ICN20260815015*-60~\n", "")
    post_remittance(remittance=deliver(in_summit, paid.replace("SE*19", "SE*18")))
    remittance = example(in_summit, "w17_recovery_for_another_patient", control=2)
    assert post_twice(remittance) == expected("""
        Dr 1020 320.00
        Dr 1300 80.00
        Dr 4100 120.00
        Cr 1100 ACME HEALTH PLAN/1 520.00
    """)
    taken = remittance.provider_adjustments.get()
    before = other.fresh().claim.insurance_balance_amount
    journal = match_recovery(adjustment=taken, claim_number="sfm0900", reason="Their letter")
    assert ledger([journal]) == "Dr 1100 ACME HEALTH PLAN/1 80.00\nCr 1300 80.00"
    assert match_recovery(adjustment=taken, claim_number="SFM0900") == journal
    assert balance(in_summit, Account.RECOUPMENT_SUSPENSE) == 0
    assert other.fresh().claim.insurance_balance_amount == before + D("80.00")
    assert accounts["SFM1011"].fresh().claim.insurance_balance_amount == 0
    asked = WorkItem.objects.get(kind="provider_adjustment")
    assert asked.state == WorkState.DONE
    assert WorkItem.objects.get(kind="claim.recovered").amount == D("80.00")
    books_hold()


def test_w17_a_claim_that_was_paid_less_cannot_be_what_was_taken_back(
    in_summit: Practice,
) -> None:
    accounts_of(in_summit, [("SFM1011", ("520",)), ("SFM0900", ("130",))], ACME)
    remittance = example(in_summit, "w17_recovery_for_another_patient")
    post_remittance(remittance=remittance)
    for number, words in (("SFM0900", "paid .0.00"), ("SFM7777", "No claim of ours")):
        with pytest.raises(ApplicationError, match=words) as refused:
            match_recovery(adjustment=remittance.provider_adjustments.get(), claim_number=number)
        assert refused.value.field == "claim_number"
    assert balance(in_summit, Account.RECOUPMENT_SUSPENSE) == D("80.00")


def test_w18_a_delayed_recoupment_is_owed_until_it_is_taken(in_summit: Practice) -> None:
    claims = [("SFM1012", ("110",)), ("SFM1013", ("260",)), ("SFM1014", ("190",))]
    accounts_of(in_summit, claims, ACME)
    earlier = text_of("w18b_recoupment_taken").replace("SFM1014", "SFM1012")
    earlier = (
        earlier.replace("*190*150", "*110*80").replace("*45*40~", "*45*30~")
        .replace("BPR*I*70*", "BPR*I*80*").replace("EFT0020", "EFT0001")
        .replace("PLB*2000000010*20261231*WO:ICN20261001012*80~\n", "").replace("SE*19", "SE*18")
        .replace("ICNSFM1012", "ICN20260701012")
    )  # fmt: skip
    post_remittance(remittance=deliver(in_summit, earlier))
    first = example(in_summit, "w18a_delayed_recoupment", control=2)
    assert post_twice(first) == expected("""
        Dr 1020 200.00
        Dr 4100 30.00
        Cr 1100 ACME HEALTH PLAN/1 150.00
        Cr 2100 80.00
    """)
    assert Denial.objects.get(state=DenialState.OPEN).reason_code == "50"
    second = example(in_summit, "w18b_recoupment_taken", control=3)
    assert post_twice(second) == expected("""
        Dr 1020 70.00
        Dr 2100 80.00
        Dr 4100 40.00
        Cr 1100 ACME HEALTH PLAN/1 190.00
    """)
    assert balance(in_summit, Account.RECOUPMENT_PAYABLE) == 0
    books_hold()


def test_w19_our_refund_check_acknowledged_moves_no_cash(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1015", ("130",))], ACME)
    remittance = example(in_summit, "w19_refund_acknowledged")
    assert post_twice(remittance) == expected("""
        Dr 1020 95.00
        Dr 4100 35.00
        Cr 1100 ACME HEALTH PLAN/1 130.00
    """)
    assert balance(in_summit, Account.RECOUPMENT_SUSPENSE) == 0
    assert not WorkItem.objects.filter(state=WorkState.OPEN).exists()


def test_w22_a_down_coded_line_keeps_its_charge_and_stays_open_by_what_was_refused(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1017", ("240",))], ACME)["SFM1017"]
    remittance = example(in_summit, "w22_down_coded")
    assert post_twice(remittance) == expected("""
        Dr 1020 88.00
        Dr 1200 22.00
        Dr 4100 90.00
        Cr 1100 ACME HEALTH PLAN/1 200.00
    """)
    denial = Denial.objects.get()
    assert (denial.reason_code, denial.amount) == ("150", D("40.00"))
    line = RemittanceLine.objects.get()
    assert (line.procedure_code, line.submitted_procedure_code) == ("99214", "99215")
    assert account.lines[0].charge_amount == D("240")
    assert account.fresh().claim.insurance_balance_amount == D("40.00")
    books_hold()


def test_w23_a_capitated_visit_is_offset_and_the_month_is_income(in_summit: Practice) -> None:
    account = accounts_of(in_summit, [("SFM1018", ("140",))], ACME)["SFM1018"]
    remittance = example(in_summit, "w23_capitated")
    assert post_twice(remittance) == expected("""
        Dr 1020 5000.00
        Dr 1200 20.00
        Dr 4110 120.00
        Cr 1100 ACME HEALTH PLAN/1 140.00
        Cr 4210 5000.00
    """)
    assert not Denial.objects.exists()
    assert account.fresh().claim.patient_balance_amount == D("20.00")
    books_hold()


def test_w24_an_oa209_instead_of_pr2_comes_to_the_same(in_summit: Practice) -> None:
    accounts_of(in_summit, [("SFM1020", ("150",))], "MEDICARE PART B", "STATE MEDICAID")
    text = text_of("w24a_qmb_medicare").replace("CAS*PR*2*20~", "CAS*OA*209*20~")
    text = text.replace("*78.4*20*MB", "*78.4**MB").replace("*N782~", "~")
    assert post_twice(deliver(in_summit, text)) == expected("""
        Dr 1020 78.40
        Dr 1100 STATE MEDICAID/2 20.00
        Dr 4100 50.00
        Dr 4105 1.60
        Cr 1100 MEDICARE PART B/1 150.00
    """)
    assert balance(in_summit, Account.PATIENT_AR) == 0


# --- matching (W-27) and split claims (W-28) ------------------------------------------------------

W27 = """
CLP*SFM1027*1*130*60*0*12*ICN27*11*1~
NM1*QC*1*NGUYEN*DAVID****MI*AHP222333444~
SVC*HC:97110:GP*45*30~
DTM*472*20261106~
CAS*CO*45*15~
SVC*HC:97110*45*30~
DTM*472*20261104~
CAS*CO*45*15~
SVC*HC:97140:GP*40*0~
CAS*CO*96*40~
LQ*HE*N30~
"""


def payment(number: str, amount: str, claims: str) -> str:
    """An 835 of Acme over `claims`, ST to SE."""
    head = text_of("w13_partial_pay").partition("CLP*")[0]
    head = head.replace("BPR*I*126*", f"BPR*I*{amount}*").replace("EFT0013", number)
    body = head + claims.strip() + "\n"
    return body + f"SE*{body.count('~') + 1}*0013~\n"


def test_w27_lines_without_their_numbers_find_home_by_code_day_and_charge(
    in_summit: Practice,
) -> None:
    account = charged_claim(
        in_summit, "SFM1027", ACME,
        [
            ("97110", ("GP",), "45", date(2026, 11, 4)),
            ("97110", ("GP",), "45", date(2026, 11, 6)),
            ("97140", ("GP",), "40", date(2026, 11, 4)),
        ],
    )  # fmt: skip
    assert post_twice(deliver(in_summit, payment("EFT0027", "60", W27))) == expected("""
        Dr 1020 60.00
        Dr 4100 30.00
        Cr 1100 ACME HEALTH PLAN/1 90.00
    """)
    ids = [line.pk for line in account.lines]
    found = RemittanceLine.objects.order_by("position").values_list("charge_line_id", flat=True)
    assert list(found) == [ids[1], ids[0], ids[2]]
    assert balance(in_summit, Account.INSURANCE_AR, charge_line_id=ids[2]) == D("40.00")


def test_w28_one_claim_paid_in_two_remittances_is_decided_by_the_second(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1021", ("300", "200"))], ACME)["SFM1021"]
    one = (
        "CLP*SFM1021*1*300*240**12*ICN21A*11*1~SVC*HC:99213*300*240~CAS*CO*45*60~REF*6R*SFM1021L1~"
    )
    two = (
        "CLP*SFM1021*1*200*150**12*ICN21B*11*1~SVC*HC:99213*200*150~CAS*CO*45*50~REF*6R*SFM1021L2~"
    )
    name = "NM1*QC*1*NGUYEN*DAVID****MI*AHP222333444~SVC"
    first = deliver(in_summit, payment("EFT0128", "240", one.replace("~SVC", "~" + name)))
    assert post_twice(first) == expected("""
        Dr 1020 240.00
        Dr 4100 60.00
        Cr 1100 ACME HEALTH PLAN/1 300.00
    """)
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
    second = deliver(
        in_summit, payment("EFT0228", "150", two.replace("~SVC", "~" + name)), control=2
    )
    assert post_twice(second) == expected("""
        Dr 1020 150.00
        Dr 4100 50.00
        Cr 1100 ACME HEALTH PLAN/1 200.00
    """)
    after = account.fresh()
    assert (after.version.state, after.version.outcome) == (VersionState.CLOSED, Outcome.PAID)
    books_hold()


# --- one cent ------------------------------------------------------------------------------------

OFF_BY_ONE_CENT = {
    "line": ("SVC*HC:99213:25*140*65**1~", "SVC*HC:99213:25*140*65.01**1~", "BAL-S"),
    "line, in an adjustment": ("CAS*CO*45*85~", "CAS*CO*45*84.99~", "BAL-S"),
    "claim": ("CLP*SFM1006*1*395*126*64*", "CLP*SFM1006*1*395*126.01*64*", "BAL-C"),
    "claim, in its charge": ("CLP*SFM1006*1*395*126*", "CLP*SFM1006*1*395.01*126*", "BAL-C"),
    "transaction": ("BPR*I*126*", "BPR*I*126.01*", "BAL-T"),
}


@pytest.mark.parametrize("level", OFF_BY_ONE_CENT)
def test_w29_an_835_off_by_one_cent_at_any_level_posts_nothing_and_says_where(
    in_summit: Practice, level: str
) -> None:
    charges = ("140", "180", "15", "60")
    account = accounts_of(in_summit, [("SFM1006", charges)], ACME)["SFM1006"]
    right, wrong, rule = OFF_BY_ONE_CENT[level]
    text = text_of("w13_partial_pay")
    assert right in text
    written = Journal.objects.count()
    remittance = deliver(in_summit, text.replace(right, wrong))
    assert remittance.state == RemittanceState.OUT_OF_BALANCE
    named = [fault for fault in remittance.faults if fault["code"].startswith(rule)]
    assert named, remittance.faults
    assert all(fault["segment"] for fault in named)
    with pytest.raises(NotPostable):
        post_remittance(remittance=remittance)
    assert Journal.objects.count() == written
    assert account.fresh().version.state == VersionState.PAYER_ACCEPTED
