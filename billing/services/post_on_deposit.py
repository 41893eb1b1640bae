"""Posting what has waited for its money, once the bank has it (domain E.10, step 0)."""

from billing.jobs import POST_REMITTANCE
from billing.posting.stopping import NO_DEPOSIT, STOP_WORDS
from billing.selectors.deposit_wait import arrived_remittances, waits_for_deposit
from billing.selectors.posting_level import passed_stops, posts_by_itself
from billing.services.leave_to_person import LEFT
from billing.services.post_trusted import post_trusted
from claims.models import Remittance
from core import timeline
from core.choices import JobState
from core.models import Job, Practice

MOST_AT_ONCE = 50


def post_what_arrived(practice: Practice) -> int:
    """Post the remittances of `practice` that waited for their deposit, whose payers are trusted to
    be posted by themselves, and whose money is at the bank now; returns how many. What else stops
    one is said on its timeline, once: it waits for a person from then on.
    """
    posted = 0
    for row in arrived_remittances(practice):
        if posted >= MOST_AT_ONCE:
            break
        if _is_persons(row) or not posts_by_itself(row, passed_stops(row)) or _is_posted_now(row):
            continue
        if not waits_for_deposit(row):
            posted += post_trusted(row)
    return posted


def _is_persons(remittance: Remittance) -> bool:
    """Whether it was left to a person since it waits no more for its money, or taken out of the
    books by one.
    """
    if remittance.times_undone:
        return True
    said = timeline.entries_for(remittance).filter(kind=LEFT).order_by("-pk").first()
    return said is not None and STOP_WORDS[NO_DEPOSIT].lower() not in said.sentence


def _is_posted_now(remittance: Remittance) -> bool:
    """Whether a worker has it, or will have: a long one stays matched until it is in the books."""
    return Job.objects.filter(
        kind=POST_REMITTANCE, state__in=[JobState.QUEUED, JobState.RUNNING],
        arguments__remittance_id=remittance.pk,
    ).exists()  # fmt: skip
