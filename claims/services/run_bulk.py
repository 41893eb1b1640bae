"""Doing one act on many claims: at once for a page of them, as a job for more."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from claims.bulk_acts import refusal
from claims.choices import BulkAct
from claims.models import BulkRun, Claim
from claims.services.ask_status import ask_status
from claims.services.assign_claim import assign_claim
from claims.services.hold_claim import hold_claim
from claims.services.recheck_claim import recheck_claims
from claims.services.snooze_claim import snooze_claim
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Job, Practice, User
from core.services.work import add_note

KIND = "claims.bulk"
# A page waits for about this many and no more (DESIGN 3.13).
MOST_AT_ONCE = 50
_CHUNK = 25


def plan_bulk(
    *, practice: Practice, act: BulkAct, claims: Sequence[Claim], values: dict[str, Any], user: Any
) -> BulkRun:
    """Keep what is to be done. `values` is what the act's form took, as JSON can hold it."""
    return BulkRun.objects.create(
        practice=practice, act=act, claim_ids=[claim.pk for claim in claims], values=values,
        made_by=user,
    )  # fmt: skip


def run_bulk(run: BulkRun) -> tuple[int, list[str]]:
    """Do it now; returns how many were done and, for the others, number and reason."""
    return _do(run, run.claim_ids)


def queue_bulk(run: BulkRun) -> Job:
    """Let a worker do it, claim by claim, with progress, cancel and resume."""
    label = BulkAct(run.act).label
    return start_job(
        practice=run.practice, kind=KIND, title=f"{label}: {len(run.claim_ids):,} claims",
        arguments={"run": run.pk}, user=run.made_by,
    )  # fmt: skip


@job_kind(KIND)
def bulk_job(job: Job, progress: Progress) -> None:
    """Go through the claims by small groups; a run that died goes on after its last group."""
    run = BulkRun.objects.select_related("practice").get(pk=job.arguments["run"])
    progress.total(len(run.claim_ids))
    start = int(progress.cursor.get("next", 0))
    for place in range(start, len(run.claim_ids), _CHUNK):
        group = run.claim_ids[place : place + _CHUNK]
        _, problems = _do(run, group)
        for words in problems[:-1]:
            progress.step(0, error=words)
        last = problems[-1] if problems else ""
        progress.step(len(group), error=last, cursor={"next": place + len(group)})


def _do(run: BulkRun, ids: Sequence[int]) -> tuple[int, list[str]]:
    rows = Claim.objects.select_related("practice", "current_version__payer").filter(pk__in=ids)
    claims = list(rows.defer("current_version__snapshot").order_by("pk"))
    act = BulkAct(run.act)
    if act == BulkAct.RECHECK:
        return _recheck(claims)
    problems = []
    for claim in claims:
        words = refusal(act, claim)
        try:
            if not words:
                _ACTS[act](claim, run.values)
        except ApplicationError as error:
            words = error.message
        if words:
            problems.append(f"Claim {claim.control_number}: {words}")
    return len(claims) - len(problems), problems


def _recheck(claims: list[Claim]) -> tuple[int, list[str]]:
    """All together: the scrub reads its facts once for all of them."""
    refused = {claim.pk: refusal(BulkAct.RECHECK, claim) for claim in claims}
    able = [claim for claim in claims if not refused[claim.pk]]
    done = len(recheck_claims(able)) if able else 0
    return done, [
        f"Claim {claim.control_number}: {refused[claim.pk]}"
        for claim in claims
        if refused[claim.pk]
    ]


def _assign(claim: Claim, values: dict[str, Any]) -> None:
    owner = User.objects.get(pk=values["owner"]) if values["owner"] else None
    assign_claim(claim=claim, owner=owner)


def _snooze(claim: Claim, values: dict[str, Any]) -> None:
    snooze_claim(claim=claim, until=date.fromisoformat(values["until"]), reason=values["reason"])


def _hold(claim: Claim, values: dict[str, Any]) -> None:
    hold_claim(claim=claim, reason=values["reason"])


def _note(claim: Claim, values: dict[str, Any]) -> None:
    add_note(claim, values["text"])


def _ask(claim: Claim, _: dict[str, Any]) -> None:
    ask_status(version=claim.version)


_ACTS: dict[Any, Callable[[Claim, dict[str, Any]], None]] = {
    BulkAct.ASSIGN: _assign,
    BulkAct.SNOOZE: _snooze,
    BulkAct.HOLD: _hold,
    BulkAct.NOTE: _note,
    BulkAct.ASK: _ask,
}
