"""Claims that their payer has, and has not answered: what call sheets and buckets are about."""

from datetime import date

from claims.models import Claim, SubmissionAttempt
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.move_versions import Move, move_versions
from claims.services.send_transmission import send_due
from claims.services.watch_clocks import NO_ANSWER
from core import clock
from core.choices import Role
from core.services.work import open_work_item
from tests.factories.claims import World, batch_of


def sent(world: World, *claims: Claim) -> None:
    """The payer took them in."""
    batch_of(world, *claims)
    send_due()
    attempts = SubmissionAttempt.objects.filter(version__claim__in=claims)
    apply_evidence(
        world.practice, [Evidence(one.pk, "payer_accepted", "took it in") for one in attempts]
    )


def unanswered(world: World, *claims: Claim, due_on: date | None = None) -> None:
    """Sent, taken in, and silent since: somebody is to call."""
    sent(world, *claims)
    for claim in claims:
        claim.refresh_from_db()
        move_versions([Move(claim.version.pk, "no_response", "claim.doubted", "is late")])
        open_work_item(
            subject=claim, kind=NO_ANSWER, title="Late: Remittance (835)", role=Role.BILLER,
            due_on=due_on or clock.today(world.practice), amount=claim.charge_amount,
        )  # fmt: skip
        claim.refresh_from_db()
