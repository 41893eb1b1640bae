"""What people do with a batch on paper: print, print again, mail, and take either back."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from claims import news, states
from claims.choices import AttemptState, ClockKind, MailingState, VersionState
from claims.models import Mailing, SubmissionAttempt, SubmissionBatch
from claims.services.message_results import counted
from claims.services.move_versions import Move, move_versions
from claims.services.start_clocks import start_clocks
from core import clock, timeline
from core.errors import ApplicationError, Conflict
from core.news import announce
from core.states import IllegalTransition, advance

_NOT_NOW = {
    MailingState.TO_PRINT: "This batch is to be printed first.",
    MailingState.PRINTED: "This batch is printed and not mailed yet.",
    MailingState.MAILED: "This batch is mailed already.",
    MailingState.DROPPED: "This batch was taken apart.",
}
_NOON = time(12)


def mark_printed(*, batch: SubmissionBatch, user: Any) -> None:
    """Every form came out of the printer. Raises Conflict unless the batch was to be printed."""
    with transaction.atomic():
        mailing = _locked(batch)
        _advance(mailing, MailingState.PRINTED, printed_at=clock.now(), printed_by=user)
        sentence = f"printed the claim on paper, batch {batch.reference}"
        _tell_claims(batch, "claim.printed", sentence)
        forms = counted(mailing.form_count, "form")
        timeline.record(batch, kind="batch.printed", sentence=f"printed {forms}")


def mark_spoiled(*, batch: SubmissionBatch) -> None:
    """The printer spoiled it: the same forms are printed again; no claim changes.

    Raises Conflict unless the batch is printed and not mailed.
    """
    with transaction.atomic():
        mailing = _locked(batch)
        if mailing.state != MailingState.PRINTED:
            raise Conflict(_NOT_NOW[MailingState(mailing.state)])
        _advance(mailing, MailingState.TO_PRINT, printed_at=None, printed_by=None)
        timeline.record(
            batch, kind="batch.spoiled", sentence="found the print spoiled: the same forms again"
        )


def mark_mailed(
    *, batch: SubmissionBatch, mailed_on: date, user: Any, mail_reference: str = ""
) -> None:
    """The envelopes are with the post: the claims are sent, and only the payer's answer is awaited.

    Raises Conflict unless the batch is printed, and while a claim in it is on hold;
    ApplicationError (at `mailed_on`) for a day that is not to be.
    """
    with transaction.atomic():
        mailing = _locked(batch)
        _check_holds(batch)
        _check_day(batch, mailed_on)
        _advance(
            mailing,
            MailingState.MAILED,
            mailed_on=mailed_on,
            mailed_by=user,
            mail_reference=mail_reference,
        )
        start_clocks(batch, ClockKind.BY_MAIL, _moment(batch, mailed_on))
        moved = _send_claims(batch, mailed_on, mail_reference)
        timeline.record(
            batch,
            kind="batch.sent",
            sentence=f"mailed the forms on {mailed_on:%m/%d/%Y}",
            details={"note": mail_reference},
        )
        announce(news.VERSION_SENT, subject=batch, ids={"version_ids": moved})


def undo_mailed(*, batch: SubmissionBatch) -> None:
    """It was not mailed after all: its claims are in the batch again, and nothing is awaited.

    Raises Conflict once anything came back about one of them, or was asked.
    """
    with transaction.atomic():
        mailing = _locked(batch)
        if mailing.state != MailingState.MAILED:
            raise Conflict(_NOT_NOW[MailingState(mailing.state)])
        attempts = list(
            SubmissionAttempt.objects.filter(batch=batch)
            .select_related("version")
            .defer("version__snapshot")
            .order_by("pk")
            .select_for_update(of=("self", "version"))
        )
        if not all(_is_untouched(attempt) for attempt in attempts):
            raise Conflict("Something came back about these claims: they were mailed.")
        _advance(mailing, MailingState.PRINTED, mailed_on=None, mailed_by=None, mail_reference="")
        _reset(attempts)
        move_versions(
            [
                Move(
                    attempt.version_id,
                    VersionState.BATCHED,
                    "claim.unsent",
                    "took back that the claim was mailed",
                )
                for attempt in attempts
            ]
        )
        timeline.record(batch, kind="batch.unsent", sentence="took back that it was mailed")


def take_apart(*, batch: SubmissionBatch) -> None:
    """Give the batch up before it is mailed: its claims are ready again.

    Raises Conflict once it is mailed.
    """
    with transaction.atomic():
        mailing = _locked(batch)
        _advance(mailing, MailingState.DROPPED)
        waiting = _version_ids(batch)
        SubmissionAttempt.objects.filter(batch=batch, evidence_rank=0).update(
            state=AttemptState.REFUSED
        )
        move_versions(
            [
                Move(pk, VersionState.READY, "claim.unbatched", "took the claim out of its batch")
                for pk in waiting
            ]
        )
        timeline.record(batch, kind="batch.dropped", sentence="took the batch apart")


def _locked(batch: SubmissionBatch) -> Mailing:
    found: Mailing = Mailing.objects.select_for_update().get(batch=batch)
    return found


def _advance(mailing: Mailing, to: MailingState, **columns: Any) -> None:
    """Move the mailing. Raises Conflict where the table has no such move, or it was made before."""
    try:
        moved = advance(mailing, to, table=states.MAILING, update=columns)
    except IllegalTransition as error:
        raise Conflict(_NOT_NOW[MailingState(error.old)]) from error
    if not moved:
        raise Conflict(_NOT_NOW[to])


def _check_holds(batch: SubmissionBatch) -> None:
    """A claim can be put on hold in its batch: an earlier sending of it has arrived."""
    waiting = SubmissionAttempt.objects.filter(
        batch=batch, version__current_attempt__batch=batch, version__state=VersionState.BATCHED
    )
    held = waiting.exclude(version__claim__hold_reason="").select_related("version__claim").first()
    if held is not None:
        claim = held.version.claim
        raise Conflict(
            f"Claim {claim.control_number} in it is on hold: {claim.hold_reason}. Take the batch"
            " apart, or end the hold."
        )


def _check_day(batch: SubmissionBatch, mailed_on: date) -> None:
    today = clock.today(batch.practice)
    built = clock.local(batch.built_at, batch.practice).date()
    if mailed_on > today:
        raise ApplicationError("This day is still to come.", field="mailed_on")
    if mailed_on < built:
        raise ApplicationError(
            f"The forms were made on {built:%m/%d/%Y}: not before that.", field="mailed_on"
        )


def _moment(batch: SubmissionBatch, day: date) -> datetime:
    """From when the answer is awaited: noon of the day, or now where that is still to come."""
    noon = datetime.combine(day, _NOON, ZoneInfo(batch.practice.time_zone))
    return min(noon, clock.now())


def _send_claims(batch: SubmissionBatch, mailed_on: date, mail_reference: str) -> list[int]:
    note = " · ".join(filter(None, ["CMS-1500", f"batch {batch.reference}", mail_reference]))
    moved = move_versions(
        [
            Move(
                pk,
                VersionState.SENT,
                "claim.sent",
                f"mailed the claim on {mailed_on:%m/%d/%Y}",
                note=note,
                document=batch.document,
            )
            for pk in _version_ids(batch)
        ]
    )
    return [version.pk for version in moved]


def _tell_claims(batch: SubmissionBatch, kind: str, sentence: str) -> None:
    """Each claim has it on its timeline, and its patient among the disclosures."""
    move_versions(
        [Move(pk, "", kind, sentence, document=batch.document) for pk in _version_ids(batch)]
    )


def _version_ids(batch: SubmissionBatch) -> Iterable[int]:
    """The versions that wait in this batch; one that was answered meanwhile has left it."""
    return list(
        SubmissionAttempt.objects.filter(
            batch=batch,
            version__current_attempt__batch=batch,
            version__state=VersionState.BATCHED,
        ).values_list("version_id", flat=True)
    )


def _is_untouched(attempt: SubmissionAttempt) -> bool:
    """Whether nobody has said anything about this claim since it was mailed."""
    version = attempt.version
    return (
        attempt.state == AttemptState.SENT
        and attempt.silence_reported_at is None
        and version.current_attempt_id == attempt.pk
        and version.state == VersionState.SENT
    )


def _reset(attempts: Iterable[SubmissionAttempt]) -> None:
    for attempt in attempts:
        states.ATTEMPT.check(attempt.state, AttemptState.QUEUED)
    SubmissionAttempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(
        state=AttemptState.QUEUED,
        evidence_rank=0,
        sent_at=None,
        clock_kind=ClockKind.NONE,
        clock_due_at=None,
    )
