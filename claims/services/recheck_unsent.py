"""Checking everything again that waits to be sent, as a job: after a rule was switched."""

from django.db.models import Q, QuerySet

from claims import states
from claims.models import Claim, PayerRule
from claims.rule_reads import versions_with_scopes
from claims.services.recheck_claim import recheck_claims
from core.jobs import Progress, job_kind, start_job
from core.models import Job

KIND = "claims.recheck_unsent"
AT_ONCE = 50


def start_recheck(rule: PayerRule) -> Job:
    """Queue the check of all unsent and rejected claims that any version of `rule` is for."""
    return start_job(
        practice=rule.practice,
        kind=KIND,
        title=f"Check what waits to be sent again, {rule.code}",
        arguments={"rule_id": rule.pk},
    )


@job_kind(KIND)
def recheck_unsent(job: Job, progress: Progress) -> None:
    """Fifty claims at a time, each in its own transaction; goes on behind the last one."""
    rows = _waiting(int(job.arguments["rule_id"]))
    after = int(progress.cursor.get("after", 0)) if progress.cursor else 0
    if not after:
        progress.total(rows.count())
    while found := list(rows.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        recheck_claims(found)
        after = found[-1].pk
        progress.step(len(found), cursor={"after": after})
    progress.result(checked=progress_done(job))


def progress_done(job: Job) -> int:
    """How many were checked, over all runs of the job."""
    return int(Job.objects.values_list("done", flat=True).get(pk=job.pk))


def _waiting(rule_id: int) -> "QuerySet[Claim]":
    open_states = list(states.UNSENT | states.REJECTED)
    rows = Claim.objects.filter(current_version__state__in=open_states)
    versions = [list(one.scopes.all()) for one in versions_with_scopes().filter(rule_id=rule_id)]
    if any(not scopes for scopes in versions):
        return rows
    payers = {one.payer_id for scopes in versions for one in scopes if one.payer_id}
    plans = {one.plan_id for scopes in versions for one in scopes if one.plan_id}
    return rows.filter(
        Q(current_version__payer_id__in=payers) | Q(current_version__plan_id__in=plans)
    )
