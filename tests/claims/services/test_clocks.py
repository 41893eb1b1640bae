"""Silence becomes work: every sent claim owns the time of its next answer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from claims.choices import ClockKind
from claims.clocks import Clocks
from claims.models import Claim, StatusInquiry, SubmissionAttempt
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from claims.verify import check_attempts
from core import clock
from core.models import TimelineEntry, WorkItem
from core.services.work import close_work_item
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(world: World) -> SubmissionAttempt:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    return SubmissionAttempt.objects.get()


def proves(attempt: SubmissionAttempt, state: str) -> None:
    apply_evidence(attempt.practice, [Evidence(attempt.pk, state, f"said {state}")])
    attempt.refresh_from_db()


def test_each_answer_sets_the_clock_of_the_next(attempt: SubmissionAttempt) -> None:
    assert attempt.clock_kind == ClockKind.ACK_999
    assert attempt.sent_at is not None
    assert attempt.clock_due_at == attempt.sent_at + timedelta(hours=4)
    for state, kind in (
        ("file_accepted", ClockKind.CH_277CA),
        ("ch_accepted", ClockKind.PAYER_277CA),
        ("payer_accepted", ClockKind.REMITTANCE),
    ):
        proves(attempt, state)
        assert attempt.clock_kind == kind
    assert attempt.clock_due_at == clock.now() + timedelta(days=30)


def test_a_rejection_awaits_nothing(attempt: SubmissionAttempt) -> None:
    proves(attempt, "file_rejected")
    assert (attempt.clock_kind, attempt.clock_due_at) == ("", None)


def test_business_days_skip_the_weekend_and_thanksgiving(world: World) -> None:
    clocks = Clocks(world.practice)
    wednesday_before = datetime(2026, 11, 25, 17, tzinfo=UTC)
    due = clocks.due(ClockKind.PAYER_277CA, wednesday_before)
    assert due.date() == date(2026, 11, 30)


def test_a_missing_999_becomes_work_and_the_remittance_is_still_awaited(
    attempt: SubmissionAttempt,
) -> None:
    assert report_silence() == 0
    with clock.travel(clock.now() + timedelta(hours=5)):
        assert report_silence() == 1
        assert report_silence() == 0
    item = WorkItem.objects.get()
    assert (item.kind, item.title) == (
        "claim.no_acknowledgement", "Late: File acknowledgement (999)",
    )  # fmt: skip
    attempt.refresh_from_db()
    assert attempt.clock_kind == ClockKind.REMITTANCE
    assert Claim.objects.get().current_version.state == "sent"


def test_the_late_answer_ends_the_work(attempt: SubmissionAttempt) -> None:
    with clock.travel(clock.now() + timedelta(hours=5)):
        report_silence()
        proves(attempt, "file_accepted")
    assert WorkItem.objects.get().state == "done"
    assert attempt.silence_reported_at is None


def test_a_payer_that_never_pays_leaves_the_claim_without_an_answer(
    attempt: SubmissionAttempt,
) -> None:
    proves(attempt, "payer_accepted")
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        assert Claim.objects.get().current_version.state == "no_response"
        assert WorkItem.objects.filter(kind="claim.no_answer").exists()
        assert check_attempts().problems == []

        apply_evidence(
            attempt.practice, [Evidence(attempt.pk, "payer_rejected", "rejected it after all")]
        )
    assert Claim.objects.get().current_version.state == "payer_rejected"


def test_a_claim_answered_meanwhile_makes_no_work(attempt: SubmissionAttempt) -> None:
    SubmissionAttempt.objects.update(clock_due_at=clock.now() - timedelta(days=1))
    proves(attempt, "file_rejected")
    SubmissionAttempt.objects.update(clock_kind="999", clock_due_at=clock.now())
    report_silence()
    assert not WorkItem.objects.filter(kind="claim.no_acknowledgement").exists()


def test_no_alarm_where_the_payer_said_lately_that_it_works_on_it(
    world: World, attempt: SubmissionAttempt
) -> None:
    proves(attempt, "payer_accepted")
    with clock.travel(clock.now() + timedelta(days=29)):
        told(attempt, "P1", again_in=14)
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        assert not WorkItem.objects.filter(kind="claim.no_answer").exists()
        assert Claim.objects.get().current_version.state != "no_response"
    with clock.travel(clock.now() + timedelta(days=44)):
        report_silence()
        assert WorkItem.objects.filter(kind="claim.no_answer").exists()


def test_no_alarm_after_an_answer_that_came_late_and_then_in_time(
    attempt: SubmissionAttempt,
) -> None:
    with clock.travel(clock.now() + timedelta(hours=5)):
        report_silence()
        proves(attempt, "file_accepted")
        proves(attempt, "payer_accepted")
    with clock.travel(clock.now() + timedelta(days=10)):
        assert report_silence() == 0
    assert not WorkItem.objects.filter(state="open").exists()


def test_a_clock_set_on_a_friday_afternoon_rings_after_the_holiday(world: World) -> None:
    friday_before_labor_day = datetime(2026, 9, 4, 22, tzinfo=UTC)
    due = Clocks(world.practice).due(ClockKind.CH_277CA, friday_before_labor_day)
    assert due.date() == date(2026, 9, 8)


def test_a_claim_without_an_answer_rings_again_though_its_work_was_done(
    attempt: SubmissionAttempt,
) -> None:
    start = clock.now()
    proves(attempt, "payer_accepted")
    with clock.travel(start + timedelta(days=31)):
        report_silence()
        assert close_work_item(subject=Claim.objects.get(), kind="claim.no_answer") == 1
        assert check_attempts().problems == []
    with clock.travel(start + timedelta(days=44)):
        assert report_silence() == 0
    with clock.travel(start + timedelta(days=46)):
        assert report_silence() == 1
        assert WorkItem.objects.filter(kind="claim.no_answer", state="open").count() == 1
    said = TimelineEntry.objects.filter(kind="claim.doubted")
    assert said.count() == 1


def test_pending_is_no_answer_after_45_days(attempt: SubmissionAttempt) -> None:
    start = clock.now()
    proves(attempt, "payer_accepted")
    with clock.travel(start + timedelta(days=29)):
        told(attempt, "P2", again_in=14)
    with clock.travel(start + timedelta(days=31)):
        report_silence()
    with clock.travel(start + timedelta(days=43)):
        told(attempt, "P5", again_in=14, reference="S000000002")
    with clock.travel(start + timedelta(days=44)):
        report_silence()
        assert not WorkItem.objects.exists()
    with clock.travel(start + timedelta(days=45, minutes=1)):
        assert report_silence() == 1
    item = WorkItem.objects.get()
    assert (item.kind, item.state) == ("claim.no_answer", "open")
    assert item.title == "Not decided: the payer has worked on it for more than 45 days"
    assert "(prompt pay)" in item.reason
    assert Claim.objects.get().version.state == "no_response"


def told(
    attempt: SubmissionAttempt, category: str, *, again_in: int, reference: str = "S000000001"
) -> None:
    """The payer was asked where the claim is, and said this."""
    partner, document = attempt.batch.partner, attempt.batch.document
    StatusInquiry.objects.create(
        practice=attempt.practice, payer=attempt.version.payer, partner=partner,
        question=document, answer=document, reference=reference, idempotency_key=reference,
        version=attempt.version, attempt=attempt, because="person", state="answered",
        category_code=category, answered_at=clock.now(),
        ask_again_at=clock.now() + timedelta(days=again_in),
    )  # fmt: skip
