"""Correcting and voiding what a payer has decided (domain B.7), and what its answers then do."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.posting.post_remittance import post_remittance
from billing.verify import check_charges, check_claims, check_owed_once, check_remittances
from claims.corrections import way_to_correct, way_to_void
from claims.models import (
    Claim,
    ClaimVersion,
    Denial,
    PayerFilingSettings,
    Remittance,
    SubmissionAttempt,
)
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.correct_claim import correct_claim
from claims.services.drop_correction import drop_correction
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claim
from claims.services.return_claim import return_claim
from claims.services.send_transmission import send_due
from claims.services.void_claim import void_claim
from claims.verify import check_evidence, check_line_numbers, check_snapshots, check_totals
from core import clock
from core.errors import ApplicationError, Conflict
from core.models import TimelineEntry, WorkItem
from core.services.documents import read_document
from patients.models import AuthorizationUse
from patients.services.record_authorization import record_authorization
from patients.services.record_coverage import change_coverage, record_coverage
from tests.claims.decisions import decided, denied, paid, reversal
from tests.factories.claims import World, batch_of, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal
NOVEMBER_3 = date(2026, 11, 3)
WHY = "The authorization was left out."
FIRST, SECOND = "ICN1001", "ICN2002"


def sent(world: World, claim: Claim) -> Claim:
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    return claim


@pytest.fixture
def claim(world: World) -> Claim:
    """At Acme, who has not answered."""
    return sent(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_3))


def decide(world: World, *answers: str, total: int, number: int = 501) -> Remittance:
    """A remittance comes in and a poster posts it."""
    row = decided(world, *answers, total=total, trace=f"EFT{number}", number=number)
    assert row.state == "matched", (row.state, row.faults)
    post_remittance(remittance=row)
    return row


def was_paid(world: World, claim: Claim) -> Claim:
    decide(world, paid(claim, FIRST), total=90)
    return now(claim)


def was_denied(world: World, claim: Claim) -> Claim:
    decide(world, denied(claim, FIRST), total=0)
    return now(claim)


def now(claim: Claim) -> Claim:
    return Claim.objects.select_related("current_version__payer", "practice").get(pk=claim.pk)


def states(claim: Claim) -> list[tuple[str, str]]:
    """Frequency and state of each version, the oldest first."""
    rows = ClaimVersion.objects.filter(claim=claim).order_by("number")
    return list(rows.values_list("frequency_code", "state"))


def open_work(claim: Claim) -> set[str]:
    rows = WorkItem.objects.filter(subject_kind="claims.claim", subject_id=claim.pk, state="open")
    return set(rows.values_list("kind", flat=True))


def file_of(claim: Claim) -> str:
    attempt = now(claim).version.current_attempt
    assert attempt is not None
    return read_document(attempt.batch.document).decode()


def books_are_right() -> None:
    for check in (
        check_charges, check_claims, check_owed_once, check_remittances, check_evidence,
        check_line_numbers, check_snapshots, check_totals,
    ):  # fmt: skip
        assert check().problems == [], check.__name__


# --- the correction -----------------------------------------------------------------------------


def test_w05_a_denied_claim_goes_out_again_whole_as_frequency_7_with_the_payers_number(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    assert Denial.objects.get().state == "open"
    line = claim.charge_lines.get().charge_line.control_number
    new = correct_claim(claim=claim, reason=WHY)
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    assert new.corrects_id == ClaimVersion.objects.get(number=1).pk
    assert Denial.objects.get().state == "resolved"
    assert "claim.denied.authorization" not in open_work(claim)
    sent(world, now(claim))
    text = file_of(claim)
    assert f"CLM*{claim.control_number}*135***11:B:7*" in text
    assert f"REF*F8*{FIRST}~" in text
    assert f"REF*6R*{line}~" in text


def test_a_reversal_and_its_correction_in_one_remittance_leave_the_books_right(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    correct_claim(claim=claim, reason=WHY)
    assert "claim.reversal_expected" in open_work(claim)
    sent(world, now(claim))
    decide(
        world, paid(claim, SECOND, amount=95, share=5, frequency="7"), reversal(claim, FIRST),
        total=5, number=502,
    )  # fmt: skip
    assert states(claim) == [("1", "replaced"), ("7", "adjudicated")]
    row = now(claim)
    assert row.version.payer_claim_number == SECOND
    assert (row.insurance_balance_amount, row.patient_balance_amount) == (0, 5)
    assert balance(world.practice, Account.REMIT_CLEARING) == D(95)
    assert "claim.reversal_expected" not in open_work(claim)
    books_are_right()


def test_a_reversal_that_comes_alone_moves_neither_version_and_the_correction_ends_the_wait(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    correct_claim(claim=claim, reason=WHY)
    sent(world, now(claim))
    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    decide(world, reversal(claim, FIRST), paid(other, "ICN9"), total=0, number=503)
    assert states(claim) == [("1", "replaced"), ("7", "sent")]
    assert now(claim).insurance_balance_amount == 135
    decide(world, paid(claim, SECOND, frequency="7"), total=90, number=504)
    assert states(claim) == [("1", "replaced"), ("7", "adjudicated")]
    assert (now(claim).insurance_balance_amount, now(claim).patient_balance_amount) == (0, 10)
    books_are_right()


def test_a_payer_that_keeps_its_number_is_understood_by_the_frequency(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    correct_claim(claim=claim, reason=WHY)
    sent(world, now(claim))
    decide(
        world, reversal(claim, FIRST), paid(claim, FIRST, amount=95, share=5, frequency="7"),
        total=5, number=505,
    )  # fmt: skip
    assert states(claim) == [("1", "replaced"), ("7", "adjudicated")]
    books_are_right()


def test_a_late_word_about_the_older_version_is_recorded_and_moves_nothing(
    world: World, claim: Claim
) -> None:
    first = SubmissionAttempt.objects.get()
    was_denied(world, claim)
    correct_claim(claim=claim, reason=WHY)
    sent(world, now(claim))
    apply_evidence(world.practice, [Evidence(first.pk, "payer_rejected", "rejected the claim")])
    decide(world, denied(claim, FIRST), total=0, number=506)
    assert states(claim) == [("1", "replaced"), ("7", "sent")]
    told = TimelineEntry.objects.filter(sentence__contains="version 2 stands")
    assert told.count() == 1
    books_are_right()


def test_an_answer_while_the_correction_has_not_left_asks_a_person(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    correct_claim(claim=claim, reason=WHY)
    decide(world, denied(claim, SECOND), total=0, number=507)
    assert states(claim) == [("1", "replaced"), ("7", "ready")]
    assert "claim.decided_anew" in open_work(claim)
    again = recheck_claim(now(claim))
    assert again.snapshot["claim"]["original_reference_number"] == SECOND, "the newest number"


def test_a_correction_says_what_the_records_say_now(world: World, claim: Claim) -> None:
    was_denied(world, claim)
    coverage = claim.patient.coverages.get()
    change_coverage(coverage=coverage, member_id="AHP999888777")
    assert correct_claim(claim=claim, reason=WHY).snapshot["coverage"]["member_id"] == (
        "AHP999888777"
    )


def test_a_rejected_correction_is_put_right_and_stays_a_replacement(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    correct_claim(claim=claim, reason=WHY)
    sent(world, now(claim))
    attempt = now(claim).version.current_attempt
    assert attempt is not None
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_rejected", "rejected it")])
    change_coverage(coverage=claim.patient.coverages.get(), member_id="AHP999888777")
    recheck_claim(now(claim))
    assert states(claim) == [("1", "replaced"), ("7", "replaced"), ("7", "ready")]
    assert now(claim).version.corrects == ClaimVersion.objects.get(claim=claim, number=1)


def test_after_a_rejection_it_is_frequency_1_again(world: World, claim: Claim) -> None:
    attempt = SubmissionAttempt.objects.get()
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_rejected", "rejected it")])
    assert "never had this claim" in way_to_correct(now(claim)).refusal
    change_coverage(coverage=claim.patient.coverages.get(), member_id="AHP999888777")
    recheck_claim(now(claim))
    assert states(claim) == [("1", "replaced"), ("1", "ready")]
    sent(world, now(claim))
    assert "REF*F8" not in file_of(claim)


# --- dropping it --------------------------------------------------------------------------------


def test_a_dropped_correction_leaves_the_decision_and_its_denial_as_they_were(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    before = open_work(claim)
    correct_claim(claim=claim, reason=WHY)
    drop_correction(claim=claim)
    assert states(claim) == [("1", "adjudicated"), ("7", "voided")]
    assert now(claim).version.number == 1
    assert Denial.objects.get().state == "open"
    assert open_work(claim) == before
    with pytest.raises(Conflict):
        drop_correction(claim=claim)
    again = correct_claim(claim=claim, reason=WHY)
    assert again.number == 3


def test_its_denial_comes_back_although_the_correction_was_checked_again_meanwhile(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    before = open_work(claim)
    correct_claim(claim=claim, reason=WHY)
    with clock.travel(clock.now() + timedelta(minutes=5)):
        recheck_claim(now(claim))
        drop_correction(claim=now(claim))
    assert Denial.objects.get().state == "open"
    assert open_work(claim) == before


def test_a_rejected_correction_that_is_dropped_leaves_no_work_behind(
    world: World, claim: Claim
) -> None:
    was_denied(world, claim)
    before = open_work(claim)
    correct_claim(claim=claim, reason=WHY)
    sent(world, now(claim))
    attempt = now(claim).version.current_attempt
    assert attempt is not None
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_rejected", "rejected it")])
    assert "claim.rejected" in open_work(claim)
    drop_correction(claim=now(claim))
    assert open_work(claim) == before


def test_what_is_on_its_way_cannot_be_dropped(world: World, claim: Claim) -> None:
    was_denied(world, claim)
    correct_claim(claim=claim, reason=WHY)
    queue_batch(partner=world.partner, versions=[now(claim).version])
    with pytest.raises(Conflict):
        drop_correction(claim=claim)


# --- the void -----------------------------------------------------------------------------------


def test_a_voided_claim_is_the_same_with_frequency_8_and_ends_with_the_reversal(
    world: World, claim: Claim
) -> None:
    was_paid(world, claim)
    change_coverage(coverage=claim.patient.coverages.get(), member_id="AHP999888777")
    void = void_claim(claim=claim, reason="Another patient was seen.")
    assert states(claim) == [("1", "voided"), ("8", "ready")]
    assert void.charge_amount == 135
    assert void.snapshot["coverage"]["member_id"] == "AHP222333441", "as it was sent"
    sent(world, now(claim))
    assert "11:B:8*" in file_of(claim)
    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    decide(world, reversal(claim, FIRST), paid(other, "ICN9"), total=0, number=508)
    assert states(claim) == [("1", "voided"), ("8", "adjudicated")]
    books_are_right()
    return_claim(claim=now(claim), reason="Another patient was seen.")
    assert states(claim) == [("1", "voided"), ("8", "voided")]
    assert now(claim).insurance_balance_amount == now(claim).patient_balance_amount == 0
    books_are_right()


def test_a_void_gives_back_what_the_claim_used_of_its_authorization_and_dropping_it_takes_it_again(
    world: World,
) -> None:
    patient = nguyen(world)
    record_authorization(
        patient=patient, payer=world.acme, number="PA-9", codes=["99213"], unit="visits",
        allowed_quantity=1, effective_from=date(2026, 1, 1),
    )  # fmt: skip
    claim = was_paid(world, sent(world, make_claim(world, patient, "99213 /a", on=NOVEMBER_3)))
    assert AuthorizationUse.objects.count() == 1
    void_claim(claim=claim, reason="Another patient was seen.")
    assert not AuthorizationUse.objects.exists()
    drop_correction(claim=now(claim))
    assert AuthorizationUse.objects.count() == 1


def test_a_void_goes_out_whatever_is_wrong_with_its_codes(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    ClaimVersion.objects.filter(claim=claim).update(filing_deadline_on=date(2026, 11, 4))
    assert void_claim(claim=claim, reason=WHY).findings.count() == 0


# --- what refuses -------------------------------------------------------------------------------


def refused(claim: Claim) -> str:
    """The words; nothing has changed."""
    before = states(claim)
    with pytest.raises(ApplicationError) as error:
        correct_claim(claim=claim, reason=WHY)
    assert states(claim) == before
    return error.value.message


def test_without_a_reason_it_is_refused_at_the_field(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    with pytest.raises(ApplicationError) as error:
        correct_claim(claim=claim, reason=" ")
    assert error.value.field == "reason"


def test_what_is_out_waits_for_its_answer(claim: Claim) -> None:
    assert "has not decided yet" in refused(claim)
    assert "has not decided yet" in way_to_void(now(claim)).refusal


def test_an_answer_is_posted_before_it_is_corrected(world: World, claim: Claim) -> None:
    decided(world, paid(claim, FIRST), total=90, trace="EFT9", number=509)
    assert "EFT9 answers this claim and is not posted" in refused(claim)


def test_without_the_payers_number_there_is_nothing_to_replace(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    ClaimVersion.objects.update(payer_claim_number="")
    assert "has not told its claim number" in refused(claim)


def test_a_number_that_stands_on_another_claim_is_not_sent(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    other = sent(world, make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_3))
    ClaimVersion.objects.filter(claim=other).update(payer_claim_number=FIRST)
    assert f"stands on claim {other.control_number} too" in refused(claim)


def test_a_second_correction_waits_for_the_first(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    correct_claim(claim=claim, reason=WHY)
    assert "A correction is made already" in refused(claim)


def test_another_insurer_on_the_day_means_void_and_not_correct(world: World, claim: Claim) -> None:
    was_paid(world, claim)
    change_coverage(coverage=claim.patient.coverages.get(), effective_to=date(2026, 1, 31))
    record_coverage(
        patient=claim.patient, plan=world.medicare_plan, member_id="1EG4TE5MK73",
        effective_from=date(2026, 2, 1),
    )  # fmt: skip
    assert "with Medicare Part B now: void this claim" in refused(claim)


# --- the payer's own way ------------------------------------------------------------------------


def settings(world: World, **values: object) -> None:
    PayerFilingSettings.objects.filter(payer=world.acme).update(**values)


def test_a_payer_that_reopens_takes_no_replacement_but_a_new_claim_after_ma130(
    world: World, claim: Claim
) -> None:
    settings(world, correction_mode="reopen")
    decide(world, denied(claim, FIRST), total=0)
    assert "reopen the decision for a clerical error" in refused(claim)
    assert "takes no void claims" in way_to_void(now(claim)).refusal
    answer = Remittance.objects.get().claims.get()
    answer.remark_codes = ["MA130"]
    answer.save()
    new = correct_claim(claim=claim, reason=WHY)
    assert new.frequency_code == "1"
    assert new.snapshot["claim"]["original_reference_number"] == ""


def test_a_payer_of_new_claims_gets_frequency_1_without_its_number(
    world: World, claim: Claim
) -> None:
    settings(world, correction_mode="new")
    was_denied(world, claim)
    correct_claim(claim=claim, reason=WHY)
    assert states(claim) == [("1", "replaced"), ("1", "ready")]
    sent(world, now(claim))
    assert "REF*F8" not in file_of(claim)


def test_a_payer_of_paper_corrections_is_told_so_while_its_road_is_a_wire(
    world: World, claim: Claim
) -> None:
    settings(world, correction_mode="paper")
    was_denied(world, claim)
    assert "takes corrected claims on paper only" in refused(claim)


def test_the_limit_for_corrections_counts_from_the_remittance(world: World, claim: Claim) -> None:
    settings(world, corrected_limit_days=60)
    was_denied(world, claim)
    new = correct_claim(claim=claim, reason=WHY)
    assert new.filing_deadline_on == date(2027, 1, 21)
    recheck_claim(now(claim))
    assert now(claim).version.filing_deadline_on == date(2027, 1, 21)
    drop_correction(claim=claim)
    settings(world, corrected_limit_days=1)
    Remittance.objects.update(paid_on=date(2026, 11, 20))
    late = correct_claim(claim=claim, reason=WHY)
    assert [row.code for row in late.findings.all() if row.stops] == ["TFL-01"]
