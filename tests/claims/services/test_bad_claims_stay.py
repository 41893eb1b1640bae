"""One claim that may not leave keeps no other here, and says why it stayed (domain D.1, B.8)."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims.choices import VersionState as V
from claims.models import (
    Claim,
    ClaimVersion,
    PayerFilingSettings,
    SendSchedule,
    SubmissionBatch,
    Transmission,
)
from claims.services import send_scheduled as scheduled
from claims.services.hold_claim import hold_claim, let_go
from claims.services.override_finding import override_finding
from claims.services.queue_batch import make_batch
from claims.services.recheck_claim import recheck_claim
from claims.services.send_scheduled import send_scheduled
from claims.services.settle_transmission import mark_refused
from claims.services.watch_holds import report_held_near_limit
from claims.views import batches as page_of_batches
from core import clock, jobs
from core.choices import Role, WorkState
from core.errors import ApplicationError
from core.models import Job, WorkItem
from core.services.work import finish_work_item
from patients.services.save_claim_data import save_claim_data
from tests.cast import client_of
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
NOON = datetime(2026, 11, 23, 17, 1, tzinfo=UTC)


SPOILED = pytest.mark.writes_broken_claims(
    "a claim whose postal code is spoiled must not keep the others here"
)


@pytest.fixture
def claims(world: World) -> list[Claim]:
    return [make_claim(world, nguyen(world, n), "99213", on=NOVEMBER_2) for n in (1, 2, 3)]


@pytest.fixture
def spoil() -> Callable[[Claim], None]:
    def one(claim: Claim) -> None:
        """As if a rule had become stricter since it was checked."""
        snapshot = deepcopy(claim.version.snapshot)
        snapshot["billing_provider"]["zip_code"] = "8"
        ClaimVersion.objects.filter(pk=claim.version.pk).update(snapshot=snapshot)

    return one


@pytest.fixture
def schedule(world: World) -> SendSchedule:
    return SendSchedule.objects.create(
        practice=world.practice, partner=world.partner, is_on=True, times=[time(12)],
        due_at=NOON - timedelta(minutes=1),
    )  # fmt: skip


def state(claim: Claim) -> str:
    return str(Claim.objects.get(pk=claim.pk).version.state)


def words_of(row: SendSchedule) -> str:
    row.refresh_from_db()
    return row.last_words


@SPOILED
def test_a_claim_that_cannot_be_written_is_put_back_and_the_others_leave(
    world: World, claims: list[Claim], schedule: SendSchedule, spoil: Callable[[Claim], None]
) -> None:
    spoil(claims[1])
    with clock.travel(NOON):
        assert send_scheduled() == 1
    assert [state(claim) for claim in claims] == [V.BATCHED, V.SCRUB_FAILED, V.BATCHED]
    assert claims[1].version.findings.filter(cleared_at__isnull=True).exists()
    assert WorkItem.objects.filter(subject_id=claims[1].pk, state=WorkState.OPEN).exists()
    assert "2 claims in batch" in words_of(schedule)
    assert "1 claim stayed: it cannot be written" in schedule.last_words


@SPOILED
def test_where_none_can_be_written_all_are_put_back_and_nothing_is_sent(
    world: World, claims: list[Claim], spoil: Callable[[Claim], None]
) -> None:
    spoil(claims[0])
    made = make_batch(partner=world.partner, versions=[claims[0].version])
    assert (made.batch, made.reasons) == (
        None, [("it cannot be written: see what its check found", 1)]
    )  # fmt: skip
    assert state(claims[0]) == V.SCRUB_FAILED


@SPOILED
def test_a_dry_run_with_a_bad_claim_leaves_every_claim_where_it_is(
    world: World, claims: list[Claim], spoil: Callable[[Claim], None]
) -> None:
    spoil(claims[0])
    with pytest.raises(ApplicationError):
        make_batch(partner=world.partner, versions=[c.version for c in claims], dry_run=True)
    assert {state(claim) for claim in claims} == {V.READY}


def test_a_claim_whose_filing_limit_passed_while_it_waited_does_not_go_unseen(
    world: World, claims: list[Claim]
) -> None:
    late = ClaimVersion.objects.filter(pk=claims[0].version.pk)
    late.update(filing_deadline_on=date(2026, 11, 22))
    made = make_batch(partner=world.partner, versions=[claim.version for claim in claims])
    assert made.reasons == [("its filing limit has passed", 1)]
    assert state(claims[0]) == V.SCRUB_FAILED
    (finding,) = late.get().findings.filter(code="TFL-01")
    override_finding(finding=finding, reason="The payer gave us until December.")
    assert state(claims[0]) == V.READY
    again = make_batch(partner=world.partner, versions=[late.get()])
    assert again.batch is not None


def test_the_end_of_a_hold_asks_the_filing_limit_again(world: World, claims: list[Claim]) -> None:
    hold_claim(claim=claims[0], reason="Waiting for the card")
    with clock.travel(clock.now() + timedelta(days=120)):
        let_go(claim=claims[0])
        version = Claim.objects.get(pk=claims[0].pk).version
        assert version.state == V.SCRUB_FAILED
        assert version.findings.filter(code="TFL-01", cleared_at__isnull=True).exists()


def test_what_was_refused_is_not_sent_again_by_itself_before_somebody_looked(
    world: World, claims: list[Claim], schedule: SendSchedule
) -> None:
    batch = batch_of(world, *claims[:2])
    assert isinstance(batch, SubmissionBatch)
    Transmission.objects.update(state="sending")
    mark_refused(Transmission.objects.get(), reason="HTTP 400")
    with clock.travel(NOON):
        send_scheduled()
    assert [state(claim) for claim in claims] == [V.READY, V.READY, V.BATCHED]
    assert "2 claims of a refused batch: look at that first" in words_of(schedule)
    item = WorkItem.objects.get(kind="batch.refused")
    finish_work_item(item, outcome="Their fault, mended.")
    with clock.travel(NOON + timedelta(days=1)):
        send_scheduled()
    assert {state(claim) for claim in claims} == {V.BATCHED}


def test_more_than_one_batch_holds_follows_at_once(
    world: World,
    claims: list[Claim],
    schedule: SendSchedule,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduled, "MOST_CLAIMS", 2)
    with clock.travel(NOON):
        assert (send_scheduled(), send_scheduled(), send_scheduled()) == (1, 1, 0)
    assert [batch.claim_count for batch in SubmissionBatch.objects.order_by("pk")] == [2, 1]


def test_a_large_batch_is_built_by_a_worker_with_progress(
    world: World, claims: list[Claim], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    monkeypatch.setattr(page_of_batches, "AT_ONCE", 3)
    biller: Client = client_of(world.practice, Role.BILLER)
    answer = biller.post(reverse("claims:batch-build"), {"act": "send"}, follow=True)
    assert "A worker builds it: you may leave this page" in answer.content.decode()
    assert not SubmissionBatch.objects.exists()
    assert jobs.run_due_jobs() == 1
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == ("done", 4, 4)
    batch = SubmissionBatch.objects.get()
    assert job.result["outcome"] == f"4 claims in {batch.reference}"
    page = biller.get(reverse("core:job", args=[job.public_id])).content.decode()
    assert batch.reference in page


def test_a_held_claim_becomes_work_three_days_before_its_limit_once(
    world: World, claims: list[Claim]
) -> None:
    hold_claim(claim=claims[0], reason="Waiting for the card")
    limit = claims[0].version.filing_deadline_on
    assert limit is not None
    assert report_held_near_limit() == 0
    days = (limit - clock.today(world.practice)).days - 3
    with clock.travel(clock.now() + timedelta(days=days)):
        assert (report_held_near_limit(), report_held_near_limit()) == (1, 0)
        item = WorkItem.objects.get(kind="claim.held_near_limit")
        assert (item.subject_id, item.due_on) == (claims[0].pk, limit)
        let_go(claim=claims[0])
        item.refresh_from_db()
        assert item.state == WorkState.DONE


def test_a_limit_counts_from_the_discharge_where_the_payer_says_so(
    world: World, claims: list[Claim]
) -> None:
    link = claims[0].charge_lines.select_related("charge_line__encounter").get()
    stay = {"hospital": {"admitted": "2026-10-30", "discharged": "2026-11-12"}}
    save_claim_data(encounter=link.charge_line.encounter, values=stay)
    before = claims[0].version.filing_deadline_on
    PayerFilingSettings.objects.filter(payer=world.acme).update(limit_from_discharge=True)
    assert before is not None
    assert recheck_claim(claims[0]).filing_deadline_on == before + timedelta(days=10)


def test_medicare_takes_it_six_months_longer_where_it_decided_late_who_is_entitled(
    world: World,
) -> None:
    claim = make_claim(world, joan(world), "99213", on=NOVEMBER_2)
    assert claim.version.filing_deadline_on == date(2027, 11, 2)
    link = claim.charge_lines.select_related("charge_line__encounter").get()
    save_claim_data(encounter=link.charge_line.encounter, values={"signatures": {"delay": "8"}})
    assert recheck_claim(claim).filing_deadline_on == date(2028, 5, 2)
