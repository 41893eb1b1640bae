"""Whatever order evidence comes in, and however often, the claim ends in the same state."""

from datetime import date, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.posting.undo import undo_remittance
from claims import states
from claims.models import Claim, SendSchedule, SubmissionAttempt
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.hold_claim import hold_claim, let_go
from claims.services.recheck_claim import recheck_claim
from claims.services.send_again import send_again as send_lost_again
from claims.services.send_scheduled import send_scheduled
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from core import clock
from core.models import TimelineEntry, WorkItem
from tests.factories.claims import World, batch_of, joan, make_claim
from tests.factories.cob import post_by_itself, remit, supplement, told

pytestmark = pytest.mark.django_db
EVIDENCE = sorted(set(states.EVIDENCE_RANK) - {"sent", "adjudicated"})


@pytest.fixture
def attempt(world: World) -> SubmissionAttempt:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    return SubmissionAttempt.objects.get()


def apply(attempt: SubmissionAttempt, *named: str) -> None:
    for state in named:
        apply_evidence(attempt.practice, [Evidence(attempt.pk, state, f"said {state}")])


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.sampled_from(EVIDENCE), min_size=1, max_size=6))
def test_the_highest_evidence_is_shown_in_any_order(
    attempt: SubmissionAttempt, given_evidence: list[str]
) -> None:
    with transaction.atomic():
        apply(attempt, *given_evidence)
        attempt.refresh_from_db()
        version = Claim.objects.get().current_version
        highest = max(given_evidence, key=lambda state: states.EVIDENCE_RANK[state])
        assert (attempt.state, version.state) == (highest, highest)
        transaction.set_rollback(True)


def test_a_rejection_after_acceptance_counts_and_an_acceptance_after_it_does_not(
    attempt: SubmissionAttempt,
) -> None:
    apply(attempt, "payer_accepted", "payer_rejected", "payer_accepted", "ch_accepted")
    assert Claim.objects.get().current_version.state == "payer_rejected"


def test_evidence_for_an_older_attempt_is_kept_on_it_and_moves_no_claim(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "file_rejected")
    claim = Claim.objects.get()
    send_again(world, claim)
    newer = SubmissionAttempt.objects.get(number=2)

    apply(attempt, "ch_accepted")
    claim.refresh_from_db()
    attempt.refresh_from_db()
    assert claim.current_version.current_attempt == newer
    assert (claim.current_version.state, attempt.state) == ("sent", "ch_accepted")


def send_again(world: World, claim: Claim) -> None:
    """Check the unchanged claim once more: the same version goes out in a second attempt."""
    before = claim.current_version
    assert recheck_claim(claim) == before
    batch_of(world, claim)
    send_due()


def work(kind: str) -> list[str]:
    """The states of the work of that kind, in the order in which it was opened."""
    return list(WorkItem.objects.filter(kind=kind).order_by("id").values_list("state", flat=True))


def test_an_acceptance_further_on_ends_the_work_of_the_rejection(
    attempt: SubmissionAttempt,
) -> None:
    apply(attempt, "ch_rejected")
    assert work("claim.rejected") == ["open"]
    apply(attempt, "payer_accepted")
    assert Claim.objects.get().version.state == "payer_accepted"
    assert work("claim.rejected") == ["done"]
    assert work("claim.taken_after_all") == []


def test_what_was_put_right_and_arrived_all_the_same_is_work_before_it_goes_twice(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    recheck_claim(claim)
    assert claim.version.state == "ready"
    apply(attempt, "payer_accepted")

    claim.refresh_from_db()
    assert claim.version.state == "ready"
    assert work("claim.taken_after_all") == ["open"]
    said = TimelineEntry.objects.filter(kind="claim.accepted").latest("id")
    assert said.sentence.endswith("(came after it was put right to go again)")
    assert "It has arrived after all" in claim.hold_reason
    held = TimelineEntry.objects.filter(kind="claim.held").latest("id")
    assert held.actor_name == "System", "not the payer's doing"
    let_go(claim=claim)
    batch_of(world, claim)
    assert work("claim.taken_after_all") == ["done"]


def test_what_arrived_all_the_same_is_taken_by_no_schedule(
    world: World, attempt: SubmissionAttempt
) -> None:
    SendSchedule.objects.create(
        practice=world.practice, partner=world.partner, is_on=True, times=[time(12)],
    )  # fmt: skip
    apply(attempt, "ch_rejected")
    recheck_claim(Claim.objects.get())
    apply(attempt, "payer_accepted")
    assert send_scheduled() == 1
    assert SendSchedule.objects.get().last_words == "nothing was ready"
    assert SubmissionAttempt.objects.count() == 1


def test_a_hold_of_ones_own_keeps_its_words(attempt: SubmissionAttempt) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    recheck_claim(claim)
    hold_claim(claim=claim, reason="The doctor is asked")
    apply(attempt, "payer_accepted")
    claim.refresh_from_db()
    assert claim.hold_reason == "The doctor is asked"
    assert work("claim.taken_after_all") == ["open"]


def test_an_older_sending_that_was_accepted_keeps_the_claim_back_as_well(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    send_again(world, claim)
    apply(SubmissionAttempt.objects.get(number=2), "ch_rejected")
    recheck_claim(Claim.objects.get())
    apply(attempt, "payer_accepted")
    claim.refresh_from_db()
    assert (claim.version.state, work("claim.taken_after_all")) == ("ready", ["open"])
    assert "It has arrived after all" in claim.hold_reason


def test_the_answer_ends_the_hold_of_what_arrived(world: World, attempt: SubmissionAttempt) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    recheck_claim(claim)
    apply(attempt, "payer_accepted")
    post_by_itself()
    told(world, remit(claim, "MEDICARE PART B", ("100", "CO*45*35")), claim)
    claim.refresh_from_db()
    assert (claim.version.state, claim.hold_reason) == ("closed", "")
    assert work("claim.taken_after_all") == ["done"]


def test_the_same_holds_for_a_corrected_version(attempt: SubmissionAttempt) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    claim.patient.address_line1 = "14 Elm St"
    claim.patient.save()
    assert recheck_claim(claim).number == 2
    apply(attempt, "payer_accepted")
    assert work("claim.taken_after_all") == ["open"]


def test_let_go_and_accepted_once_more_it_is_kept_back_once_more(
    attempt: SubmissionAttempt,
) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    recheck_claim(claim)
    apply(attempt, "payer_received")
    let_go(claim=claim)
    apply(attempt, "payer_accepted")
    claim.refresh_from_db()
    assert "It has arrived after all" in claim.hold_reason


def test_given_up_as_lost_and_acknowledged_after_all_it_is_kept_back(
    attempt: SubmissionAttempt,
) -> None:
    with clock.travel(clock.now() + timedelta(hours=5)):
        report_silence()
        send_lost_again(claim=Claim.objects.get(), reason="They lost the file.")
        apply(attempt, "file_accepted")
    claim = Claim.objects.get()
    assert (claim.version.state, work("claim.taken_after_all")) == ("ready", ["open"])
    assert "It has arrived after all" in claim.hold_reason


def test_what_arrived_and_is_rejected_in_the_end_may_go(attempt: SubmissionAttempt) -> None:
    apply(attempt, "ch_rejected")
    claim = Claim.objects.get()
    recheck_claim(claim)
    apply(attempt, "payer_accepted")
    apply(attempt, "payer_rejected")
    claim.refresh_from_db()
    assert (claim.version.state, claim.hold_reason) == ("ready", "")
    assert work("claim.taken_after_all") == ["done"]


def test_the_answer_on_what_arrived_stands_and_what_was_put_right_is_not_sent(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = put_right(Claim.objects.get())
    apply(attempt, "payer_accepted")
    supplement(world, claim.patient)
    told(world, remit(claim, "MEDICARE PART B", ("80", "CO*45*35~PR*2*20")), claim)

    first, second, third = claim.versions.order_by("number")
    assert (first.state, second.state) == ("adjudicated", "voided")
    assert claim.hold_reason == ""
    assert work("claim.taken_after_all") == ["done"]
    assert (third, third.rank, third.state) == (claim.version, 2, "ready"), "the next payer's turn"


def test_a_passed_on_claim_is_no_work_of_ours_any_more(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = put_right(Claim.objects.get())
    apply(attempt, "payer_accepted")
    assert work("claim.taken_after_all") == ["open"]
    post_by_itself()
    text = remit(claim, "MEDICARE PART B", ("0", "OA*109*135"), status="23",
                 more="NM1*TT*2*GRANITE MUTUAL*****PI*GRAN1~\n")  # fmt: skip
    told(world, text, claim)
    assert work("claim.taken_after_all") == ["done"]


def test_what_was_put_right_and_is_still_wrong_goes_as_well_with_its_work(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = put_right(Claim.objects.get(), zip_code="")
    assert (claim.version.state, work("claim.fix")) == ("scrub_failed", ["open"])
    post_by_itself()
    told(world, remit(claim, "MEDICARE PART B", ("100", "CO*45*35")), claim)
    assert [one.state for one in claim.versions.order_by("number")] == ["closed", "voided"]
    assert claim.version.number == 1
    assert work("claim.fix") == ["done"]


def test_its_posting_undone_it_can_be_put_right_once_more(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = put_right(Claim.objects.get())
    post_by_itself()
    remittance = told(world, remit(claim, "MEDICARE PART B", ("100", "CO*45*35")), claim)
    undo_remittance(remittance=remittance, reason="It was another practice's.")
    claim.refresh_from_db()
    assert (claim.version.number, claim.version.state) == (1, "ch_rejected")
    assert recheck_claim(claim).number == 3


def test_what_was_put_right_is_not_sent_to_a_payer_that_passed_the_claim_on(
    world: World, attempt: SubmissionAttempt
) -> None:
    apply(attempt, "ch_rejected")
    claim = put_right(Claim.objects.get())
    apply(attempt, "payer_accepted")
    post_by_itself()
    text = remit(claim, "MEDICARE PART B", ("0", "OA*109*135"), status="23",
                 more="NM1*TT*2*GRANITE MUTUAL*****PI*GRAN1~\n")  # fmt: skip
    remittance = told(world, text, claim)

    first, second = claim.versions.order_by("number")
    assert (first.state, second.state) == ("forwarded", "voided")
    assert claim.version == first
    assert claim.hold_reason == ""
    said = "took version 2 back: the payer has passed on version 1"
    assert TimelineEntry.objects.filter(kind="claim.voided", sentence=said).exists()
    assert work("claim.forwarded") == ["open"]

    undo_remittance(remittance=remittance, reason="It was another practice's.")
    claim.refresh_from_db()
    assert claim.version.state == "payer_accepted"


def put_right(claim: Claim, **columns: str) -> Claim:
    """The address is corrected: what goes out next is another version."""
    for name, value in ({"address_line1": "14 Elm St"} | columns).items():
        setattr(claim.patient, name, value)
    claim.patient.save()
    assert recheck_claim(claim).number == 2
    return Claim.objects.get()
