"""What a posted remittance means for its claims: decided versions and denials (domain E.3, E.10).

Called by billing inside the posting transaction; the money itself is in the ledger.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from claims import news, states
from claims.answer_codes import FORWARDED, NO_DECISION, PRICING, REVERSAL
from claims.choices import AttemptState, DenialState, Outcome, RemittanceState, VersionState
from claims.events import POSTED, tell_decided, tell_remittance
from claims.models import (
    ClaimVersion,
    ClaimVersionLine,
    Denial,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    SubmissionAttempt,
)
from claims.outcomes import outcomes_so_far
from claims.services.answer_words import answer_note, answer_sentence
from claims.services.apply_277 import STATUS_WORK
from claims.services.ask_status import CANNOT_ASK
from claims.services.await_forwarded import FORWARDED_WORK, await_forwarded
from claims.services.bulk import update_alike
from claims.services.follow_corrections import (
    corrections_of,
    follow_corrections,
    void_confirmed,
)
from claims.services.keep_back import TAKEN_WORK, end_what_arrived
from claims.services.later_ranks import take_back_decisions
from claims.services.message_results import counted
from claims.services.move_versions import Move, move_versions
from claims.services.open_denials import open_cases
from claims.services.report_duplicates import DUPLICATE_CROSSOVER, report_duplicates
from claims.services.resolve_denial import resolve_denial
from claims.services.settle_denials import settle_by_answers
from claims.services.settle_inquiry import NO_STATUS
from claims.services.stand_answered import stand_answered
from core import clock, timeline
from core.actors import PAYER, Actor, acting_as
from core.among import among
from core.errors import Conflict
from core.news import announce_all
from core.services.work import close_work_items
from core.states import advance

_KINDS: dict[str, str] = {
    Outcome.PAID: "claim.paid",
    Outcome.PARTIAL: "claim.paid",
    Outcome.DENIED: "claim.denied",
}
PART = 1000  # decisions that are looked up and written together
_WORK_ENDED_BY_ANSWER = (
    "claim.no_acknowledgement",
    "claim.no_answer",
    "claim.rejected",
    TAKEN_WORK,
    FORWARDED_WORK,
    STATUS_WORK,
    NO_STATUS,
    CANNOT_ASK,
    "claim.crossover_missing",
    DUPLICATE_CROSSOVER,
)


@dataclass(frozen=True, slots=True)
class DeniedAmount:
    """Money that the payer refused; without a line it was refused on the claim as a whole."""

    group_code: str
    reason_code: str
    amount: Decimal
    remark_codes: tuple[str, ...] = ()
    remittance_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimDecision:
    """What posting made of one CLP: its outcome, its denials, and a sentence for the timeline."""

    remittance_claim_id: int
    outcome: str
    denials: tuple[DeniedAmount, ...] = field(default=())
    sentence: str = ""
    # Of a reversal: whether its correction is still to come, and the answer that it takes back.
    awaits_correction: bool = True
    takes_back: int | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """A CLP that names a version of ours, and what posting decided on it."""

    row: RemittanceClaim
    version: ClaimVersion
    decision: ClaimDecision


def apply_remittance(
    *,
    remittance: Remittance,
    decisions: Sequence[ClaimDecision],
    step: Callable[[int, int | None], None] | None = None,
) -> list[ClaimVersion]:
    """Move each version that `decisions` are about, open denials, and mark the remittance posted.

    A version is adjudicated once each of its lines has a decision in some posted remittance
    (W-28). CLP02 22 reverses it, 23 forwards it, 25 changes nothing (DESIGN 3.4). Decisions on
    claims that were not matched are passed over. A long list is gone through in parts, reversals
    before what corrects them; `step` hears how many are done. Returns the versions that changed
    state; none when the remittance was posted already. Raises RuntimeError outside a transaction,
    IllegalTransition for a remittance that may not be posted.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a remittance is applied inside the transaction that posts it")
    if not advance(
        remittance,
        RemittanceState.POSTED,
        table=states.REMITTANCE,
        update={"posted_at": clock.now()},
    ):
        return []
    changed: list[ClaimVersion] = []
    count = 0
    for start in range(0, len(decisions), PART):
        part = decisions[start : start + PART]
        answers = _answers(remittance, part)
        changed += _apply(remittance, answers)
        count += len(answers)
        if step is not None:
            step(len(part), None)
    timeline.record(
        remittance,
        kind="remittance.posted",
        sentence=f"posted {remittance.payment_amount} over {counted(count, 'claim')}",
        document=remittance.document,
    )
    tell_remittance(POSTED, remittance)
    return changed


def apply_late(*, remittance: Remittance, decisions: Sequence[ClaimDecision]) -> list[ClaimVersion]:
    """Apply `decisions` on answers whose claims were found after the rest had been posted.

    Raises RuntimeError outside a transaction, Conflict for a remittance that is not posted.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an answer is applied inside the transaction that posts it")
    if remittance.state != RemittanceState.POSTED:
        raise Conflict("The remittance is not posted: post it whole.")
    return _apply(remittance, _answers(remittance, decisions))


def _apply(remittance: Remittance, answers: "Sequence[_Answer]") -> list[ClaimVersion]:
    """The versions that changed state."""
    _lock_attempts(answers)
    update_alike(
        [answer.row for answer in answers],
        ["outcome", "version_state_before", "version_outcome_before"],
    )
    _end_denials_taken_back(answers)
    denials = _open_denials(answers)
    pairs = [(answer.row, answer.version) for answer in answers]
    settle_by_answers(pairs, late_reversals=[a.version.pk for a in answers if _is_late(a)])
    with acting_as(_payer(remittance)):
        changed = move_versions(_moves(remittance, answers))
    _follow_up(remittance, answers, changed)
    with acting_as(_payer(remittance)):
        open_cases(denials)
    return changed


def _is_late(answer: _Answer) -> bool:
    """A reversal whose correction is in the books already."""
    return answer.row.status_code == REVERSAL and not answer.decision.awaits_correction


def _answers(remittance: Remittance, decisions: Sequence[ClaimDecision]) -> list[_Answer]:
    by_id = {decision.remittance_claim_id: decision for decision in decisions}
    rows = remittance.claims.filter(among("pk", by_id), version__isnull=False).order_by("position")
    answers = []
    for row in rows.select_related("version__claim").defer("version__snapshot"):
        if row.version is not None:
            row.outcome = by_id[row.pk].outcome
            row.version_state_before = row.version.state
            row.version_outcome_before = row.version.outcome
            answers.append(_Answer(row, row.version, by_id[row.pk]))
    return answers


def _lock_attempts(answers: Sequence[_Answer]) -> None:
    """Lock in everybody's order, attempts before versions, so that nobody waits in a ring."""
    newest = [answer.version.current_attempt_id for answer in answers]
    attempts = SubmissionAttempt.objects.filter(among("pk", newest))
    list(attempts.order_by("pk").select_for_update().values_list("pk"))


def _moves(remittance: Remittance, answers: Sequence[_Answer]) -> list[Move]:
    undecided = _undecided_lines(answers)
    outcomes = outcomes_so_far({answer.version.pk for answer in answers})
    moves: list[Move] = []
    correction_of = corrections_of([answer.version for answer in answers])
    for answer in sorted(answers, key=lambda answer: answer.row.status_code != REVERSAL):
        row, version_id = answer.row, answer.version.pk
        newer = correction_of.get(version_id)
        to = _target(answer, is_decided=not undecided[version_id])
        if newer is not None:
            to = ""  # a later version stands: the older one keeps its state (domain D.1)
            moves += void_confirmed(newer, row, remittance)
        outcome = outcomes[version_id] if to == VersionState.ADJUDICATED else ""
        update: dict[str, str] = {}
        if row.payer_claim_number:
            update["payer_claim_number"] = row.payer_claim_number
        if outcome:
            update["outcome"] = outcome
        if not to and not update and newer is None:
            continue
        moves.append(
            Move(
                version_id,
                to,
                _KINDS.get(outcome, "claim.posted"),
                answer.decision.sentence or answer_sentence(row, to, newer),
                note=answer_note(remittance, row),
                update=update,
                document=remittance.document,
            )
        )
    return moves


def _target(answer: _Answer, *, is_decided: bool) -> str:
    code = answer.row.status_code
    if code == PRICING:
        return ""
    if code == REVERSAL:
        return VersionState.REVERSED if answer.decision.awaits_correction else ""
    if code == FORWARDED:
        return VersionState.FORWARDED
    return VersionState.ADJUDICATED if is_decided else ""


def _undecided_lines(given: Sequence[_Answer]) -> dict[int, int]:
    """How many lines of each version no posted answer has decided yet, this one counted in."""
    version_ids = {answer.version.pk for answer in given}
    ours: dict[int, set[int]] = defaultdict(set)
    for version_id, line_id in ClaimVersionLine.objects.filter(
        among("version_id", version_ids)
    ).values_list("version_id", "charge_line_id"):
        ours[version_id].add(line_id)
    answers = (
        RemittanceClaim.objects.filter(
            among("version_id", version_ids), remittance__state=RemittanceState.POSTED
        )
        .exclude(status_code__in=NO_DECISION)
        .values_list("pk", "version_id")
    )
    with_lines: dict[int, list[int | None]] = defaultdict(list)
    for claim_id, line_id in RemittanceLine.objects.filter(
        among("remittance_claim_id", [pk for pk, _ in answers])
    ).values_list("remittance_claim_id", "charge_line_id"):
        with_lines[claim_id].append(line_id)
    for claim_id, version_id in answers:
        if version_id is None:
            continue
        lines = with_lines.get(claim_id)
        if lines is None:
            ours[version_id] = set()  # decided as a whole, without lines
        else:
            ours[version_id] -= set(lines)
    return {version_id: len(lines) for version_id, lines in ours.items()}


def _end_denials_taken_back(answers: Sequence[_Answer]) -> None:
    """A reversal takes back the refusals of the decision, too; not those of a correction that is
    in the books already.
    """
    reversals = [answer for answer in answers if answer.row.status_code == REVERSAL]
    whole = [a.version.pk for a in reversals if a.decision.awaits_correction]
    alone = [a.decision.takes_back for a in reversals if not a.decision.awaits_correction]
    for denial in Denial.objects.filter(
        Q(version_id__in=whole) | Q(remittance_claim_id__in=[pk for pk in alone if pk]),
        state=DenialState.OPEN,
    ).select_related("version__claim"):
        resolve_denial(
            denial=denial, outcome="the payer took its decision back",
            waits_for="the payer's new decision",
        )  # fmt: skip


def _open_denials(answers: Sequence[_Answer]) -> list[Denial]:
    denied = [(answer, denial) for answer in answers for denial in answer.decision.denials]
    charge_lines = dict(
        RemittanceLine.objects.filter(
            pk__in=[denial.remittance_line_id for _, denial in denied if denial.remittance_line_id]
        ).values_list("pk", "charge_line_id")
    )
    return Denial.objects.bulk_create(
        Denial(
            practice_id=answer.row.practice_id,
            remittance_claim=answer.row,
            remittance_line_id=denial.remittance_line_id,
            version=answer.version,
            charge_line_id=charge_lines.get(denial.remittance_line_id or 0),
            group_code=denial.group_code,
            reason_code=denial.reason_code,
            remark_codes=list(denial.remark_codes),
            amount=denial.amount,
        )
        for answer, denial in denied
    )


def _follow_up(
    remittance: Remittance, answers: Sequence[_Answer], changed: Sequence[ClaimVersion]
) -> None:
    adjudicated = [v for v in changed if v.state == VersionState.ADJUDICATED]
    passed_on = [v for v in changed if v.state == VersionState.FORWARDED]
    stand_answered([*adjudicated, *passed_on], [answer.row for answer in answers])
    SubmissionAttempt.objects.filter(
        among("pk", [v.current_attempt_id for v in adjudicated])
    ).update(
        state=AttemptState.ADJUDICATED,
        evidence_rank=states.EVIDENCE_RANK[AttemptState.ADJUDICATED],
        clock_kind="",
        clock_due_at=None,
    )
    answered = [version.claim for version in [*adjudicated, *passed_on]]
    end_what_arrived(answered)
    close_work_items(
        subjects=answered,
        kinds=_WORK_ENDED_BY_ANSWER,
        outcome="The payer answered.",
    )
    announce_all(
        news.CLAIM_ADJUDICATED,
        [(version.claim, {"version_id": version.pk}) for version in adjudicated],
    )
    tell_decided(adjudicated)
    for version in passed_on:
        to = next((a.row.forwarded_to for a in answers if a.version.pk == version.pk), "")
        await_forwarded(version, by=_payer(remittance).name, to=to)
    pairs = [(answer.row, answer.version) for answer in answers]
    follow_corrections(pairs)
    report_duplicates(pairs)
    take_back_decisions(
        [
            answer.version
            for answer in answers
            if answer.row.status_code == REVERSAL and answer.decision.awaits_correction
        ]
    )


def _payer(remittance: Remittance) -> Actor:
    known = remittance.payer.name if remittance.payer else remittance.payer_name
    return Actor(PAYER, known or "Payer", source="835")
