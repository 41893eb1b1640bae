"""Building a large batch as a job, with progress; a small one is made while one waits (S19)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from claims.models import ClaimVersion, TradingPartner
from claims.services.message_results import counted
from claims.services.queue_batch import make_batch
from core.jobs import Progress, job_kind, start_job
from core.models import Job
from core.progress_apart import progress_apart

KIND = "claims.build_batch"
AT_ONCE = 200  # so many a page may wait for (DESIGN 3.13)
_TOLD_EVERY = 20


def start_batch(
    *, partner: TradingPartner, versions: Sequence[ClaimVersion], user: Any, dry_run: bool
) -> Job:
    """Queue the building of one batch of `versions`; it is sent once it is built."""
    what = "Write a dry run" if dry_run else "Build a batch"
    return start_job(
        practice=partner.practice,
        kind=KIND,
        title=f"{what} for {partner.name}: {counted(len(versions), 'claim')}"[:120],
        arguments={
            "partner": partner.pk,
            "dry_run": int(dry_run),
            "versions": ",".join(str(version.pk) for version in versions),
        },
        user=user,
    )


@job_kind(KIND)
def build_batch(job: Job, progress: Progress) -> None:
    """All in one transaction, with what came of it: a run that died has built nothing, and one
    that is asked again after it was done does nothing.
    """
    if "outcome" in job.result:
        return
    partner = TradingPartner.objects.get(pk=job.arguments["partner"])
    keys = [int(key) for key in str(job.arguments["versions"]).split(",")]
    versions = list(ClaimVersion.objects.filter(pk__in=keys))
    progress.begin_anew()
    progress.total(len(versions))
    with transaction.atomic():
        with progress_apart(job) as step:
            made = make_batch(
                partner=partner,
                versions=versions,
                user=job.user,
                dry_run=bool(job.arguments["dry_run"]),
                told=_in_groups(step),
            )
        words = [f"{counted(count, 'claim')} stayed: {why}" for why, count in made.reasons]
        if made.batch is not None:
            words.insert(0, f"{counted(made.batch.claim_count, 'claim')} in {made.batch.reference}")
        progress.finished()
        progress.result(outcome="; ".join(words)[:300])


def _in_groups(step: Callable[[int, int | None], None]) -> Callable[[], None]:
    """Tells a claim at a time, twenty together: each telling is a statement of its own."""
    waiting = 0

    def told() -> None:
        nonlocal waiting
        waiting += 1
        if waiting == _TOLD_EVERY:
            step(waiting, None)
            waiting = 0

    return told
