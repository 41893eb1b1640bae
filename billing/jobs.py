"""Work of billing that takes longer than a page may."""

from billing.posting.post_remittance import post_remittance
from billing.services import write_off_small  # noqa: F401 - its job kind
from claims.models import Remittance
from core.jobs import Progress, job_kind
from core.models import Job

POST_REMITTANCE = "billing.post_remittance"
# A page waits for about this many claims and no more (DESIGN 3.13).
MOST_AT_ONCE = 150


def posts_in_background(remittance: Remittance) -> bool:
    """Whether posting `remittance` would keep a page waiting."""
    return remittance.claims.count() > MOST_AT_ONCE


@job_kind(POST_REMITTANCE)
def post_remittance_job(job: Job, progress: Progress) -> None:
    """Post one remittance. It is one transaction, so a job that died is simply run again."""
    remittance = Remittance.objects.get(pk=job.arguments["remittance_id"])
    progress.total(1)
    journals = post_remittance(remittance=remittance)
    progress.step()
    progress.result(journals=len(journals))
