"""Evidence about attempts: kept always, moving the state only upwards (reliability 1.5)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from claims import news, states
from claims.choices import VersionState
from claims.clocks import Clocks
from claims.models import SubmissionAttempt
from claims.services.bulk import update_alike
from claims.services.end_silence import SILENCE_WORK
from claims.services.keep_back import keep_back, let_go_of_rejected, one_copy_left
from claims.services.move_versions import Move, move_versions
from core import clock
from core.choices import Role
from core.models import Document, Practice
from core.news import announce
from core.services.work import close_work_item, open_work_item

REJECTED_WORK, ARRIVED_WORK = "claim.rejected", "claim.arrived_void"
PUT_RIGHT = "Put it right, check the claim again and send it."


@dataclass(frozen=True, slots=True)
class Evidence:
    """One word about one attempt: the state it proves and the sentence that tells it.

    `title` and `reason` are what a rejection's work item says; the sentence and the usual advice
    where there is none.
    """

    attempt_id: int
    state: str
    sentence: str
    note: str = ""
    title: str = ""
    reason: str = ""
    payer_claim_number: str = ""
    proof_on: date | None = None


def apply_evidence(
    practice: Practice, items: Sequence[Evidence], document: Document | None = None
) -> set[int]:
    """Apply `items` in the order of their rank; returns the ids of attempts that moved.

    What is late, repeated, or about an older attempt is told on the timeline and moves nothing.
    """
    with transaction.atomic():
        attempts = {
            attempt.pk: attempt
            for attempt in SubmissionAttempt.everywhere.filter(
                pk__in={item.attempt_id for item in items}
            )
            .select_related("version__claim")
            .defer("version__snapshot")
            .order_by("pk")
            .select_for_update(of=("self", "version"))
        }
        rejected_before = {pk for pk, row in attempts.items() if row.state in states.REJECTED}
        clocks = Clocks(practice)
        moved: dict[int, Evidence] = {}
        moves: list[Move] = []
        for item in sorted(items, key=lambda item: states.EVIDENCE_RANK[item.state]):
            attempt = attempts[item.attempt_id]
            rises = states.EVIDENCE_RANK[item.state] > attempt.evidence_rank
            if rises:
                _raise_attempt(attempt, item, clocks)
                moved[attempt.pk] = item
            moves.append(_move(attempt, item, document, rises=rises))
        update_alike(
            [attempts[pk] for pk in moved],
            ["state", "evidence_rank", "clock_kind", "clock_due_at"],
        )
        move_versions(moves)
        followed = [(attempts[pk], item) for pk, item in moved.items()]
        _follow_up(practice, followed, rejected_before)
    return set(moved)


def _raise_attempt(attempt: SubmissionAttempt, item: Evidence, clocks: Clocks) -> None:
    states.ATTEMPT.check(attempt.state, item.state)
    attempt.state = item.state
    attempt.evidence_rank = states.EVIDENCE_RANK[item.state]
    attempt.clock_kind, attempt.clock_due_at = clocks.next_after(
        item.state, payer_id=attempt.version.payer_id
    )


def _move(
    attempt: SubmissionAttempt, item: Evidence, document: Document | None, *, rises: bool
) -> Move:
    version = attempt.version
    is_newest = version.current_attempt_id == attempt.pk
    shown = rises and is_newest and states.VERSION.allows(version.state, item.state)
    sentence = item.sentence
    if shown:
        version.state = item.state  # so that a second word in the same file sees the first
    elif not is_newest:
        sentence = f"{sentence} (about attempt {attempt.number}, sent again since)"
    elif rises and version.state in states.UNSENT:
        sentence = f"{sentence} (came after it was put right to go again)"
    elif version.state != item.state:
        sentence = f"{sentence} (came late, changes nothing)"
    update: dict[str, Any] = {}
    if item.payer_claim_number and is_newest:
        update["payer_claim_number"] = item.payer_claim_number
    if item.proof_on and version.timely_proof_on is None:
        update["timely_proof_on"] = item.proof_on
    return Move(
        version.pk,
        item.state if shown else "",
        "claim.rejected" if item.state in states.REJECTED else "claim.accepted",
        sentence,
        note=item.note,
        update=update,
        document=document,
    )


def _follow_up(
    practice: Practice,
    moved: Sequence[tuple[SubmissionAttempt, Evidence]],
    rejected_before: Collection[int],
) -> None:
    """A rejection becomes work and news; an answer ends the work that silence had made, and an
    acceptance the work of a rejection before it.
    """
    today = clock.today(practice)
    for attempt, item in moved:
        claim = attempt.version.claim
        if attempt.silence_reported_at:
            for kind in SILENCE_WORK:
                close_work_item(subject=claim, kind=kind, outcome="The answer came.")
            SubmissionAttempt.everywhere.filter(pk=attempt.pk).update(silence_reported_at=None)
        if attempt.version.state == VersionState.VOIDED:
            _tell_of_void(attempt, item, today)
            continue
        is_newest = attempt.version.current_attempt_id == attempt.pk
        if item.state in states.REJECTED:
            let_go_of_rejected(attempt)
            one_copy_left(attempt, today)
        if is_newest and item.state in states.REJECTED:
            open_work_item(
                subject=claim,
                kind=REJECTED_WORK,
                title=_capitalised(item.title or item.sentence),
                reason=item.reason or PUT_RIGHT,
                role=Role.BILLER,
                due_on=today,
                amount=claim.charge_amount,
            )
            announce(news.CLAIM_REJECTED, subject=claim, ids={"version_id": attempt.version_id})
        elif item.state not in states.REJECTED:
            # They took what had been rejected, or given up as lost: nobody is to send it again.
            if is_newest and attempt.pk in rejected_before:
                outcome = "It was accepted after all."
                close_work_item(subject=claim, kind=REJECTED_WORK, outcome=outcome)
            keep_back(attempt, today)


def _tell_of_void(attempt: SubmissionAttempt, item: Evidence, today: date) -> None:
    """What was taken back or dropped after its rejection, and arrived all the same."""
    is_correction = attempt.version.corrects_id is not None
    if item.state not in states.REJECTED:
        open_work_item(
            subject=attempt.version.claim,
            kind=ARRIVED_WORK,
            title="The correction was dropped, and has arrived all the same"
            if is_correction
            else "It was returned to the coder, and has arrived all the same",
            reason="Ask the payer to forget it: its decision stands here."
            if is_correction
            else "Ask the payer to drop it: its encounter is billed on another claim.",
            role=Role.BILLER,
            due_on=today,
            amount=attempt.version.charge_amount,
        )


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
