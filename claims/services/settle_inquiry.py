"""What became of a question: tried again, answered, or given up and told to a person."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from claims import states
from claims.choices import InquiryState
from claims.models import EligibilityCheck, InboundMessage, StatusInquiry
from core import clock, timeline
from core.choices import Role
from core.leases import backoff
from core.services.work import open_work_item
from core.states import advance
from patients.models import Coverage

Question = EligibilityCheck | StatusInquiry
MOST_TRIES = 5
PAYER_IS_DOWN = timedelta(minutes=10)
MOST_PUT_OFF = timedelta(hours=4)
FIRST_PAUSE = 45  # doubled at each try: never sooner than CORE's 90 seconds (reliability 1.4 b)
NO_ELIGIBILITY, NO_STATUS = "eligibility.no_answer", "claim.no_status"


def about(coverage: Coverage, kind: str) -> str:
    """The kind of a patient's work about one coverage: what another payer answers is another's."""
    return f"{kind}.{coverage.pk}"


def try_again(question: Question, *, reason: str, after: timedelta | None = None) -> None:
    """No answer yet: it waits and is asked once more. After five tries a person is told.

    `after` is how long the other side asked us to wait: that is no failure of theirs, and is done
    for four hours.
    """
    if question.attempts >= MOST_TRIES if after is None else has_waited_enough(question):
        give_up(question, reason=reason)
        return
    advance(
        question,
        InquiryState.QUEUED,
        table=states.INQUIRY,
        update={
            "due_at": clock.now() + (after or backoff(question.attempts, first=FIRST_PAUSE)),
            "lease_until": None,
            "last_error": reason[:300],
        },
    )


def has_waited_enough(question: Question) -> bool:
    """Whether somebody is to be told, though nobody has refused to answer."""
    return clock.now() - question.asked_at > MOST_PUT_OFF


@transaction.atomic
def give_up(question: Question, *, reason: str) -> None:
    """It is asked no more by itself: the reason is kept, and someone must do without the answer."""
    advance(
        question,
        InquiryState.FAILED,
        table=states.INQUIRY,
        update={"lease_until": None, "last_error": reason[:300]},
    )
    today = clock.today(question.practice)
    if isinstance(question, EligibilityCheck):
        patient = question.coverage.patient
        timeline.record(
            patient,
            kind="eligibility.failed",
            sentence=f"got no answer from {question.payer.name} about the coverage",
            details={"note": reason},
        )
        open_work_item(
            subject=patient,
            kind=about(question.coverage, NO_ELIGIBILITY),
            title=f"{question.payer.name} did not say whether the patient is covered",
            reason=f"Ask once more, or call them: {reason}.",
            role=Role.FRONT_DESK,
            due_on=today,
            renews=True,
        )
        return
    claim = question.version.claim
    timeline.record(
        claim,
        kind="claim.status_failed",
        sentence=f"got no answer from {question.payer.name} about the claim",
        details={"note": reason},
    )
    open_work_item(
        subject=claim,
        kind=NO_STATUS,
        title=f"{question.payer.name} did not say where the claim is",
        reason=f"Call them: {reason}.",
        role=Role.BILLER,
        due_on=today,
        amount=question.version.charge_amount,
        renews=True,
    )


def come_back_later(question: Question, message: InboundMessage, *, reason: str) -> None:
    """The payer answered that it cannot answer now: told on the timeline, and asked again."""
    try_again(question, reason=reason, after=PAYER_IS_DOWN)
    told: dict[str, Any] = {
        "sentence": f"asks {question.payer.name} again in ten minutes: {reason}",
        "document": message.document,
    }
    if isinstance(question, EligibilityCheck):
        timeline.record(question.coverage.patient, kind="eligibility.put_off", **told)
    else:
        timeline.record(question.version.claim, kind="claim.status_put_off", **told)


def settle(question: Question, message: InboundMessage, **found: object) -> bool:
    """The answer is here; `found` are the columns it fills. False where it was here before."""
    return advance(
        question,
        InquiryState.ANSWERED,
        table=states.INQUIRY,
        update={
            "answer": message.document,
            "answered_at": message.received_at,
            "lease_until": None,
            "last_error": "",
            **found,
        },
    )
