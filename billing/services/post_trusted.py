"""Posting a remittance without a person, unless something in it stops that (E.10, S21)."""

from billing.jobs import POST_REMITTANCE, posts_in_background
from billing.posting.post_remittance import (
    LeftToPerson,
    NotPostable,
    post_remittance,
    preview_remittance,
)
from billing.selectors.posting_level import reasons_to_stop
from billing.services.leave_to_person import leave_to_person
from claims.models import Remittance
from core.jobs import start_job


def post_trusted(remittance: Remittance) -> bool:
    """Post `remittance` if nothing in it asks for a person; returns whether it was, or will be.

    A long one becomes a job. What stops it is written on its timeline.
    """
    if posts_in_background(remittance):
        start_job(
            practice=remittance.practice,
            kind=POST_REMITTANCE,
            title=f"Post remittance {remittance.trace_number}",
            arguments={"remittance_id": remittance.pk, "only_if_trusted": 1},
        )
        return True
    stop_at, plan = reasons_to_stop(remittance), preview_remittance(remittance)
    # Looked at before anything is written, so that what is left to a person is not taken back.
    if plan.difference_amount:
        return False  # out of balance: the page says so, and by how much
    if reasons := stop_at(plan):
        leave_to_person(remittance, reasons)
        return False
    try:
        post_remittance(remittance=remittance, stop_at=stop_at)
    except LeftToPerson as left:
        leave_to_person(remittance, left.reasons)
        return False
    except NotPostable:
        return False
    return True
