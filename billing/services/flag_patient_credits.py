"""A visit that its patient paid too much for is on somebody's list (invariant 5, domain E.5)."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from claims.models import Claim, ClaimChargeLine
from core import clock
from core.among import Ids, among
from core.calendar import add_business_days
from core.choices import Role, WorkState
from core.models import Practice, WorkItem
from core.money import ZERO
from core.services.work import close_work_items, open_work_item
from core.subjects import kind_of

PATIENT_CREDIT = "patient_credit"


def flag_patient_credits(practice: Practice, claim_ids: Collection[int]) -> None:
    """Open work on each of these claims that has a line in credit with the patient, and end the
    work on those that have none any more. Nothing is moved and nothing refunded here.
    """
    claim_of = dict(
        ClaimChargeLine.objects.filter(among("claim_id", claim_ids)).values_list(
            "charge_line_id", "claim_id"
        )
    )
    in_credit: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for item in open_items(
        practice, accounts=[Account.PATIENT_AR], charge_line_id__among=Ids(claim_of)
    ):
        if item.amount < 0 and item.charge_line_id is not None:
            in_credit[claim_of[item.charge_line_id]] -= item.amount
    listed = WorkItem.objects.filter(
        subject_kind=kind_of(Claim()), subject_id__among=Ids(claim_ids), kind=PATIENT_CREDIT,
        state=WorkState.OPEN,
    )  # fmt: skip
    over = set(listed.values_list("subject_id", flat=True)) - in_credit.keys()
    close_work_items(
        subjects=list(Claim.objects.filter(pk__in=over)),
        kinds=[PATIENT_CREDIT],
        outcome="Nothing of it is in credit any more.",
    )
    for claim in Claim.objects.filter(pk__in=in_credit).order_by("pk"):
        open_work_item(
            subject=claim,
            kind=PATIENT_CREDIT,
            title="The patient paid more than is owed on this visit",
            reason="Use it for what else is owed or give it back, once no correction is awaited.",
            role=Role.BILLER,
            due_on=add_business_days(clock.today(practice), 5),
            amount=in_credit[claim.pk],
        )
