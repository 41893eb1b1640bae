"""Putting a claim off until a day, with the reason; it comes back by itself, to the same person."""

from datetime import date

from django.db import transaction

from claims.models import Claim
from claims.services.assign_claim import LOOK
from core import clock, timeline
from core.actors import current_actor
from core.calendar import add_business_days
from core.errors import ApplicationError
from core.models import Practice
from core.services.work import open_items, open_work_item, snooze_work_item

USUAL_BUSINESS_DAYS = 3


def usual_day(practice: Practice) -> date:
    """When a claim comes back unless somebody says otherwise."""
    return add_business_days(clock.today(practice), USUAL_BUSINESS_DAYS)


def snooze_claim(*, claim: Claim, until: date, reason: str) -> None:
    """Put off every open item of the claim; without one, open one that says to look then.

    News about the claim opens new work and so brings it back before its day. Raises
    ApplicationError without a reason, or for a day that is not to come.
    """
    if not reason.strip():
        raise ApplicationError("Say why it can wait.", field="reason")
    with transaction.atomic():
        items = list(open_items(claim).select_related("owner", "practice"))
        if not items:
            items = [
                open_work_item(
                    subject=claim, kind=LOOK, title="Look at this claim again", due_on=until,
                    owner=current_actor().user, amount=claim.insurance_balance_amount,
                )
            ]  # fmt: skip
        for item in items:
            snooze_work_item(item, until=until, reason=reason)
        timeline.record(
            claim,
            kind="claim.snoozed",
            sentence=f"put it off until {until:%m/%d/%Y}: {reason.strip()}",
        )
