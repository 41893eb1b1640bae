"""A held claim near its filing limit becomes work: a hold must not let it lapse (domain B.8)."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from claims import states
from claims.models import Claim
from core import clock
from core.actors import Actor, acting_as
from core.choices import Role
from core.models import WorkItem
from core.services.work import open_work_item
from core.subjects import kind_of
from core.tenancy import practice_scope

HELD_NEAR_LIMIT = "claim.held_near_limit"
DAYS = 3
AT_ONCE = 100


def report_held_near_limit() -> int:
    """The sweep: each held claim whose limit is three days off or past becomes work, once for each
    limit, also when somebody closed that; returns how many did.
    """
    # A day more than any practice's today, so that the index decides; the practice's own day below.
    horizon = clock.now().date() + timedelta(days=DAYS + 1)
    told = WorkItem.everywhere.filter(
        subject_kind=kind_of(Claim()),
        subject_id=OuterRef("pk"),
        kind=HELD_NEAR_LIMIT,
        due_on=OuterRef("current_version__filing_deadline_on"),
    )
    with transaction.atomic():
        held = list(
            Claim.everywhere.filter(
                ~Exists(told),
                is_open=True,
                current_version__state__in=sorted(states.UNSENT | states.REJECTED),
                current_version__filing_deadline_on__lte=horizon,
            )
            .exclude(hold_reason="")
            .annotate(limit_on=F("current_version__filing_deadline_on"))
            .select_related("practice")
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",), no_key=True)[:AT_ONCE]
        )
        return sum(_report(claim) for claim in held)


def _report(claim: Claim) -> int:
    limit = claim.limit_on  # type: ignore[attr-defined]
    if limit - clock.today(claim.practice) > timedelta(days=DAYS):
        return 0
    with practice_scope(claim.practice), acting_as(Actor(source="holds")):
        open_work_item(
            subject=claim,
            kind=HELD_NEAR_LIMIT,
            title=f"On hold, and its filing limit is {limit:%m/%d/%Y}",
            reason="Let it go and send it, or say why it may lapse.",
            role=Role.BILLER,
            due_on=limit,
            amount=claim.charge_amount,
            renews=True,
        )
    return 1
