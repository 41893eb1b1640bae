"""A claim that nobody answers is given up as lost and sent again; never one that somebody has."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, ClaimVersion, SubmissionAttempt
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.send_again import send_again
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import report_silence
from core import clock
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.models import Practice, TimelineEntry, WorkItem
from desk.call_outcomes import PAYER_OUTCOMES, outcome_of
from desk.services.log_call import log_call
from tests.cast import client_of
from tests.claims.views.test_pages import detail, text
from tests.factories.claims import World, batch_of, joan, make_claim

pytestmark = pytest.mark.django_db
WHY = "The clearinghouse lost the file."


@pytest.fixture
def attempt(world: World) -> SubmissionAttempt:
    batch_of(world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)))
    send_due()
    return SubmissionAttempt.objects.get()


@pytest.fixture
def later() -> Iterator[None]:
    """A month has gone by."""
    with clock.travel(clock.now() + timedelta(days=31)):
        yield


def biller(attempt: SubmissionAttempt) -> Client:
    """Signed in now."""
    return client_of(attempt.practice, Role.BILLER)


def said(attempt: SubmissionAttempt, state: str) -> None:
    apply_evidence(attempt.practice, [Evidence(attempt.pk, state, f"said {state}")])


def called(claim: Claim, key: str) -> None:
    outcome = outcome_of(PAYER_OUTCOMES, key)
    assert outcome is not None
    log_call(claim, outcome=outcome, with_whom="Pat")


def door(claim: Claim) -> str:
    return reverse("claims:send-again", args=[claim.public_id])


def open_kinds() -> set[str]:
    return set(WorkItem.objects.filter(state="open").values_list("kind", flat=True))


@pytest.mark.parametrize("proved", ["", "file_accepted", "ch_accepted"])
def test_what_was_not_acknowledged_goes_out_again_as_a_new_attempt_of_the_same_version(
    world: World, attempt: SubmissionAttempt, proved: str
) -> None:
    if proved:
        said(attempt, proved)
    claim = Claim.objects.get()
    assert door(claim) not in text(biller(attempt).get(detail(claim))), "its answer is not late yet"
    with clock.travel(clock.now() + timedelta(days=7)):
        assert report_silence() == 1
        assert door(claim) in text(biller(attempt).get(detail(claim)))
        page = text(biller(attempt).post(door(claim), {"reason": WHY}, follow=True))
    assert "ready to send" in page
    assert WHY in page
    assert "claim.no_acknowledgement" not in open_kinds()
    attempt.refresh_from_db()
    assert (attempt.clock_due_at, attempt.silence_reported_at) == (None, None)

    batch_of(world, Claim.objects.get())
    send_due()
    newer = SubmissionAttempt.objects.get(number=2)
    version = ClaimVersion.objects.get()
    assert (version.state, version.current_attempt, newer.version) == ("sent", newer, version)


def test_no_answer_of_a_payer_that_never_took_it_is_sent_again(
    attempt: SubmissionAttempt, later: None
) -> None:
    report_silence()
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        assert Claim.objects.get().version.state == "no_response"
        assert send_again(claim=Claim.objects.get(), reason=WHY).state == "ready"
    assert "claim.no_answer" not in open_kinds()
    assert TimelineEntry.objects.filter(kind="claim.sent_again").count() == 1


def test_what_the_payer_has_is_sent_again_only_once_it_says_that_it_has_it_not(
    attempt: SubmissionAttempt, later: None
) -> None:
    said(attempt, "payer_accepted")
    claim = Claim.objects.get()
    with clock.travel(clock.now() + timedelta(days=31)):
        report_silence()
        assert door(claim) not in text(biller(attempt).get(detail(claim)))
        with pytest.raises(Conflict, match="would have it twice"):
            send_again(claim=claim, reason=WHY)
        called(claim, "not-on-file")
        assert door(claim) in text(biller(attempt).get(detail(claim)))
    with clock.travel(clock.now() + timedelta(days=32)):
        called(claim, "nobody")
        assert send_again(claim=claim, reason=WHY).state == "ready"
    assert "follow_up" not in open_kinds()


def test_a_payer_that_speaks_again_and_has_it_counts(
    attempt: SubmissionAttempt, later: None
) -> None:
    report_silence()
    called(Claim.objects.get(), "not-on-file")
    with clock.travel(clock.now() + timedelta(days=1)):
        said(attempt, "payer_accepted")
        with pytest.raises(Conflict, match="nothing to send again"):
            send_again(claim=Claim.objects.get(), reason=WHY)


def test_without_a_reason_the_page_says_so_at_the_field(
    attempt: SubmissionAttempt, later: None
) -> None:
    report_silence()
    claim = Claim.objects.get()
    answer = biller(attempt).post(door(claim), {"reason": " "})
    assert answer.status_code == 422
    assert "Say how you know that it is lost." in text(answer)
    with pytest.raises(ApplicationError, match="how you know"):
        send_again(claim=claim, reason=" ")
    assert claim.version.state == "sent"


def test_nobody_else_sends_and_another_practice_finds_nothing(
    attempt: SubmissionAttempt, lakeside: Practice, world: World
) -> None:
    claim = Claim.objects.get()
    assert client_of(world.practice, Role.CODER).post(door(claim)).status_code == 403
    theirs = client_of(lakeside, Role.BILLER).post(door(claim), {"reason": WHY})
    assert theirs.status_code == 404
