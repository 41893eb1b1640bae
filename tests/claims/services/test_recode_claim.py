"""The codes of a decided claim are changed: back to the coder, and a correction with new lines."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from billing import verify
from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.models import CreditBalance
from billing.selectors.corrections_out import awaiting_correction
from billing.selectors.credit_page import free_amount
from billing.selectors.open_charges import open_charges
from billing.services.refund_credit import request_refund
from billing.services.take_patient_payment import take_patient_payment
from claims.corrections import WITH_CODER, way_to_correct, way_to_void
from claims.models import Claim, ClaimVersion, PayerFilingSettings
from claims.services.bill_next_payer import bill_next_payer
from claims.services.correct_claim import correct_claim, reroute_claim
from claims.services.drop_correction import drop_correction
from claims.services.return_claim import return_claim
from claims.services.void_claim import void_claim
from claims.verify import check_totals, check_voided
from coding.grammar import parse_line
from coding.models import ChargeLine, CodingCase
from coding.services.finish_case import finish_case
from coding.services.hold_case import mark_not_billable
from coding.services.lines import remove_line, retype_line
from core import sweeping
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.models import WorkItem
from patients.models import Coverage
from patients.services.record_coverage import change_coverage, record_coverage
from tests.cast import client_of
from tests.claims.decisions import paid
from tests.claims.services.test_correct_claim import (
    FIRST,
    NOVEMBER_3,
    books_are_right,
    decide,
    file_of,
    now,
    open_work,
    sent,
    states,
    was_denied,
    was_paid,
)
from tests.factories.claims import World, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal
WHY = "The note tells of a longer visit."


@pytest.fixture
def claim(world: World) -> Claim:
    """At Acme, who has not answered."""
    return sent(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3))


def all_is_right() -> None:
    books_are_right()
    for check in (verify.check_voided, verify.check_credits, check_voided, check_totals):
        assert check().problems == [], check.__name__


def recode(code: str = "99214 /a") -> CodingCase:
    """The coder changes the draft and finishes, which releases it; a worker hears of it."""
    case = CodingCase.objects.get()
    line = ChargeLine.objects.get(case=case, state="draft")
    retype_line(case=case, line=line, typed=parse_line(code))
    case.refresh_from_db()
    finish_case(case=case)
    sweeping.run_one("news")
    return case


def answers(claim: Claim) -> tuple[str, str]:
    """The payer's two words on a paid claim: its reversal, and its decision on the new line."""
    old = claim.charge_lines.order_by("pk")[0].charge_line.control_number
    taken_back = _REVERSAL.format(number=claim.control_number, line=old)
    anew = _ANEW.format(
        number=claim.control_number, line=now(claim).version.lines.get().control_number
    )
    return taken_back, anew


_REVERSAL = (
    "CLP*{number}*22*-135*-90**12*ICN1001*11*1~\nNM1*QC*1*NGUYEN*DAVID****MI*AHP222333441~\n"
    "SVC*HC:99213*-135*-90~\nDTM*472*20261103~\nCAS*CO*45*-35~\nCAS*PR*3*-10~\nREF*6R*{line}~\n"
)
_ANEW = (
    "CLP*{number}*1*200*130*10*12*ICN2002*11*7~\nNM1*QC*1*NGUYEN*DAVID****MI*AHP222333441~\n"
    "SVC*HC:99214*200*130~\nDTM*472*20261103~\nCAS*CO*45*60~\nCAS*PR*3*10~\nREF*6R*{line}~\n"
)


@pytest.mark.parametrize("was", [was_paid, was_denied])
def test_coded_anew_a_decided_claim_goes_out_again_as_frequency_7_with_the_new_lines(
    world: World, claim: Claim, was: Callable[[World, Claim], Claim]
) -> None:
    was(world, claim)
    old = claim.charge_lines.get().charge_line
    return_claim(claim=now(claim), reason=WHY)
    assert now(claim).recoded_since is not None
    assert states(claim) == [("1", "adjudicated")], "the decision stands until it is replaced"
    all_is_right()

    recode()
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    assert now(claim).recoded_since is None
    assert (now(claim).charge_amount, now(claim).version.charge_amount) == (D(200), D(200))
    all_is_right()

    sent(world, now(claim))
    text = file_of(claim)
    assert f"CLM*{claim.control_number}*200***11:B:7*" in text
    assert f"REF*F8*{FIRST}" in text
    assert "SV1*HC:99214*200*" in text
    new = now(claim).version.lines.get()
    assert f"REF*6R*{new.control_number}" in text
    assert new.control_number != old.control_number


def test_the_payers_reversal_and_new_decision_settle_old_and_new_lines(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    sent(world, now(claim))
    decide(world, *answers(claim), total=40, number=502)
    assert states(claim)[1] == ("7", "adjudicated")
    old, new = (link.charge_line for link in claim.charge_lines.order_by("pk"))
    for account in (Account.INSURANCE_AR, Account.PATIENT_AR, Account.CHARGES):
        assert balance(world.practice, account, charge_line_id=old.pk) == 0, account
    assert balance(world.practice, Account.CHARGES, charge_line_id=new.pk) == -200
    assert "claim.reversal_expected" not in open_work(claim)
    all_is_right()


def test_the_new_decision_may_come_before_the_reversal(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    sent(world, now(claim))
    taken_back, anew = answers(claim)
    decide(world, anew, total=130, number=502)
    all_is_right()
    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    decide(world, taken_back, paid(other, "ICN9"), total=0, number=503)
    assert states(claim)[1] == ("7", "adjudicated")
    old = claim.charge_lines.order_by("pk")[0].charge_line_id
    assert balance(world.practice, Account.INSURANCE_AR, charge_line_id=old) == 0
    all_is_right()


def test_while_it_is_out_no_money_of_it_moves(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    old = claim.charge_lines.get().charge_line_id
    return_claim(claim=now(claim), reason=WHY)
    assert old in awaiting_correction([old]), "with the coder"
    recode()
    lines = list(claim.charge_lines.values_list("charge_line_id", flat=True))
    assert set(awaiting_correction(lines)) == set(lines), "with the payer"


def test_while_the_coder_has_it_nobody_else_corrects_or_voids_it(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    assert way_to_correct(now(claim)).refusal == way_to_void(now(claim)).refusal == WITH_CODER
    with pytest.raises(ApplicationError):
        correct_claim(claim=now(claim), reason=WHY)


def test_a_correction_with_other_charges_is_given_up_whole_or_not_at_all(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    with pytest.raises(Conflict, match="charges that are no more"):
        drop_correction(claim=now(claim))
    all_is_right()


def test_where_the_correction_cannot_be_made_somebody_is_told_why_and_makes_it_later(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="reopen")
    recode()
    item = WorkItem.objects.get(kind="claim.recoded", state="open")
    assert "takes no replacement claims" in item.reason
    assert states(claim) == [("1", "adjudicated")]
    all_is_right()

    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="replace")
    correct_claim(claim=now(claim), reason=WHY)
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    assert now(claim).version.charge_amount == D(200)
    item.refresh_from_db()
    assert item.state == "done"
    all_is_right()


def test_where_nothing_is_billed_any_more_the_claim_is_voided(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    case = CodingCase.objects.get()
    remove_line(case=case, line=ChargeLine.objects.get(case=case, state="draft"))
    case.refresh_from_db()
    mark_not_billable(case=case, reason="Seen by mistake")
    assert "void the claim" in way_to_correct(now(claim)).refusal
    void_claim(claim=now(claim), reason="Seen by mistake")
    assert states(claim) == [("1", "voided"), ("8", "ready")]
    assert now(claim).recoded_since is None
    all_is_right()


def test_what_the_patient_paid_becomes_a_credit_once_the_payer_has_reversed(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    owed = now(claim).patient_balance_amount
    take_patient_payment(
        patient=claim.patient, amount=owed, method="cash", received_on=date(2026, 11, 23)
    )
    return_claim(claim=now(claim), reason=WHY)
    recode()
    all_is_right()
    sent(world, now(claim))
    decide(world, *answers(claim), total=40, number=502)
    old = claim.charge_lines.order_by("pk")[0].charge_line_id
    assert balance(world.practice, Account.PATIENT_AR, charge_line_id=old) == -owed
    all_is_right()


def test_decided_anew_the_old_lines_wait_for_the_reversal_and_no_refund_leaves(
    world: World, claim: Claim
) -> None:
    old = claim.charge_lines.get().charge_line_id
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    sent(world, now(claim))
    taken_back, anew = answers(claim)
    decide(world, anew, total=130, number=502)
    credit = CreditBalance.objects.get(charge_line_id=old, account_id=Account.INSURANCE_AR)
    assert credit.amount == D(135), "with the payer's write-off, which is nobody's money"
    assert free_amount(credit) == D(90), "what the payer has paid on it"
    assert old in awaiting_correction([old])
    with pytest.raises(Conflict, match="No money leaves yet"):
        request_refund(credit=credit, amount=D(90), note="It is to get it back.")
    with pytest.raises(ApplicationError, match="Enter an amount up to"):
        request_refund(credit=credit, amount=D(135), note="It is to get it back.")
    owed = open_charges(world.practice, guarantor_id=claim.patient.guarantor_id)
    assert old not in {charge.charge_line_id for charge in owed}, "nobody pays on a void line"

    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    decide(world, taken_back, paid(other, "ICN9"), total=0, number=503)
    assert awaiting_correction([old]) == {}
    all_is_right()


def test_what_was_denied_and_coded_anew_waits_for_no_reversal(world: World, claim: Claim) -> None:
    old = claim.charge_lines.get().charge_line_id
    was_denied(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    sent(world, now(claim))
    decide(world, answers(claim)[1], total=130, number=502)
    assert awaiting_correction([old]) == {}


def test_decided_anew_its_codes_can_be_changed_once_more(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    sent(world, now(claim))
    decide(world, *answers(claim), total=40, number=502)
    return_claim(claim=now(claim), reason=WHY)
    assert now(claim).recoded_since is not None
    recode("99213 /a")
    assert states(claim) == [("1", "replaced"), ("7", "replaced"), ("7", "ready")]
    billed = now(claim).version.lines.get()
    assert billed.procedure_code == "99213"
    all_is_right()


def test_a_decision_without_a_payment_is_watched_for_its_reversal_as_well(
    world: World, claim: Claim
) -> None:
    decide(world, paid(claim, FIRST, amount=0, share=100), total=0)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    item = WorkItem.objects.get(kind="claim.reversal_expected", state="open")
    assert "without a payment" in item.reason
    all_is_right()


def test_of_what_was_denied_whole_no_reversal_is_watched_for(world: World, claim: Claim) -> None:
    was_denied(world, claim)
    return_claim(claim=now(claim), reason=WHY)
    recode()
    assert "claim.reversal_expected" not in open_work(claim)


def could_not_be_corrected(world: World, claim: Claim) -> None:
    """Coded anew and released, and the payer takes no replacements."""
    return_claim(claim=now(claim), reason=WHY)
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="reopen")
    recode()
    PayerFilingSettings.objects.filter(payer=world.acme).update(correction_mode="replace")
    assert states(claim) == [("1", "adjudicated")]


def test_voided_after_all_what_was_coded_anew_is_billed_on_a_claim_of_its_own(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    could_not_be_corrected(world, claim)
    void_claim(claim=now(claim), reason="It is to be billed apart.")
    sweeping.run_one("news")
    assert states(claim) == [("1", "voided"), ("8", "ready")]
    assert (now(claim).charge_amount, now(claim).recoded_since) == (D(135), None)
    other = Claim.objects.exclude(pk=claim.pk).get()
    assert (other.version.state, other.charge_amount) == ("ready", D(200))
    assert other.version.lines.get().procedure_code == "99214"
    assert now(claim).charge_lines.count() == 1
    all_is_right()


def test_billed_to_another_payer_it_bills_what_was_coded_anew(world: World, claim: Claim) -> None:
    was_denied(world, claim)
    could_not_be_corrected(world, claim)
    change_coverage(coverage=Coverage.objects.get(), effective_to=date(2026, 10, 31))
    right = record_coverage(
        patient=claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73",
        effective_from=date(2026, 11, 1),
    )  # fmt: skip
    new = reroute_claim(claim=now(claim), coverage=right, reason="Wrong payer.")
    sweeping.run_one("news")
    assert (new.payer, new.charge_amount) == (world.medicare, D(200))
    assert new.lines.get().procedure_code == "99214"
    assert now(claim).recoded_since is None
    assert "claim.recoded" not in open_work(claim)
    all_is_right()


def test_what_waits_for_the_second_payer_is_taken_back_first(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    record_coverage(
        patient=claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73", rank=2,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    bill_next_payer(now(claim).version.pk)
    assert now(claim).version.rank == 2
    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(reverse("claims:detail", args=[claim.public_id])).content.decode()
    assert "Change its codes" in page
    assert "The claim that waits for Medicare Part B is taken back" in page
    return_claim(claim=now(claim), reason=WHY)
    assert states(claim) == [("1", "adjudicated"), ("1", "voided")]
    recode()
    assert states(claim) == [("1", "replaced"), ("1", "voided"), ("7", "ready")]
    all_is_right()


def test_codes_that_two_payers_know_are_not_changed_this_way(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    record_coverage(
        patient=claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73", rank=2,
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    bill_next_payer(now(claim).version.pk)
    ClaimVersion.objects.filter(claim=claim, rank=2).update(
        state="adjudicated", outcome="paid", payer_claim_number="M1"
    )
    with pytest.raises(ApplicationError, match="has a part in it, too"):
        return_claim(claim=now(claim), reason=WHY)
    assert set(ChargeLine.objects.values_list("state", flat=True)) == {"released"}


def test_a_claim_without_the_payers_number_is_refused_and_nothing_changes(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    ClaimVersion.objects.filter(claim=claim).update(payer_claim_number="")
    with pytest.raises(ApplicationError, match="has not told its claim number"):
        return_claim(claim=now(claim), reason=WHY)
    assert set(ChargeLine.objects.values_list("state", flat=True)) == {"released"}
    all_is_right()


def test_biller_and_coder_go_the_short_road_by_their_screens(world: World, claim: Claim) -> None:
    was_denied(world, claim)
    biller, coder = (client_of(world.practice, role) for role in (Role.BILLER, Role.CODER))
    url = reverse("claims:detail", args=[claim.public_id])
    assert "Change its codes" in biller.get(url).content.decode()
    answer = biller.post(reverse("claims:return", args=[claim.public_id]), {"reason": WHY})
    assert answer.status_code in {302, 303}
    assert "its codes are being changed" in biller.get(url).content.decode()

    case = CodingCase.objects.get()
    screen = coder.get(reverse("coding:case", args=[case.public_id])).content.decode()
    assert WHY in screen
    recode()
    page = biller.get(url).content.decode()
    assert "replacement" in page
    assert "Drop it" not in page
