"""Work of billing that takes longer than a page may."""

from billing.posting.post_remittance import LeftToPerson, NotPostable, post_remittance
from billing.posting.undo import undo_remittance
from billing.selectors.posting_level import level_value, reasons_to_stop
from billing.services.leave_to_person import leave_to_person
from claims.choices import PostingLevel, RemittanceState
from claims.models import Remittance
from core.jobs import Progress, job_kind
from core.models import Job, TimelineEntry
from core.progress_apart import progress_apart

POST_REMITTANCE, UNDO_REMITTANCE = "billing.post_remittance", "billing.undo_remittance"
POST_READY = "billing.post_ready"
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
    progress.result(journals=len(journals))


@job_kind(POST_READY)
def post_ready_job(job: Job, progress: Progress) -> None:
    """Post every matched remittance that nothing stops and whose payer wants no review of each;
    each is a transaction of its own, and one that is left says why.
    """
    waiting = list(
        Remittance.objects.filter(state=RemittanceState.MATCHED)
        .select_related("payer", "practice")
        .order_by("pk")
    )
    progress.begin_anew()
    progress.total(len(waiting))
    posted = 0
    for remittance in waiting:
        left = _left_or_post(remittance)
        posted += not left
        progress.step(error=f"Remit {remittance.trace_number}: {left}" if left else "")
    progress.result(posted=posted, left_to_a_person=len(waiting) - posted)


def _left_or_post(remittance: Remittance) -> str:
    """Post it; or why it is left, in words."""
    if level_value(remittance)[0] == PostingLevel.REVIEW:
        return "its payer is reviewed claim by claim"
    try:
        post_remittance(remittance=remittance, stop_at=reasons_to_stop(remittance))
    except NotPostable as error:
        return error.message
    return ""


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
