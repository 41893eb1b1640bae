"""A claim that was put right to go again, and has arrived all the same: it is not to go twice."""

from collections.abc import Collection
from datetime import date

from claims import states
from claims.choices import AttemptState, VersionState
from claims.models import Claim, ClaimVersion, SubmissionAttempt
from claims.services.take_out import take_out
from core import timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import close_work_item, open_work_item

_ARRIVED = sorted(set(states.EVIDENCE_RANK) - states.REJECTED - {AttemptState.SENT})
TAKEN_WORK, TWO_COPIES = "claim.taken_after_all", "claim.two_copies"
ARRIVED = "It has arrived after all: sent again, it would be there twice. Ask the payer first"
_TAKEN_OUT = "an earlier sending of it has arrived"


def keep_back(attempt: SubmissionAttempt, today: date) -> None:
    """See to it that the claim of an accepted attempt is not with the same payer twice.

    What waits to be sent is put on hold, so that no schedule and no batch takes it; what waits in a
    file or on a form that has not left is taken out of it, or held in it; and it is work. A hold
    that somebody set stays as it is. What is out already cannot be called back: that is work.
    """
    claim, waiting = attempt.version.claim, _sent_again(attempt)
    if waiting is None:
        return
    newest = waiting.current_attempt
    if waiting.state == VersionState.BATCHED and newest is not None:
        if newest.batch.is_paper:
            _hold(claim)
            _make_work(attempt, _ON_PAPER.format(newest.batch.reference), today)
            return
        if not take_out(newest, because=_TAKEN_OUT):
            _tell_of_two(attempt, waiting, today)
            return
        _hold(claim)
        _make_work(attempt, _WAITS, today)
    elif waiting.state in states.UNSENT | states.REJECTED:
        _hold(claim)
        _make_work(attempt, _WAITS, today)
    elif waiting.state in states.WITH_PAYER:
        _tell_of_two(attempt, waiting, today)


_WAITS = (
    "It is on hold. Ask the payer: if they have it, leave it and await the answer; if not, end the"
    " hold and send it."
)
_ON_PAPER = (
    "Its form is in batch {}, which cannot be mailed while the claim is on hold: take the batch"
    " apart. Ask the payer: if they have it, leave it; if not, end the hold and send it."
)


def _sent_again(attempt: SubmissionAttempt) -> ClaimVersion | None:
    """What goes, waits or went to the payer of `attempt` in a later sending of the same claim; None
    where this one is the last. What corrects its decision is another thing.
    """
    version = attempt.version
    is_current = version.claim.current_version_id == version.pk
    later = version if is_current else version.claim.version
    same = later.rank == version.rank and later.corrects_id == version.corrects_id
    is_last = is_current and version.current_attempt_id == attempt.pk
    if not same or (is_last and later.state not in states.UNSENT):
        return None
    return later


def _hold(claim: Claim) -> None:
    """In a batch or not: whoever mails or sends looks at it."""
    row = Claim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)
    if row.hold_reason:
        return
    row.hold_reason = ARRIVED
    row.save(update_fields=["hold_reason"])
    with acting_as(Actor(source="holds")):
        timeline.record(row, kind="claim.held", sentence=f"put it on hold: {ARRIVED}")


def _make_work(attempt: SubmissionAttempt, reason: str, today: date) -> None:
    open_work_item(
        subject=attempt.version.claim,
        kind=TAKEN_WORK,
        title="It was put right to go again, and has arrived all the same",
        reason=reason,
        role=Role.BILLER,
        due_on=today,
        amount=attempt.version.charge_amount,
    )


def _tell_of_two(attempt: SubmissionAttempt, later: ClaimVersion, today: date) -> None:
    """Both are out. Whoever sent it again knows why, and has the work."""
    newest = later.current_attempt
    sender = newest.batch.made_by if newest else None
    open_work_item(
        subject=attempt.version.claim,
        kind=TWO_COPIES,
        title=f"{later.payer.name} may hold two copies of this claim",
        reason="An earlier sending was accepted after it was sent again. Ask the payer which it"
        " works on. A denial as duplicate (CO-18) of the other is no denial to appeal. Where both"
        " are taken up, have them drop one; where both are decided, void one.",
        owner=sender if sender is not None and sender.is_active else None,
        role=Role.BILLER,
        due_on=today,
        amount=later.charge_amount,
        renews=True,
    )


def one_copy_left(attempt: SubmissionAttempt, today: date) -> None:
    """Of two copies at a payer one is rejected. Where that is the newer one, it is not put right
    and sent again: the older one is there.
    """
    claim = attempt.version.claim
    ended = close_work_item(
        subject=claim, kind=TWO_COPIES, outcome="One of the two copies is rejected."
    )
    if not ended or attempt.version.current_attempt_id != attempt.pk:
        return
    others = SubmissionAttempt.everywhere.filter(
        version__claim=claim, version__rank=attempt.version.rank,
        version__corrects=attempt.version.corrects_id, state__in=_ARRIVED,
    )  # fmt: skip
    if others.exclude(pk=attempt.pk).exists():
        _hold(claim)
        _make_work(attempt, _WAITS, today)


def let_go_of_rejected(attempt: SubmissionAttempt) -> None:
    """What had arrived after all is rejected now: what was kept back for it may go. Unless another
    sending of it has arrived as well.
    """
    claim, waiting = attempt.version.claim, _sent_again(attempt)
    may_go = states.UNSENT | states.REJECTED | {VersionState.BATCHED}
    if waiting is None or waiting.state not in may_go:
        return
    others = SubmissionAttempt.everywhere.filter(
        version__claim=claim, version__rank=attempt.version.rank,
        version__corrects=attempt.version.corrects_id, state__in=_ARRIVED,
    )  # fmt: skip
    if others.exclude(pk=attempt.pk).exists():
        return
    end_what_arrived([claim], because="it is rejected")
    close_work_item(subject=claim, kind=TAKEN_WORK, outcome="It is rejected.")


def end_what_arrived(claims: Collection[Claim], because: str = "the answer is here") -> None:
    """What was kept back for want of an answer waits no more."""
    held = Claim.objects.filter(pk__in=[claim.pk for claim in claims], hold_reason=ARRIVED)
    for claim in held.select_for_update(no_key=True):
        claim.hold_reason = ""
        claim.save(update_fields=["hold_reason"])
        timeline.record(claim, kind="claim.let_go", sentence=f"ended the hold: {because}")
