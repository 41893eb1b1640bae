"""What undoing a posting means for its claims: they are as the posting found them.

Called by billing inside the transaction that mirrors the journals; the 835 itself stays, matched,
and may be posted again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import connection
from django.db.models import F

from claims import states
from claims.answer_codes import ELSEWHERE, NO_DECISION, REVERSAL
from claims.choices import ClockKind, DenialState, RemittanceState, VersionState
from claims.clocks import LOOK_AGAIN
from claims.events import UNDONE as POSTING_UNDONE
from claims.events import tell_remittance
from claims.matching import BY_HAND
from claims.models import (
    ClaimVersion,
    Denial,
    Remittance,
    RemittanceClaim,
    RemittanceLine,
    SubmissionAttempt,
)
from claims.services.apply_remittance import PART
from claims.services.bulk import update_alike
from claims.services.later_ranks import take_back_decision
from claims.services.move_versions import Move, move_versions
from claims.services.resolve_denial import resolve_denial
from core import clock, timeline
from core.states import advance

UNDONE = "the posting was undone"


def undo_remittance_decisions(
    *,
    remittance: Remittance,
    reason: str,
    step: Callable[[int, int | None], None] | None = None,
) -> None:
    """Put each version back to the state and outcome that the posting found, withdraw its denials,
    open again those that a reversal had ended, and let the remittance wait for its posting.

    Raises RuntimeError outside a transaction, IllegalTransition for a remittance that is not
    posted.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a posting is undone inside the transaction that mirrors it")
    posted_at = remittance.posted_at
    ids = list(
        remittance.claims.exclude(version_state_before="")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(ids), PART):
        rows = _rows(ids[start : start + PART])
        _put_back_denials(remittance, rows, posted_at or clock.now())
        _put_back_versions(remittance, rows)
        if step is not None:
            step(len(rows), None)
    advance(
        remittance,
        _waits_as(remittance),
        table=states.REMITTANCE,
        update={"posted_at": None, "times_undone": F("times_undone") + 1},
    )
    timeline.record(
        remittance,
        kind="remittance.undone",
        sentence=f"undid the posting of {remittance.payment_amount}",
        details={"note": reason},
        document=remittance.document,
    )
    tell_remittance(POSTING_UNDONE, remittance)


def _rows(ids: Sequence[int]) -> list[RemittanceClaim]:
    rows = RemittanceClaim.objects.filter(pk__in=ids).select_related("version__claim")
    return list(rows.defer("version__snapshot").order_by("position"))


def _put_back_versions(remittance: Remittance, rows: Sequence[RemittanceClaim]) -> None:
    """Several answers on one version were posted reversal first: the first found it as it was."""
    first: dict[int, RemittanceClaim] = {}
    for row in sorted(rows, key=lambda row: (row.status_code != REVERSAL, row.position)):
        if row.version_id is not None:
            first.setdefault(row.version_id, row)
    for version_id in _hand_down(remittance, first):
        del first[version_id]
    move_versions(
        [
            Move(
                version_id,
                row.version_state_before,
                "claim.posting_undone",
                "undid the posting of the payer's answer",
                note=f"835 · remit {remittance.trace_number}",
                update={"outcome": row.version_outcome_before},
                document=remittance.document,
                undoes=True,
            )
            for version_id, row in first.items()
        ]
    )
    _put_back_attempts(first.values())
    _open_earlier(first.values())
    for row in rows:
        if row.version is not None and row.status_code not in NO_DECISION:
            take_back_decision(row.version)
        row.outcome = row.version_state_before = row.version_outcome_before = ""
    update_alike(rows, ["outcome", "version_state_before", "version_outcome_before"])


def _hand_down(remittance: Remittance, first: Mapping[int, RemittanceClaim]) -> set[int]:
    """Versions that stay as they are, because an answer that was found late stands on what is
    undone: it keeps its decision, and has found the version as this one did. Its remittance was
    posted before, so that nothing there tells that it came later; but it found them decided.
    """
    undecided = {pk for pk, row in first.items() if row.version_state_before not in states.DECIDED}
    later = RemittanceClaim.objects.filter(
        version_id__in=undecided, version_state_before__in=states.DECIDED, match_reason=BY_HAND,
        remittance__state=RemittanceState.POSTED,
    ).exclude(remittance=remittance)  # fmt: skip
    found: dict[int, RemittanceClaim] = {}
    for row in later.order_by("pk"):
        found.setdefault(row.version_id or 0, row)
    for version_id, row in found.items():
        row.version_state_before = first[version_id].version_state_before
        row.version_outcome_before = first[version_id].version_outcome_before
    update_alike(list(found.values()), ["version_state_before", "version_outcome_before"])
    return set(found)


def _put_back_attempts(rows: Iterable[RemittanceClaim]) -> None:
    """The sendings wait for an answer again, with a clock: the remittance may never be posted."""
    for row in rows:
        before, version = row.version_state_before, row.version
        if version is None or version.current_attempt_id is None:
            continue
        if before not in states.WITH_PAYER:
            continue
        rank = states.EVIDENCE_RANK.get(before)
        SubmissionAttempt.objects.filter(pk=version.current_attempt_id).update(
            clock_kind=ClockKind.REMITTANCE,
            clock_due_at=clock.now() + LOOK_AGAIN,
            **({"state": before, "evidence_rank": rank} if rank is not None else {}),
        )


def _open_earlier(rows: Iterable[RemittanceClaim]) -> None:
    """The versions of other payers that were closed together with the last answer."""
    claims = {
        row.version.claim_id
        for row in rows
        if row.version is not None and row.version_state_before != VersionState.CLOSED
    }
    closed = ClaimVersion.objects.filter(claim_id__in=claims, state=VersionState.CLOSED)
    moves = [
        Move(
            pk,
            VersionState.ADJUDICATED,
            "claim.reopened",
            "opened it again: the last payer's answer is not posted any more",
        )
        for pk in closed.values_list("pk", flat=True)
    ]
    if moves:
        move_versions(moves)


def _put_back_denials(
    remittance: Remittance, rows: Sequence[RemittanceClaim], posted_at: object
) -> None:
    own = Denial.objects.filter(remittance_claim__in=rows, state=DenialState.OPEN)
    for denial in own.select_related("version__claim"):
        resolve_denial(denial=denial, outcome=UNDONE)
    reversed_ids = [row.version_id for row in rows if row.status_code == REVERSAL]
    ended = Denial.objects.filter(
        version_id__in=reversed_ids, state=DenialState.RESOLVED, resolved_at__gte=posted_at
    ).exclude(remittance_claim__remittance=remittance)
    for denial in ended:
        advance(denial, DenialState.OPEN, table=states.DENIAL, update={"resolved_at": None})


def _waits_as(remittance: Remittance) -> str:
    """Matched, if every claim and line of it is found."""
    looked_for = remittance.claims.exclude(status_code__in=ELSEWHERE)
    unknown_lines = RemittanceLine.objects.filter(
        remittance_claim__in=looked_for, charge_line__isnull=True
    )
    is_whole = not looked_for.filter(version__isnull=True).exists() and not unknown_lines.exists()
    return RemittanceState.MATCHED if is_whole else RemittanceState.EXCEPTIONS
