"""A road whose other side answers as the test says, and a claim that a payer accepted."""

from typing import Any

from claims.choices import TransportKind
from claims.models import Claim, SubmissionAttempt, TradingPartner
from claims.services.apply_evidence import Evidence, apply_evidence
from claims.services.send_transmission import send_due
from claims.transport.base import Parcel, Reply, Unknown
from tests.factories.claims import World, batch_of


class Line:
    """Takes questions and remembers them; `reply` is the answer, or a function that gives it."""

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.reply: Any = Unknown("no answer within 20 seconds")

    def ask(self, parcel: Parcel) -> Reply:
        self.sent.append(parcel)
        return self.reply(parcel) if callable(self.reply) else self.reply


def accepted(world: World, claim: Claim, state: str = "payer_accepted") -> Claim:
    """Sent through a folder, and answered so; the road is then as it was."""
    road = TradingPartner.objects.get().transport
    TradingPartner.objects.update(transport=TransportKind.FOLDER)
    batch_of(world, claim)
    send_due()
    TradingPartner.objects.update(transport=road)
    attempt = SubmissionAttempt.objects.latest("id")
    apply_evidence(world.practice, [Evidence(attempt.pk, state, "accepted the claim")])
    claim.refresh_from_db()
    return claim
