"""Asking whether a patient is covered: one question, its answer stored first, then read."""

from datetime import date, timedelta
from typing import Any

import pytest

from claims.models import EligibilityCheck, InboundMessage, PartnerLine, TradingPartner
from claims.services.ask_eligibility import ask_eligibility
from claims.services.process_message import process_due
from claims.services.receive_message import receive_message
from claims.services.send_inquiry import ask_due
from claims.transport.base import Parcel, Rejected, Replied, Reply, Stopped, Throttled
from claims.verify import check_messages, check_questions
from core import clock
from core.errors import ApplicationError
from core.models import Practice, WorkItem
from core.services.documents import read_document
from core.tenancy import practice_scope
from core.verification import Checked
from patients.models import Coverage
from patients.services.record_coverage import record_coverage
from tests.claims.answers import ACTIVE, INACTIVE, answer_271, check_of, refused
from tests.claims.line import Line
from tests.factories.claims import World, joan, lily, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def coverage(world: World) -> Coverage:
    return joan(world).coverages.get()


def says(line: Line, benefits: str, **options: Any) -> EligibilityCheck:
    """Let the payer answer so, and ask."""
    check = check_of()
    line.reply = Replied(answer_271(check.reference, benefits, **options))
    assert ask_due() == 1
    check.refresh_from_db()
    return check


def test_the_question_is_written_from_the_coverage(line: Line, coverage: Coverage) -> None:
    check = ask_eligibility(coverage=coverage, service_types=("98",))
    text = read_document(check.question).decode().replace("\n", "")
    assert f"BHT*0022*13*{check.reference}*20261123*0930~" in text
    assert "NM1*PR*2*MEDICARE PART B*****PI*MCRPB~" in text
    assert "NM1*1P*2*SUMMIT FAMILY MEDICINE PLLC*****XX*2000000010~" in text
    assert "NM1*IL*1*TESTPATIENT*JOAN*Q***MI*1EG4TE5MK73~" in text
    assert "DMG*D8*19500412*F~DTP*291*D8*20261123~EQ*98~" in text


def test_a_child_is_asked_for_below_the_subscriber(line: Line, world: World) -> None:
    check = ask_eligibility(coverage=lily(world).coverages.get())
    text = read_document(check.question).decode().replace("\n", "")
    assert "NM1*IL*1*CARTER*MARK****MI*AHP123456789~" in text
    assert "NM1*03*1*CARTER*LILY~" in text
    assert "INS*N*19~" in text


def test_an_active_answer_is_stored_first_and_then_read(line: Line, coverage: Coverage) -> None:
    ask_eligibility(coverage=coverage)
    check = says(line, ACTIVE)
    assert (check.state, check.verdict, check.plan_name) == ("answered", "active", "GOLD PPO")
    message = InboundMessage.objects.get()
    assert (message.source, message.kind, message.state) == ("reply", "271", "applied")
    assert check.answer == message.document
    assert b"GOLD PPO" in read_document(check.answer)
    assert check.sheet["rows"][0]["deductible_left"] == "$200.00"
    assert not WorkItem.objects.exists()


def test_pressing_twice_asks_once(line: Line, coverage: Coverage) -> None:
    first = ask_eligibility(coverage=coverage)
    assert ask_eligibility(coverage=coverage) == first
    says(line, ACTIVE)
    assert ask_eligibility(coverage=coverage) != first


def test_no_answer_is_asked_again_with_the_same_bytes_and_then_told(
    line: Line, coverage: Coverage
) -> None:
    check = ask_eligibility(coverage=coverage)
    now = clock.now()
    for hours in range(5):
        with clock.travel(now + timedelta(hours=hours)):
            assert ask_due() == 1
            assert ask_due() == 0
        check.refresh_from_db()
        if hours < 4:
            assert check.state == "queued"
            assert check.due_at >= now + timedelta(hours=hours, seconds=90)
    assert check.state == "failed"
    assert len({(one.content, one.idempotency_key) for one in line.sent}) == 1
    item = WorkItem.objects.get()
    assert (item.kind, item.role) == (f"eligibility.no_answer.{coverage.pk}", "front_desk")
    assert "no answer within 20 seconds" in item.reason


def test_a_busy_line_is_waited_for_and_a_refusal_ends_it(line: Line, coverage: Coverage) -> None:
    check = ask_eligibility(coverage=coverage)
    line.reply = Throttled(300)
    ask_due()
    check.refresh_from_db()
    assert (check.state, check.due_at) == ("queued", clock.now() + timedelta(seconds=300))
    line.reply = Rejected("HTTP 403")
    with clock.travel(clock.now() + timedelta(minutes=6)):
        ask_due()
    check.refresh_from_db()
    assert (check.state, check.last_error) == ("failed", "HTTP 403")


def test_a_line_that_is_always_busy_is_given_up_after_four_hours(
    line: Line, coverage: Coverage
) -> None:
    check, start = ask_eligibility(coverage=coverage), clock.now()
    line.reply = Throttled(300)
    for hours in range(4):
        with clock.travel(start + timedelta(hours=hours)):
            assert ask_due() == 1
    check.refresh_from_db()
    assert check.state == "queued"
    with clock.travel(start + timedelta(hours=4, minutes=1)):
        ask_due()
    check.refresh_from_db()
    assert (check.state, check.last_error) == ("failed", "the other side asked us to wait")
    assert WorkItem.objects.filter(kind__startswith="eligibility.no_answer").count() == 1


def test_questions_count_among_the_calls_of_the_line(
    line: Line, coverage: Coverage, world: World
) -> None:
    TradingPartner.objects.update(calls_per_minute=1)
    first = ask_eligibility(coverage=coverage)
    second = ask_eligibility(coverage=lily(world).coverages.get())
    line.reply = Replied(answer_271(first.reference, ACTIVE))
    assert [ask_due(), ask_due(), ask_due()] == [1, 1, 0]
    assert len(line.sent) == 1
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("queued", 0)
    assert second.last_error == "no more than 1 call a minute"


def test_questions_without_an_answer_open_the_circuit_and_wait_for_it(
    line: Line, coverage: Coverage, world: World
) -> None:
    start = clock.now()
    ask_eligibility(coverage=coverage)
    for minutes in (0, 3, 10, 30, 60):
        with clock.travel(start + timedelta(minutes=minutes)):
            assert ask_due() == 1
    assert PartnerLine.objects.get().failures == 5
    with clock.travel(start + timedelta(minutes=60, seconds=1)):
        waiting = ask_eligibility(coverage=lily(world).coverages.get())
        ask_due()
        waiting.refresh_from_db()
        assert waiting.last_error == "the line rests after several failures"
    assert len(line.sent) == 5


def test_a_key_that_is_refused_stops_the_line_for_files_too(
    line: Line, coverage: Coverage, world: World
) -> None:
    check = ask_eligibility(coverage=coverage)
    line.reply = Stopped("sign_in", "it refused our key")
    ask_due()
    check.refresh_from_db()
    assert (check.state, check.last_error) == ("failed", "it refused our key")
    assert PartnerLine.objects.get().stop == "sign_in"
    assert WorkItem.objects.filter(kind="partner.stopped").count() == 1


def test_what_one_plan_answers_leaves_the_work_about_another_open(
    line: Line, coverage: Coverage, world: World
) -> None:
    other = record_coverage(
        patient=coverage.patient, plan=world.acme_plan, rank=2, member_id="AHP1",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    ask_eligibility(coverage=coverage)
    says(line, INACTIVE)
    ask_eligibility(coverage=other)
    says(line, INACTIVE, number=902, member_id="AHP1")
    assert WorkItem.objects.filter(state="open").count() == 2
    ask_eligibility(coverage=other)
    says(line, ACTIVE, number=903, member_id="AHP1")
    item = WorkItem.objects.get(state="open")
    assert item.title == "Not covered by Medicare Part B on 11/23/2026"


def test_a_worker_that_died_while_asking_is_followed_by_another(
    line: Line, coverage: Coverage
) -> None:
    check = ask_eligibility(coverage=coverage)

    def die(_parcel: Parcel) -> Reply:
        raise KeyboardInterrupt

    line.reply = die
    with pytest.raises(KeyboardInterrupt):
        ask_due()
    check.refresh_from_db()
    assert check.state == "asking"
    assert ask_due() == 0
    with clock.travel(clock.now() + timedelta(minutes=3)):
        assert says(line, ACTIVE).verdict == "active"


def test_not_covered_becomes_work_of_the_front_desk_until_it_is(
    line: Line, coverage: Coverage
) -> None:
    ask_eligibility(coverage=coverage)
    assert says(line, INACTIVE).verdict == "inactive"
    item = WorkItem.objects.get()
    assert item.title == "Not covered by Medicare Part B on 11/23/2026"
    ask_eligibility(coverage=coverage)
    says(line, ACTIVE, number=901)
    item.refresh_from_db()
    assert item.state == "done"


def test_each_reason_of_a_refusal_is_a_sentence_with_its_field(
    line: Line, coverage: Coverage
) -> None:
    ask_eligibility(coverage=coverage)
    check = says(line, "", aaa=refused("75:C", "71:C"))
    assert check.verdict == "not_told"
    assert [(one["sentence"], one["place"]) for one in check.sheet["refusals"]] == [
        ("The payer does not find the subscriber.", "member_id"),
        ("The birth date is not the one that the payer has.", "birth_date"),
    ]
    assert WorkItem.objects.get().reason == (
        "The payer does not find the subscriber. Put it right and ask again."
    )


def test_a_payer_that_is_down_is_asked_again_by_itself(line: Line, coverage: Coverage) -> None:
    ask_eligibility(coverage=coverage)
    check = says(line, "", aaa=refused("42:R"))
    assert (check.state, check.verdict) == ("queued", "")
    assert check.due_at == clock.now() + timedelta(minutes=10)
    assert check.last_error == "The payer's system is not available now"


def test_an_answer_to_somebody_elses_question_is_set_aside(line: Line, coverage: Coverage) -> None:
    check = ask_eligibility(coverage=coverage)
    line.reply = Replied(answer_271("E999999999", ACTIVE))
    ask_due()
    check.refresh_from_db()
    assert (check.state, check.verdict) == ("failed", "")
    assert InboundMessage.objects.get().state == "quarantined"


@pytest.mark.parametrize("wrong", [b"", b"<html>busy</html>", b"ISA*00*cut"])
def test_bytes_that_are_no_answer_end_the_question_with_a_reason(
    line: Line, coverage: Coverage, wrong: bytes
) -> None:
    check = ask_eligibility(coverage=coverage)
    line.reply = Replied(wrong)
    ask_due()
    check.refresh_from_db()
    assert check.state == "failed"
    assert check.last_error


def test_an_answer_addressed_to_another_practice_is_not_read(
    line: Line, coverage: Coverage
) -> None:
    ask_eligibility(coverage=coverage)
    assert says(line, ACTIVE, to="LAKESIDE1").verdict == ""


def test_an_answer_about_another_person_is_not_read(line: Line, coverage: Coverage) -> None:
    ask_eligibility(coverage=coverage)
    assert says(line, ACTIVE, member_id="9ZZ9ZZ9ZZ99", born="19991231").verdict == ""


def test_an_answer_that_comes_again_or_late_changes_nothing(
    line: Line, coverage: Coverage, world: World
) -> None:
    ask_eligibility(coverage=coverage)
    check = says(line, ACTIVE)
    receive_message(
        practice=world.practice, partner=world.partner, source="folder",
        content=answer_271(check.reference, INACTIVE, number=999),
        content_type="application/edi-x12",
    )  # fmt: skip
    process_due()
    check.refresh_from_db()
    assert check.verdict == "active"
    assert InboundMessage.objects.latest("id").state == "duplicate"


def test_the_other_practice_cannot_answer_it_and_does_not_see_it(
    line: Line, coverage: Coverage, lakeside: Practice
) -> None:
    check = ask_eligibility(coverage=coverage)
    with practice_scope(lakeside):
        theirs = make_world(lakeside)
        receive_message(
            practice=lakeside, partner=theirs.partner, source="folder",
            content=answer_271(check.reference, ACTIVE), content_type="application/edi-x12",
        )  # fmt: skip
        process_due()
        assert not EligibilityCheck.objects.exists()
    check.refresh_from_db()
    assert check.state == "queued"


def test_who_cannot_be_asked_is_said_at_once(world: World, coverage: Coverage) -> None:
    with pytest.raises(ApplicationError, match="takes files only"):
        ask_eligibility(coverage=coverage)
    TradingPartner.objects.update(is_active=False)
    with pytest.raises(ApplicationError, match="No route"):
        ask_eligibility(coverage=coverage)


def test_a_coverage_that_ended_before_the_day_is_not_active(line: Line, coverage: Coverage) -> None:
    ask_eligibility(coverage=coverage, service_on=date(2026, 11, 23))
    check = says(line, ACTIVE, dates="DTP*357*D8*20261031~")
    assert check.verdict == "inactive"
    assert check.sheet["headline"] == "Not active on 11/23/2026, it ended on 10/31/2026"


def test_verify_knows_what_became_of_each_question_and_its_answer(
    line: Line, coverage: Coverage
) -> None:
    ask_eligibility(coverage=coverage)
    says(line, "", aaa=refused("42:R"))
    with clock.travel(clock.now() + timedelta(minutes=11)):
        says(line, ACTIVE, number=901)
    assert check_questions() == Checked(1, [])
    assert check_messages() == Checked(2, [])
    ask_eligibility(coverage=coverage)
    with clock.travel(clock.now() + timedelta(hours=2)):
        problem = f"question {check_of().reference}: nobody asked for an hour"
        assert check_questions().problems == [problem]
