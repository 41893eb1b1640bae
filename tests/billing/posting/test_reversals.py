"""Reversals and corrections in whatever order they come (domain E.5): the books end up the same."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from billing.ledger.accounts import Account as Ledger
from billing.ledger.balances import balance, trial_balance
from billing.models import Journal
from billing.posting.post_remittance import (
    journals_of,
    plan_parts,
    post_remittance,
    preview_remittance,
)
from billing.selectors.corrections_out import REVERSED_WORDS, patient_awaits_correction
from billing.services.issue_statement import NothingToBill, issue_statement
from billing.services.take_patient_payment import take_patient_payment
from claims.choices import RemittanceState, VersionState
from claims.corrections_awaited import lines_awaiting_correction
from claims.models import Denial, Remittance
from core import clock
from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from tests.billing.books_hold import books_hold
from tests.billing.inbox import deliver, example
from tests.billing.road import Account, accounts_of, add_version
from tests.billing.twice import ledger, post_twice
from tests.billing.worked import expected, text_of

D = Decimal
ACME = "ACME HEALTH PLAN"
ORIGINAL, REVERSAL, CORRECTION = "w15_original", "w15_reversal_alone", "w15_correction_alone"
# 175.00 and 125.00 were paid; the payer keeps 175.00 from a later payment (2100).
IN_THE_END = {
    1020: D("300.00"), 1200: D("75.00"), 2100: D("-175.00"), 4000: D("-300.00"),
    4100: D("100.00"),
}  # fmt: skip


@pytest.fixture
def account(in_summit: Practice) -> Account:
    """SFM1004: 300.00 at Acme."""
    return accounts_of(in_summit, [("SFM1004", ("300",))], ACME)["SFM1004"]


def post(practice: Practice, name: str, control: int) -> Remittance:
    remittance = example(practice, name, control=control)
    post_remittance(remittance=remittance)
    remittance.refresh_from_db()
    return remittance


def balances(practice: Practice) -> dict[int, Decimal]:
    return {row.number: row.balance_amount for row in trial_balance(practice) if row.balance_amount}


@pytest.mark.parametrize(
    "order", [o for o in permutations((ORIGINAL, REVERSAL, CORRECTION)) if o[0] == ORIGINAL]
)
def test_the_books_end_alike_whether_the_reversal_or_its_correction_comes_first(
    account: Account, in_summit: Practice, order: tuple[str, ...]
) -> None:
    for control, name in enumerate(order, start=1):
        post(in_summit, name, control)
        books_hold()
    assert balances(in_summit) == IN_THE_END
    after = account.fresh()
    assert after.version.state == VersionState.ADJUDICATED
    assert (after.claim.insurance_balance_amount, after.claim.patient_balance_amount) == (
        0, D("75.00"),
    )  # fmt: skip
    still = {"adjustment_above_open", "overpaid_line", "remittance_taken_back"}
    assert not WorkItem.objects.filter(kind__in=still, state=WorkState.OPEN).exists()


def test_a_correction_before_its_reversal_is_posted_as_far_as_it_goes_and_then_in_full(
    account: Account, in_summit: Practice
) -> None:
    post(in_summit, ORIGINAL, 1)
    early = post(in_summit, CORRECTION, 2)
    # Nothing was open any more: only the cash moved, and somebody is asked.
    assert ledger(journals_of(early)) == f"Dr 1020 125.00\nCr 1100 {ACME}/1 125.00"
    assert WorkItem.objects.filter(kind="overpaid_line", state=WorkState.OPEN).exists()
    reversal = example(in_summit, REVERSAL, control=3)
    plan = preview_remittance(reversal)
    assert post_twice(reversal) == expected(f"""
        Dr 1100 {ACME}/1 125.00
        Dr 1200 50.00
        Cr 2100 175.00
    """)
    # The mirror, the correction taken out and posted again, and the provider adjustment.
    assert len(plan.journals) == 4
    assert account.fresh().version.state == VersionState.ADJUDICATED


def test_a_second_reversal_takes_back_the_correction_that_was_posted_again(
    account: Account, in_summit: Practice
) -> None:
    for control, name in enumerate((ORIGINAL, CORRECTION, REVERSAL), start=1):
        post(in_summit, name, control)
    again = (
        text_of(REVERSAL).replace("NP0015", "NP0016").replace("ICN20260901004", "ICN20261119004")
        .replace("-300*-175", "-300*-125").replace("CAS*PR*3*-25~", "CAS*PR*1*-50**3*-25~")
        .replace("FB:ACME20260915*-175", "FB:ACME20260922*-125")
    )  # fmt: skip
    remittance = deliver(in_summit, again, control=4)
    assert remittance.state == RemittanceState.MATCHED, remittance.faults
    post_remittance(remittance=remittance)
    books_hold()
    assert account.fresh().version.state == VersionState.REVERSED
    assert account.fresh().claim.patient_balance_amount == 0
    assert account.fresh().claim.insurance_balance_amount == D("300.00")


# --- while the correction is awaited -------------------------------------------------------------


def test_until_the_correction_is_in_no_statement_asks_and_no_credit_is_free(
    account: Account, in_summit: Practice
) -> None:
    post(in_summit, ORIGINAL, 1)
    take_patient_payment(
        patient=account.patient, amount=D("25"), method="check",
        received_on=clock.today(in_summit), reference="77",
    )  # fmt: skip
    post(in_summit, REVERSAL, 2)
    lines = {line.pk for line in account.lines}
    assert lines_awaiting_correction(lines) == lines
    assert patient_awaits_correction(account.patient.pk) == REVERSED_WORDS
    # The patient's 25.00 stays on the line: it is no prepayment and nobody's to give back.
    assert balance(in_summit, Ledger.PATIENT_AR) == D("-25.00")
    assert balance(in_summit, Ledger.PATIENT_CREDITS) == 0
    with pytest.raises(NothingToBill):
        issue_statement(guarantor=account.patient.guarantor)
    waiting = WorkItem.objects.get(kind="remittance_taken_back")
    assert waiting.due_on == clock.today(in_summit) + timedelta(days=45)
    books_hold()
    post(in_summit, CORRECTION, 3)
    assert lines_awaiting_correction(lines) == set()
    assert balance(in_summit, Ledger.PATIENT_AR) == D("50.00")
    assert issue_statement(guarantor=account.patient.guarantor).balance_amount == D("50.00")


def test_a_reversal_that_our_books_do_not_hold_freezes_the_lines_all_the_same(
    account: Account, in_summit: Practice
) -> None:
    unlike = text_of(ORIGINAL).replace("*175*", "*170*").replace("*175~", "*170~")
    unlike = unlike.replace("CAS*CO*45*100~", "CAS*CO*45*105~")
    post_remittance(remittance=deliver(in_summit, unlike))
    post(in_summit, REVERSAL, 2)
    assert WorkItem.objects.filter(kind="remittance_no_original").exists()
    assert account.fresh().claim.insurance_balance_amount == 0
    books_hold()


def test_a_secondary_that_is_out_is_flagged_when_its_primary_is_taken_back(
    in_summit: Practice,
) -> None:
    account = accounts_of(in_summit, [("SFM1004", ("300",))], ACME, "ACME SUPPLEMENT")["SFM1004"]
    post(in_summit, ORIGINAL, 1)
    add_version(account.claim, account.patient.coverages.get(rank=2), account.lines)
    post(in_summit, REVERSAL, 2)
    stale = WorkItem.objects.get(kind="claim.secondary_stale")
    assert stale.role == Role.BILLER
    assert "ACME SUPPLEMENT" in stale.title
    books_hold()


# --- names and ids that the payer corrects -------------------------------------------------------


def test_a_member_id_that_the_payer_corrects_becomes_work_without_naming_anybody(
    account: Account, in_summit: Practice
) -> None:
    text = text_of(ORIGINAL)
    at = text.index("SVC*")
    text = text[:at] + "NM1*74*1*SMITHSON-GREY*****C*AHP777888111~\n" + text[at:]
    count = text.count("~")
    text = text[: text.index("SE*")] + f"SE*{count}*{text.rsplit('*', 1)[1]}"
    remittance = deliver(in_summit, text)
    assert remittance.state == RemittanceState.MATCHED, remittance.faults
    row = remittance.claims.get()
    assert (row.corrected_name, row.corrected_member_number) == ("SMITHSON-GREY", "AHP777888111")
    post_remittance(remittance=remittance)
    item = WorkItem.objects.get(kind="patient_identity_corrected")
    assert item.role == Role.FRONT_DESK
    assert "SMITHSON" not in item.title + item.reason


# --- long remittances come in parts --------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2])
def test_a_remittance_in_parts_comes_to_the_same_plan_and_the_same_books(
    in_summit: Practice, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    claims = [("SFM1004", ("300",)), ("SFM1005", ("120",))]
    accounts_of(in_summit, claims, ACME)
    post(in_summit, ORIGINAL, 1)
    remittance = example(in_summit, "w15_reversal_and_correction", control=2)
    whole = preview_remittance(remittance)
    monkeypatch.setattr("billing.posting.post_remittance.PART_SIZE", size)
    monkeypatch.setattr("claims.services.apply_remittance.PART", size)
    assert len(list(plan_parts(remittance))) == -(-3 // size)
    assert preview_remittance(remittance) == whole
    post_twice(remittance)
    assert [j.amount for j in journals_of(remittance)] == [
        sum(line.amount for line in planned.lines) for planned in whole.journals
    ]
    books_hold()
    assert not Denial.objects.exists()
    assert Journal.objects.filter(reverses__isnull=False).count() == 1


def test_a_credit_that_is_left_when_a_late_reversal_came_stays_on_the_list(
    account: Account, in_summit: Practice
) -> None:
    post(in_summit, ORIGINAL, 1)
    twice = text_of(ORIGINAL).replace("EFT0009", "EFT0010").replace("*175*25*12*", "*300**12*")
    twice = twice.replace("*300*175~", "*300*300~").replace("BPR*I*175*", "BPR*I*300*")
    twice = twice.replace("CAS*CO*45*100~\n", "").replace("CAS*PR*3*25~\n", "")
    twice = twice.replace("ICN20260901004", "ICN2").replace("SE*19*", "SE*17*")
    remittance = deliver(in_summit, twice, control=2)
    assert remittance.state == RemittanceState.MATCHED, remittance.faults
    post_remittance(remittance=remittance)
    post(in_summit, CORRECTION, 3)
    post(in_summit, REVERSAL, 4)
    assert account.fresh().claim.insurance_balance_amount == D("-125.00")
    assert WorkItem.objects.filter(kind="overpaid_line", state=WorkState.OPEN).exists()
    books_hold()
