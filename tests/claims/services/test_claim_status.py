"""Asking where a claim is: by hand and by the clock; the answer moves nothing back."""

from datetime import date, timedelta
from typing import Any

import pytest

from claims.models import Claim, InboundMessage, StatusInquiry
from claims.services.ask_status import ask_overdue, ask_status
from claims.services.send_inquiry import ask_due
from claims.services.watch_clocks import report_silence
from claims.transport.base import Replied
from core import clock
from core.errors import ApplicationError
from core.models import TimelineEntry, WorkItem
from core.practice_settings import change
from core.services.documents import read_document
from tests.claims.answers import answer_277, inquiry_of
from tests.claims.line import Line, accepted
from tests.factories.claims import World, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(world: World) -> Claim:
    """A claim that Medicare accepted."""
    return accepted(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))


def told(line: Line, claim: Claim, statuses: str, **options: Any) -> StatusInquiry:
    """Ask, and let the payer answer so."""
    inquiry = ask_status(version=claim.version)
    line.reply = Replied(answer_277(inquiry.reference, statuses, **options))
    assert ask_due() == 1
    inquiry.refresh_from_db()
    claim.version.refresh_from_db()
    return inquiry


def test_the_question_names_claim_and_lines_as_they_were_sent(line: Line, claim: Claim) -> None:
    inquiry = ask_status(version=claim.version)
    text = read_document(inquiry.question).decode().replace("\n", "")
    number = claim.version.lines.get().control_number
    assert f"TRN*1*{inquiry.reference}~REF*EJ*{claim.control_number}~AMT*T3*135~" in text
    assert "DTP*472*D8*20261102~SVC*HC:99213*135*****1~" in text
    assert f"REF*FJ*{number}~" in text


def test_a_pending_claim_is_pended_and_not_moved_further(line: Line, claim: Claim) -> None:
    inquiry = told(line, claim, "STC*P1:20*20261120**135~", icn="ICN1")
    assert (inquiry.state, inquiry.category_code) == ("answered", "P1")
    assert claim.version.state == "pended"
    assert claim.version.payer_claim_number == "ICN1"
    assert inquiry.ask_again_at == clock.now() + timedelta(days=14)
    assert not WorkItem.objects.exists()
    message = InboundMessage.objects.latest("id")
    assert (message.kind, message.source, message.state) == ("277", "reply", "applied")


def test_a_pending_answer_ends_the_silence_and_starts_the_wait_anew(
    line: Line, claim: Claim
) -> None:
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        claim.version.refresh_from_db()
        assert claim.version.state == "no_response"
        told(line, claim, "STC*P1:20*20261220**135~")
        attempt = claim.version.current_attempt
        attempt.refresh_from_db()
        assert (attempt.silence_reported_at, attempt.clock_kind) == (None, "835")
        assert attempt.clock_due_at == clock.now() + timedelta(days=14)
    assert claim.version.state == "pended"
    assert WorkItem.objects.get(kind="claim.no_answer").state == "done"


def test_records_that_are_asked_for_are_work_of_today(line: Line, claim: Claim) -> None:
    told(line, claim, "STC*P3:317*20261120**135~")
    item = WorkItem.objects.get()
    assert item.title == "The payer asks for records"
    assert item.due_on == clock.today(claim.practice)
    assert "medical records (317)" in item.reason
    assert claim.version.state == "pended"


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("STC*F1:65*20261119**135*126*20261118*ACH*20261118*EFT0013~", "Paid, says the payer"),
        ("STC*F2:54*20261119**135~", "Denied, says the payer"),
        ("STC*F4:65*20261119**135~", "Done without a payment"),
    ],
)
def test_a_decision_told_without_a_remittance_is_work_and_posts_nothing(
    line: Line, claim: Claim, status: str, title: str
) -> None:
    told(line, claim, status)
    assert claim.version.state == "payer_accepted"
    assert claim.version.outcome == ""
    claim.refresh_from_db()
    item = WorkItem.objects.get()
    assert item.title.startswith(title)
    assert "no remittance yet" in item.title
    if "EFT0013" in status:
        assert "Paid $126.00 on 11/18/2026 by EFT0013." in item.reason
        assert "No remittance with that number has come" in item.reason


def test_a_claim_that_the_payer_does_not_find_is_work(line: Line, claim: Claim) -> None:
    told(line, claim, "STC*D0:35*20261119**135~")
    assert claim.version.state == "payer_accepted"
    assert WorkItem.objects.get().title == "The payer does not find this claim"


def test_a_rejection_told_late_still_counts(line: Line, claim: Claim) -> None:
    told(line, claim, "STC*A7:164:IL*20261119**135~")
    assert claim.version.state == "payer_rejected"
    assert WorkItem.objects.get().kind == "claim.rejected"


def test_an_acknowledgement_does_not_move_a_claim_back(line: Line, claim: Claim) -> None:
    told(line, claim, "STC*A1:19:PR*20261119**135~")
    assert claim.version.state == "payer_accepted"
    assert TimelineEntry.objects.filter(kind="claim.status_told").count() == 1


def test_a_claim_without_any_acknowledgement_is_proved_by_the_answer(
    line: Line, world: World
) -> None:
    late = accepted(
        world, make_claim(world, nguyen(world), "99213", on=date(2026, 11, 3)), "file_accepted"
    )
    told(line, late, "STC*P1:20*20261120**135~", icn="ICN9")
    assert late.version.state == "pended"
    assert late.version.current_attempt.state == "payer_accepted"


def test_the_lines_are_found_by_their_numbers(line: Line, claim: Claim) -> None:
    number = claim.version.lines.get().control_number
    inquiry = told(
        line, claim, "STC*P1:20*20261120**135~",
        lines=f"SVC*HC:99213*135*0****1~STC*P3:317*20261120~REF*FJ*{number}~DTP*472*D8*20261102~",
    )  # fmt: skip
    assert inquiry.lines == [
        {
            "control_number": number,
            "procedure_code": "99213",
            "words": "P3 waits for something from the provider, medical records (317)",
            "paid_amount": "0.00",
        }
    ]


def test_an_answer_about_another_claim_or_question_is_set_aside(line: Line, claim: Claim) -> None:
    inquiry = told(line, claim, "STC*F2:54*20261119**135~", claim_number="SOMEBODYELSE")
    assert (inquiry.state, inquiry.category_code) == ("failed", "")
    assert InboundMessage.objects.latest("id").state == "quarantined"
    assert claim.version.state == "payer_accepted"
    assert WorkItem.objects.filter(kind="claim.no_status").exists()


def test_the_payer_that_cannot_look_now_is_asked_again(line: Line, claim: Claim) -> None:
    inquiry = told(line, claim, "STC*E1:20*20261119~")
    assert inquiry.state == "queued"
    assert inquiry.due_at == clock.now() + timedelta(minutes=10)


def test_a_person_asks_once_an_hour_and_only_for_claims_out(line: Line, claim: Claim) -> None:
    told(line, claim, "STC*P1:20*20261120**135~")
    with pytest.raises(ApplicationError, match="within the last hour"):
        ask_status(version=claim.version)
    with clock.travel(clock.now() + timedelta(hours=2)):
        assert ask_status(version=claim.version) == ask_status(version=claim.version)


def test_a_draft_cannot_be_asked_about(line: Line, world: World) -> None:
    draft = make_claim(world, nguyen(world), "99213", on=date(2026, 11, 4))
    with pytest.raises(ApplicationError, match="waits for its payer"):
        ask_status(version=draft.version)


def test_the_clock_asks_after_21_days_and_then_weekly(line: Line, claim: Claim) -> None:
    start = clock.now()
    with clock.travel(start + timedelta(days=20)):
        assert ask_overdue() == 0
    with clock.travel(start + timedelta(days=21, minutes=1)):
        assert ask_overdue() == 1
        assert ask_overdue() == 0
        inquiry = inquiry_of()
        assert inquiry.because == "clock"
        line.reply = Replied(answer_277(inquiry.reference, "STC*F1:65*20261119**135*126~"))
        ask_due()
    with clock.travel(start + timedelta(days=27)):
        assert ask_overdue() == 0
    with clock.travel(start + timedelta(days=29)):
        assert ask_overdue() == 1


def test_folders_are_not_asked(world: World, claim: Claim) -> None:
    with clock.travel(clock.now() + timedelta(days=22)):
        assert ask_overdue() == 0


def test_a_payer_gets_no_more_questions_a_minute_than_the_practice_says(
    line: Line, claim: Claim, world: World
) -> None:
    change(world.practice, "claims.status_questions_per_minute", 1)
    other = accepted(world, make_claim(world, joan(world), "99214", on=date(2026, 11, 5)))
    first = ask_status(version=claim.version)
    ask_status(version=other.version)
    line.reply = Replied(answer_277(first.reference, "STC*P1:20*20261120**135~"))
    assert [ask_due(), ask_due(), ask_due()] == [1, 1, 0]
    assert len(line.sent) == 1
    second = inquiry_of()
    assert (second.attempts, second.due_at) == (0, clock.now() + timedelta(seconds=60))


def test_silence_becomes_work(line: Line, claim: Claim) -> None:
    inquiry, start = ask_status(version=claim.version), clock.now()
    for hours in range(5):
        with clock.travel(start + timedelta(hours=hours)):
            ask_due()
    inquiry.refresh_from_db()
    assert inquiry.state == "failed"
    item = WorkItem.objects.get()
    assert item.title == "Medicare Part B did not say where the claim is"
    assert item.amount == claim.charge_amount
