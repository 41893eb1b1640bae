"""An earlier sending is accepted after the claim was sent again: it is not to be there twice."""

from datetime import date

import pytest
from django.urls import reverse

from claims.models import Claim, SubmissionAttempt, SubmissionBatch, Transmission
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.hold_claim import let_go
from claims.services.mailing import mark_mailed, mark_printed, take_apart
from claims.services.queue_batch import queue_batch
from claims.services.recheck_claim import recheck_claim
from claims.services.send_transmission import send_due
from claims.verify import check_attempts, check_evidence, check_snapshots, check_totals
from core import clock
from core.choices import Role
from core.leases import claim_due
from core.models import TimelineEntry, User, WorkItem
from core.services.documents import read_document
from tests.cast import client_of, user_of
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen, on_paper

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
ARRIVED = "It has arrived after all"


@pytest.fixture
def first(world: World) -> SubmissionAttempt:
    """Rejected by the clearinghouse, and put right: it is ready to go again."""
    batch_of(world, make_claim(world, joan(world), "99213", on=NOVEMBER_2))
    send_due()
    attempt = SubmissionAttempt.objects.get()
    said(attempt, "ch_rejected")
    recheck_claim(Claim.objects.get())
    return attempt


@pytest.fixture
def biller(world: World) -> User:
    return user_of(world.practice, Role.BILLER)


def said(attempt: SubmissionAttempt, state: str) -> None:
    apply_evidence(attempt.practice, [Evidence(attempt.pk, state, f"said {state}")])


def again(world: World, *more: Claim, user: User | None = None) -> SubmissionBatch:
    """The second sending, with others in its file; nothing has left yet."""
    versions = [Claim.objects.order_by("pk")[0].version, *(claim.version for claim in more)]
    return queue_batch(partner=world.partner, versions=versions, user=user)


def fresh() -> Claim:
    return Claim.objects.select_related("current_version__current_attempt").order_by("pk")[0]


def work(kind: str) -> list[str]:
    return list(WorkItem.objects.filter(kind=kind).order_by("id").values_list("state", flat=True))


def all_is_right() -> None:
    for check in (check_attempts, check_evidence, check_snapshots, check_totals):
        assert check().problems == [], check.__name__


# --- it waits in a file that has not left ---------------------------------------------------------


def test_it_is_taken_out_of_the_file_and_the_others_leave_in_it(
    world: World, first: SubmissionAttempt
) -> None:
    other = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)
    batch = again(world, other)
    before = batch.document.sha256
    key = batch.transmission.idempotency_key
    said(first, "payer_accepted")

    claim = fresh()
    assert claim.version.state == "ready"
    assert ARRIVED in claim.hold_reason
    assert work("claim.taken_after_all") == ["open"]
    batch.refresh_from_db()
    content = read_document(batch.document).decode()
    assert claim.control_number not in content
    assert f"CLM*{other.control_number}*" in content
    assert batch.interchange_control_number in content, "under the same number"
    assert (batch.claim_count, batch.charge_amount) == (1, other.charge_amount)
    assert batch.document.sha256 != before
    assert Transmission.objects.get(batch=batch).idempotency_key != key
    all_is_right()

    assert send_due() == 1
    other.refresh_from_db()
    assert other.version.state == "sent"
    assert fresh().version.state == "ready"
    all_is_right()


def test_both_timelines_and_the_claim_page_say_why(world: World, first: SubmissionAttempt) -> None:
    batch = again(world, make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2))
    said(first, "payer_accepted")
    claim = fresh()
    why = "an earlier sending of it has arrived"
    told = TimelineEntry.objects.get(kind="claim.unbatched")
    assert told.sentence == f"took the claim out of batch {batch.reference}: {why}"
    assert why in TimelineEntry.objects.get(kind="batch.reduced").sentence
    page = text(client_of(world.practice, Role.BILLER).get(detail(claim)))
    assert ARRIVED in page
    assert "End the hold" in page


def test_alone_in_its_file_nothing_is_sent_at_all(world: World, first: SubmissionAttempt) -> None:
    batch = again(world)
    said(first, "payer_accepted")
    assert Transmission.objects.get(batch=batch).state == "refused"
    assert send_due() == 0
    claim = fresh()
    assert claim.version.state == "ready"
    assert claim.version.current_attempt == first, "the second was no sending"
    page = client_of(world.practice, Role.BILLER).get(
        reverse("claims:batch", args=[batch.public_id])
    )
    assert "Nothing is left in it" in text(page)
    assert work("batch.refused") == []
    all_is_right()


def test_let_go_by_a_person_it_goes_in_the_next_file(
    world: World, first: SubmissionAttempt
) -> None:
    again(world)
    said(first, "payer_accepted")
    let_go(claim=fresh())
    batch_of(world, fresh())
    assert send_due() == 1
    assert fresh().version.state == "sent"
    assert fresh().version.current_attempt.number == 2
    all_is_right()


def test_three_in_one_file_are_taken_out_one_after_the_other(
    world: World, first: SubmissionAttempt
) -> None:
    second = make_claim(world, nguyen(world), "99213 /a", on=NOVEMBER_2)
    batch_of(world, second)
    send_due()
    earlier = SubmissionAttempt.objects.get(version=second.version)
    said(earlier, "ch_rejected")
    second.refresh_from_db()
    recheck_claim(second)
    third = make_claim(world, nguyen(world, 2), "99213 /a", on=NOVEMBER_2)
    batch = again(world, second, third)
    said(first, "payer_accepted")
    said(earlier, "payer_accepted")
    batch.refresh_from_db()
    assert batch.claim_count == 1
    assert read_document(batch.document).decode().count("CLM*") == 1
    all_is_right()


def test_a_rejection_in_the_end_lets_what_was_taken_out_go(
    world: World, first: SubmissionAttempt
) -> None:
    again(world)
    said(first, "payer_accepted")
    said(first, "payer_rejected")
    assert fresh().hold_reason == ""
    assert work("claim.taken_after_all") == ["done"]


# --- it waits on a form ---------------------------------------------------------------------------


@pytest.fixture
def in_forms(world: World, first: SubmissionAttempt) -> SubmissionBatch:
    paper = on_paper(world, world.medicare)
    return queue_batch(partner=paper, versions=[fresh().version])


def test_on_paper_it_is_on_hold_in_its_batch_which_is_not_mailed(
    world: World, first: SubmissionAttempt, in_forms: SubmissionBatch, biller: User
) -> None:
    mark_printed(batch=in_forms, user=biller)
    said(first, "payer_accepted")
    claim = fresh()
    assert (claim.version.state, ARRIVED in claim.hold_reason) == ("batched", True)
    item = WorkItem.objects.get(kind="claim.taken_after_all")
    assert f"Its form is in batch {in_forms.reference}" in item.reason
    client = client_of(world.practice, Role.BILLER)
    url = reverse("claims:batch-mailed", args=[in_forms.public_id])
    page = text(client.post(url, {"mailed_on": "11/23/2026"}, follow=True))
    assert f"Claim {claim.control_number} in it is on hold" in page
    assert fresh().version.state == "batched"
    assert "End the hold" in text(client.get(detail(claim)))

    take_apart(batch=in_forms)
    claim = fresh()
    assert (claim.version.state, ARRIVED in claim.hold_reason) == ("ready", True)
    all_is_right()


def test_the_hold_ended_by_a_person_the_form_is_mailed(
    first: SubmissionAttempt, in_forms: SubmissionBatch, biller: User
) -> None:
    mark_printed(batch=in_forms, user=biller)
    said(first, "payer_accepted")
    let_go(claim=fresh())
    assert fresh().version.state == "batched"
    mark_mailed(batch=in_forms, mailed_on=date(2026, 11, 23), user=biller)
    assert fresh().version.state == "sent"


# --- it is out -----------------------------------------------------------------------------------


@pytest.fixture
def both_out(world: World, first: SubmissionAttempt, biller: User) -> SubmissionAttempt:
    """The second sending is out, and then the first is accepted."""
    again(world, user=biller)
    send_due()
    said(first, "payer_accepted")
    return SubmissionAttempt.objects.get(number=2)


def test_two_copies_are_work_for_who_sent_it_again_with_what_to_do(
    world: World, both_out: SubmissionAttempt, biller: User
) -> None:
    item = WorkItem.objects.get(kind="claim.two_copies")
    assert item.title == "Medicare Part B may hold two copies of this claim"
    assert "denial as duplicate (CO-18)" in item.reason
    assert "void one" in item.reason
    assert (item.owner, item.role) == (biller, "biller")
    assert item.due_on == clock.today(world.practice)
    assert item.amount == fresh().charge_amount
    claim = fresh()
    assert (claim.version.state, claim.hold_reason) == ("sent", "")
    assert "may hold two copies" in text(client_of(world.practice, Role.BILLER).get(detail(claim)))


def test_said_again_it_is_one_piece_of_work(
    first: SubmissionAttempt, both_out: SubmissionAttempt
) -> None:
    said(both_out, "payer_accepted")
    assert work("claim.two_copies") == ["open"]


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
def test_what_may_be_out_counts_as_out(world: World, first: SubmissionAttempt, state: str) -> None:
    batch = again(world)
    Transmission.objects.filter(batch=batch).update(state=state, sending_count=1)
    said(first, "payer_accepted")
    assert work("claim.two_copies") == ["open"]
    assert fresh().version.state == "batched"


def test_a_file_that_a_worker_has_in_hand_is_left_alone(
    world: World, first: SubmissionAttempt
) -> None:
    batch = again(world)
    assert len(claim_due(Transmission.everywhere.filter(batch=batch), limit=1)) == 1
    document = batch.document_id
    said(first, "payer_accepted")
    batch.refresh_from_db()
    assert batch.document_id == document
    assert work("claim.two_copies") == ["open"]


def test_once_the_newer_is_rejected_it_is_on_hold_for_the_older_is_there(
    both_out: SubmissionAttempt,
) -> None:
    said(both_out, "payer_rejected")
    assert work("claim.two_copies") == ["done"]
    claim = fresh()
    assert (claim.version.state, ARRIVED in claim.hold_reason) == ("payer_rejected", True)
    assert work("claim.taken_after_all") == ["open"]


def test_once_the_older_is_rejected_the_newer_is_the_only_copy(
    first: SubmissionAttempt, both_out: SubmissionAttempt
) -> None:
    said(first, "payer_rejected")
    assert work("claim.two_copies") == ["done"]
    assert fresh().hold_reason == ""


def test_rejected_the_second_time_and_accepted_the_first_it_is_kept_back(
    world: World, first: SubmissionAttempt
) -> None:
    again(world)
    send_due()
    said(SubmissionAttempt.objects.get(number=2), "payer_rejected")
    said(first, "payer_accepted")
    assert ARRIVED in fresh().hold_reason
    assert work("claim.taken_after_all") == ["open"]


def test_the_second_sending_of_a_corrected_version_counts_as_well(
    world: World, first: SubmissionAttempt
) -> None:
    claim = fresh()
    claim.patient.address_line1 = "14 Elm St"
    claim.patient.save()
    assert recheck_claim(claim).number == 2
    batch_of(world, fresh())
    send_due()
    said(first, "payer_accepted")
    assert work("claim.two_copies") == ["open"]


def test_accepted_once_there_is_nothing_to_tell(world: World) -> None:
    batch_of(world, make_claim(world, joan(world), "99213", on=NOVEMBER_2))
    send_due()
    said(SubmissionAttempt.objects.get(), "payer_accepted")
    assert not WorkItem.objects.exists()
