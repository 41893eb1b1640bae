"""Fixing alike: one act on every claim with the same finding, as a job, a result for each claim."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from claims.findings_reads import alike
from claims.models import Claim, FixItem, FixRun, ScrubFinding
from claims.rule_choices import AlikeAct, FixResult
from claims.services.add_modifier import add_modifier
from claims.services.override_finding import LEAST_REASON, override_finding
from claims.services.recheck_claim import recheck_claim
from core.errors import ApplicationError
from core.findings import Severity
from core.jobs import Progress, job_kind, start_job
from core.models import Job

KIND = "claims.fix_alike"
MOST_CLAIMS = 1000


@dataclass(frozen=True, slots=True)
class Offer:
    """One act that can be applied whole, and what will be true afterwards."""

    act: str
    label: str
    does: str
    undo: str


def offers(finding: ScrubFinding) -> list[Offer]:
    """What may be done to all claims with this finding."""
    found = [
        Offer(
            AlikeAct.RECHECK, "Check again",
            "Takes today's records, for use after a set-up was put right.",
            "Nothing is overwritten but the picture of a claim that was never sent.",
        )
    ]  # fmt: skip
    if finding.severity == Severity.OVERRIDABLE and finding.overridden_at is None:
        found.insert(0, Offer(
            AlikeAct.OVERRIDE, "Override with one reason",
            "Lets each go out in spite of it. Your reason stands on each claim.",
            "An override is not taken back; it ends when the finding does.",
        ))  # fmt: skip
    modifier = offered_modifier(finding)
    if modifier and finding.field.startswith("lines."):
        found.insert(0, Offer(
            AlikeAct.MODIFIER, f"Add modifier {modifier}",
            f"Takes each claim back, puts {modifier} on its lines, and finishes the coding again. "
            "A new claim with a new number takes its place.",
            "Not by one press: return the new claim to the coder to take the modifier off.",
        ))  # fmt: skip
    return found


def offered_modifier(finding: ScrubFinding) -> str:
    """The modifier that the payer rule behind a finding offers; "" for none."""
    rule = finding.rule_version
    return rule.modifier if rule else ""


@transaction.atomic
def start_fix(
    *,
    finding: ScrubFinding,
    act: str,
    claims: Collection[Claim],
    reason: str = "",
    user: Any = None,
) -> FixRun:
    """Queue `act` on those of `claims` that have a finding like this one.

    Raises ApplicationError for an act that is not offered, at `reason` for an override without
    one, and at `claims` when none is left or they are too many for one run.
    """
    if act not in {one.act for one in offers(finding)}:
        raise ApplicationError("That cannot be done for this finding.")
    reason = reason.strip()
    if act == AlikeAct.OVERRIDE and len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why they may go out.", field="reason")
    wanted = alike(finding).filter(version__claim__in=claims)
    ids = sorted(set(wanted.values_list("version__claim_id", flat=True)))
    if not ids:
        raise ApplicationError("Choose at least one claim.", field="claims")
    if len(ids) > MOST_CLAIMS:
        raise ApplicationError(f"At most {MOST_CLAIMS:,} claims in one run.", field="claims")
    run = FixRun.objects.create(
        practice_id=finding.practice_id, finding=finding, act=act, reason=reason[:300],
        made_by=user,
    )  # fmt: skip
    FixItem.objects.bulk_create(
        FixItem(practice_id=finding.practice_id, run=run, claim_id=pk) for pk in ids
    )
    run.job = start_job(
        practice=finding.practice, kind=KIND,
        title=f"{AlikeAct(act).label}: {finding.code} on {len(ids)} claims",
        arguments={"fix_run_id": run.pk}, user=user,
    )  # fmt: skip
    run.save(update_fields=["job"])
    return run


@job_kind(KIND)
def run_fix(job: Job, progress: Progress) -> None:
    """Each claim in its own transaction; a run that died goes on with those still waiting."""
    run = FixRun.objects.select_related("finding__rule_version").get(pk=job.arguments["fix_run_id"])
    if not progress.cursor:
        progress.total(run.items.count())
    for item in run.items.filter(result=FixResult.WAITING).select_related("claim"):
        with transaction.atomic():
            result, words = _fixed(run, item.claim)
            FixItem.objects.filter(pk=item.pk).update(result=result, words=words[:300])
        error = f"Claim {item.claim.control_number}: {words}"
        progress.step(error=error if result == FixResult.REFUSED else "", cursor={"after": item.pk})
    done = run.items.filter(result=FixResult.FIXED).count()
    progress.result(put_right=done, not_done=run.items.exclude(result=FixResult.FIXED).count())


def _fixed(run: FixRun, claim: Claim) -> tuple[str, str]:
    """What came of one claim. Looked at anew: since the preview it may be out, or put right."""
    found = list(alike(run.finding).filter(version__claim=claim).select_related("version__claim"))
    if not found and run.act != AlikeAct.RECHECK:
        return FixResult.REFUSED, "The finding is not there any more."
    try:
        with transaction.atomic():
            return _ACTS[AlikeAct(run.act)](run, claim, found)
    except ApplicationError as error:
        return FixResult.REFUSED, error.message


def _override(run: FixRun, claim: Claim, found: list[ScrubFinding]) -> tuple[str, str]:
    for finding in found:
        override_finding(finding=finding, reason=run.reason)
    return _told(claim)


def _recheck(run: FixRun, claim: Claim, _: list[ScrubFinding]) -> tuple[str, str]:
    recheck_claim(claim)
    claim.refresh_from_db()
    if alike(run.finding).filter(version__claim=claim).exists():
        return FixResult.STANDS, "Checked again: it is still found."
    return _told(claim)


def _modifier(run: FixRun, claim: Claim, found: list[ScrubFinding]) -> tuple[str, str]:
    words = add_modifier(claim=claim, findings=found, modifier=offered_modifier(run.finding))
    return FixResult.FIXED, words


def _told(claim: Claim) -> tuple[str, str]:
    claim.refresh_from_db()
    standing = claim.version.findings.filter(cleared_at__isnull=True)
    others = sum(one.stops for one in standing)
    if not others:
        return FixResult.FIXED, "Ready to send."
    noun = "finding stops" if others == 1 else "findings stop"
    return FixResult.FIXED, f"Put right; {others} other {noun} it."


_ACTS = {
    AlikeAct.OVERRIDE: _override,
    AlikeAct.RECHECK: _recheck,
    AlikeAct.MODIFIER: _modifier,
}
