"""Giving a claim to a person, or back to nobody (DESIGN 3.4: the owner stands in its work)."""

from typing import Any

from django.db import transaction

from claims.models import Claim
from core import clock, timeline
from core.errors import ApplicationError
from core.services.work import assign_work_item, open_items, open_work_item

LOOK = "claim.look"


def assign_claim(*, claim: Claim, owner: Any) -> None:
    """Give every open item of the claim to `owner`; without one, open one that says to look.

    `owner` None gives them back to everybody. Raises ApplicationError where there is nothing to
    give back, and for a person of another practice.
    """
    with transaction.atomic():
        items = list(open_items(claim).select_related("owner", "practice"))
        if not items and owner is None:
            raise ApplicationError("Nobody has it.")
        if not items:
            items = [
                open_work_item(
                    subject=claim, kind=LOOK, title="Look at this claim",
                    due_on=clock.today(claim.practice), amount=claim.insurance_balance_amount,
                )
            ]  # fmt: skip
        for item in items:
            assign_work_item(item, owner=owner)
        words = f"gave it to {owner}" if owner else "gave it back to everybody"
        timeline.record(claim, kind="claim.assigned", sentence=words)
