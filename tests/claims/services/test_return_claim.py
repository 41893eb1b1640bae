"""Returning a claim to the coder: what becomes of it, what takes its place, what refuses it."""

from datetime import date

import pytest

from claims.models import Claim, ClaimVersion, SubmissionAttempt
from claims.selectors import predecessor_of, sendable, successor_of
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.build_claims import build_claims
from claims.services.hold_claim import hold_claim
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claims
from claims.services.return_claim import return_claim
from claims.services.send_transmission import send_due
from claims.verify import check_totals, check_voided
from coding.models import ChargeLine, CodingCase
from coding.services.finish_case import finish_case
from coding.services.hold_case import return_case
from core.errors import ApplicationError, Conflict
from core.models import TimelineEntry, WorkItem
from core.services.work import open_work_item
from tests.factories.claims import World, batch_of, coded_case, joan, make_claim

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
REASON = "The note tells of the left knee."


@pytest.fixture
def claim(world: World) -> Claim:
    return make_claim(world, joan(world), "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)


def version(claim: Claim) -> ClaimVersion:
    return ClaimVersion.objects.get(claim=claim)


def case_of(claim: Claim) -> CodingCase:
    return CodingCase.objects.get(patient=claim.patient)


def refused(claim: Claim) -> str:
    """The words of the refusal, after which everything is as it was."""
    before = version(claim).state
    with pytest.raises(ApplicationError) as error:
        return_claim(claim=claim, reason=REASON)
    assert version(claim).state == before
    assert set(ChargeLine.objects.values_list("state", flat=True)) == {"released"}
    return error.value.message


def test_the_claim_is_void_and_can_never_be_sent(world: World, claim: Claim) -> None:
    hold_claim(claim=claim, reason="Waiting for the note")
    [case] = return_claim(claim=claim, reason=REASON)
    assert (case.state, version(claim).state) == ("returned", "voided")
    claim.refresh_from_db()
    assert (claim.hold_reason, claim.insurance_balance_amount) == ("", 0)
    assert not sendable(world.partner.pk).exists()
    with pytest.raises(ApplicationError):
        queue_batch(partner=world.partner, versions=[version(claim)])
    assert recheck_claims([claim]) == []
    assert check_totals().problems == check_voided().problems == []
    assert check_voided().counted == 2


def test_its_work_ends_and_its_timeline_says_why(claim: Claim) -> None:
    open_work_item(subject=claim, kind="follow_up", title="Call them")
    return_claim(claim=claim, reason=REASON)
    item = WorkItem.objects.get(kind="follow_up")
    assert (item.state, item.outcome) == ("withdrawn", "Returned to the coder.")
    told = TimelineEntry.objects.filter(subject_kind="claims.claim", subject_id=claim.pk)
    assert "took the claim back: its encounter is coded again" in {row.sentence for row in told}


def test_what_is_released_again_becomes_a_new_claim_in_its_place(claim: Claim) -> None:
    return_claim(claim=claim, reason=REASON)
    case = case_of(claim)
    finish_case(case=case)
    [new] = build_claims(case)
    assert new.control_number != claim.control_number
    assert version(new).state == "ready", "the void one is no duplicate"
    assert successor_of(claim) == new
    assert predecessor_of(case) == claim
    old_numbers = set(version(claim).lines.values_list("control_number", flat=True))
    assert old_numbers.isdisjoint(version(new).lines.values_list("control_number", flat=True))
    told = TimelineEntry.objects.filter(kind="claim.built").order_by("-pk")[0].sentence
    assert told == f"made the claim for Medicare Part B in place of claim {claim.control_number}"


def test_the_other_claims_of_the_encounter_stay_as_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.services.split_lines.MOST_LINES", 1)
    case = coded_case(world, joan(world), "99214-25 /ab", "20610-RT /a", on=NOVEMBER_2)
    first, second = build_claims(case)
    batch_of(world, second)
    send_due()
    return_claim(claim=first, reason=REASON)
    assert (version(first).state, version(second).state) == ("voided", "sent")
    case.refresh_from_db()
    finish_case(case=case)
    [third] = build_claims(case)
    assert [line.procedure_code for line in version(third).lines.all()] == ["99214"]
    assert version(second).state == "sent"


def test_a_rejected_claim_can_be_returned_too(world: World, claim: Claim) -> None:
    batch_of(world, claim)
    send_due()
    attempt = SubmissionAttempt.objects.get()
    apply_evidence(world.practice, [Evidence(attempt.pk, "ch_rejected", "rejected it")])
    return_claim(claim=claim, reason=REASON)
    assert version(claim).state == "voided"
    assert not WorkItem.objects.filter(kind="claim.rejected", state="open").exists()


def test_where_a_returned_claim_arrived_all_the_same_somebody_is_asked(
    world: World, claim: Claim
) -> None:
    batch_of(world, claim)
    send_due()
    attempt = SubmissionAttempt.objects.get()
    apply_evidence(world.practice, [Evidence(attempt.pk, "ch_rejected", "rejected it")])
    return_claim(claim=claim, reason=REASON)
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_accepted", "took it in")])
    assert version(claim).state == "voided"
    assert "has arrived all the same" in WorkItem.objects.get(state="open", role="biller").title
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_rejected", "rejected it")])
    assert not WorkItem.objects.filter(kind="claim.rejected", state="open").exists()


def test_a_rejected_claim_that_arrived_all_the_same_is_refused(world: World, claim: Claim) -> None:
    batch_of(world, claim)
    send_due()
    attempt = SubmissionAttempt.objects.get()
    apply_evidence(world.practice, [Evidence(attempt.pk, "file_rejected", "rejected it")])
    recheck_claims([claim])
    apply_evidence(world.practice, [Evidence(attempt.pk, "payer_accepted", "took it in")])
    assert version(claim).state == "ready", "what is late moves nothing"
    assert "is with Medicare Part B" in refused(claim)


def test_a_claim_in_a_batch_or_with_the_payer_is_refused_with_what_to_do(
    world: World, claim: Claim
) -> None:
    batch_of(world, claim)
    assert "in a batch on its way out" in refused(claim)
    send_due()
    words = refused(claim)
    assert "wait for the answer" in words
    SubmissionAttempt.objects.update(state="in_doubt")
    assert "wait until the clearinghouse has answered" in refused(claim)


def test_an_answered_claim_is_refused(world: World, claim: Claim) -> None:
    ClaimVersion.objects.update(state="adjudicated", outcome="paid")
    assert "is answered by Medicare Part B" in refused(claim)


def test_it_is_returned_once_and_not_without_a_reason(claim: Claim) -> None:
    with pytest.raises(ApplicationError) as error:
        return_claim(claim=claim, reason=" ")
    assert error.value.field == "reason"
    return_claim(claim=claim, reason=REASON)
    with pytest.raises(Conflict):
        return_claim(claim=claim, reason=REASON)


def test_a_case_returned_before_its_claim_was_made_gets_none(world: World) -> None:
    case = coded_case(world, joan(world), "99213", on=NOVEMBER_2)
    return_case(case=case, reason=REASON)
    assert build_claims(case) == []
    assert not Claim.objects.exists()
