"""A claim that was passed on and never answered becomes work (domain C.1)."""

from django.db import transaction

from claims.choices import VersionState
from claims.models import Crossover
from claims.services.bill_next_payer import MISSING_CROSSOVER
from core import clock, timeline
from core.actors import Actor, acting_as
from core.choices import Role
from core.services.work import open_work_item
from core.tenancy import practice_scope

AT_ONCE = 100


def report_missing_crossovers() -> int:
    """Report up to 100 forwarded claims whose answer is missed; returns how many rows were due."""
    with transaction.atomic():
        due = list(
            Crossover.everywhere.filter(due_at__lte=clock.now(), reported_at__isnull=True)
            .select_related("version__claim", "version__payer", "forwarded_by__payer", "practice")
            .defer("version__snapshot", "forwarded_by__snapshot")
            .order_by("due_at", "pk")
            .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
        )
        for crossover in due:
            with practice_scope(crossover.practice), acting_as(Actor(source="clocks")):
                _report(crossover)
    return len(due)


def _report(crossover: Crossover) -> None:
    version = crossover.version
    if version.state == VersionState.CROSSED_OVER:
        payer, first = version.payer.name, crossover.forwarded_by.payer.name
        timeline.record(
            version.claim,
            kind="claim.doubted",
            sentence=f"noticed that {payer} has not answered what {first} passed on",
        )
        open_work_item(
            subject=version.claim,
            kind=MISSING_CROSSOVER,
            title=f"Passed on to {payer}, and no answer came",
            reason="Ask whether they have it; else bill it yourself from the claim's page.",
            role=Role.BILLER,
            due_on=clock.today(crossover.practice),
            amount=version.claim.insurance_balance_amount,
        )
    crossover.reported_at = clock.now()
    crossover.save(update_fields=["reported_at"])
