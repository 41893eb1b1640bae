"""Work of billing that takes longer than a page may."""

from collections.abc import Sequence
from typing import Any

from billing.models import PostingRun
from billing.posting.post_many import post_if_it_ties_out
from billing.posting.post_remittance import LeftToPerson, post_remittance
from billing.posting.undo import undo_remittance
from billing.selectors.posting_level import reasons_to_stop
from billing.services import write_off_small  # noqa: F401 - its job kind
from billing.services.leave_to_person import leave_to_person
from claims.models import Remittance
from core.errors import ApplicationError
from core.jobs import Progress, job_kind, start_job
from core.models import Job, Practice, TimelineEntry
from core.progress_apart import progress_apart

POST_REMITTANCE, UNDO_REMITTANCE = "billing.post_remittance", "billing.undo_remittance"
POST_MANY = "billing.post_remittances"
# A page waits for about this many claims and no more (DESIGN 3.13).
MOST_AT_ONCE = 150


def posts_in_background(remittance: Remittance) -> bool:
    """Whether posting `remittance` would keep a page waiting."""
    return remittance.claims.count() > MOST_AT_ONCE


@job_kind(POST_REMITTANCE)
def post_remittance_job(job: Job, progress: Progress) -> None:
    """Post one remittance. It is one transaction, so a job that died is simply run again: what it
    had counted is void, and its books were never there.
    """
    remittance = Remittance.objects.select_related("payer", "practice").get(
        pk=job.arguments["remittance_id"]
    )
    stop_at = None
    if job.arguments.get("only_if_trusted"):
        stop_at = reasons_to_stop(remittance)
    progress.begin_anew()
    try:
        with progress_apart(job) as step:
            journals = post_remittance(remittance=remittance, step=step, stop_at=stop_at)
    except LeftToPerson as left:
        leave_to_person(remittance, left.reasons)
        progress.result(left_to_a_person="; ".join(left.reasons))
        return
    progress.finished()
    progress.result(journals=journals.count())


def queue_posting(practice: Practice, remittance_ids: Sequence[int], *, user: Any) -> Job:
    """Let a worker post these remittances, each whole or not at all, in this order."""
    run = PostingRun.objects.create(
        practice=practice, remittance_ids=list(remittance_ids), made_by=user
    )
    return start_job(
        practice=practice,
        kind=POST_MANY,
        title=f"Post {len(remittance_ids):,} remittances",
        arguments={"run": run.pk},
        user=user,
    )


@job_kind(POST_MANY)
def post_many_job(job: Job, progress: Progress) -> None:
    """Post them one by one; what is left to a person is named with its reason. A run that died
    goes on after the last one.
    """
    ids = PostingRun.objects.get(pk=job.arguments["run"]).remittance_ids
    progress.total(len(ids))
    posted = int(progress.cursor.get("posted", 0))
    for place in range(int(progress.cursor.get("next", 0)), len(ids)):
        remittance = Remittance.objects.select_related("payer", "practice").get(pk=ids[place])
        try:
            why = post_if_it_ties_out(remittance)
        except ApplicationError as error:
            why = error.message
        posted += not why
        words = f"{remittance.trace_number}: {why}" if why else ""
        progress.step(error=words, cursor={"next": place + 1, "posted": posted})
    progress.result(posted=posted, left=len(ids) - posted)


@job_kind(UNDO_REMITTANCE)
def undo_remittance_job(job: Job, progress: Progress) -> None:
    """Undo the posting of one remittance, whole or not at all."""
    remittance = Remittance.objects.select_related("payer", "practice").get(
        pk=job.arguments["remittance_id"]
    )
    # The reason is what somebody wrote: it stands on the timeline, not in a job's arguments.
    asked = TimelineEntry.objects.get(pk=job.arguments["entry_id"])
    progress.begin_anew()
    with progress_apart(job) as step:
        mirrors = undo_remittance(remittance=remittance, reason=asked.details["note"], step=step)
    progress.finished()
    progress.result(journals=len(mirrors))
