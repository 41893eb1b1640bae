"""What the page of a batch on paper tells: its steps, and how many envelopes it makes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from claims.choices import AttemptState, MailingState
from claims.forms import MailedForm
from claims.models import SubmissionAttempt, SubmissionBatch
from claims.services.message_results import counted
from claims.states import EVIDENCE_RANK
from claims.views.track import Step
from core import clock


def paper_part(row: SubmissionBatch, attempts: Sequence[SubmissionAttempt]) -> dict[str, Any]:
    """The part of a batch's page that only paper has."""
    mailing = row.mailing
    envelopes = Counter(attempt.version.payer.name for attempt in attempts)
    return {
        "mailing": mailing,
        "track": _track(row, attempts),
        "envelopes": sorted(envelopes.items()),
        "mailed_form": MailedForm(initial={"mailed_on": clock.today(row.practice)}),
        "is_answered": any(_is_answered(attempt) for attempt in attempts),
    }


def _track(row: SubmissionBatch, attempts: Sequence[SubmissionAttempt]) -> list[Step]:
    """Made, printed, mailed, answered. Nobody acknowledges paper."""
    mailing = row.mailing
    answered = sum(_is_answered(attempt) for attempt in attempts)
    if mailing.state == MailingState.DROPPED:
        return [Step("Taken apart", is_done=False, words="its claims are ready again", is_bad=True)]
    return [
        Step("Forms made", is_done=True, words=counted(mailing.form_count, "form")),
        Step("Printed", mailing.printed_at is not None, _printed(row)),
        Step("Mailed", mailing.mailed_on is not None, _mailed(row)),
        Step(
            "Answered",
            bool(attempts) and answered == len(attempts),
            f"{answered} of {len(attempts)}" if answered else "only the remittance tells",
        ),
    ]


def _printed(row: SubmissionBatch) -> str:
    mailing = row.mailing
    if mailing.printed_at is None:
        return "still to print"
    day = clock.local(mailing.printed_at, row.practice)
    return f"{day:%m/%d/%Y} by {mailing.printed_by or 'system'}"


def _mailed(row: SubmissionBatch) -> str:
    mailing = row.mailing
    if mailing.mailed_on is None:
        return "still to mail"
    return f"{mailing.mailed_on:%m/%d/%Y} by {mailing.mailed_by or 'system'}"


def _is_answered(attempt: SubmissionAttempt) -> bool:
    return attempt.evidence_rank > EVIDENCE_RANK[AttemptState.SENT]
