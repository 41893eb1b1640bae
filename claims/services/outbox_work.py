"""What a file that does not go out asks of people, while its row goes on trying."""

from datetime import timedelta

from claims.models import Transmission
from claims.services.settle_transmission import IN_DOUBT, PUT_OFF
from core import clock
from core.choices import Role
from core.leases import wait_from
from core.services.work import open_work_item

TELL_OF_WAIT_AFTER = timedelta(hours=4)
# Seconds to the next question about a file in doubt, by tries so far.
ASK_AGAIN: tuple[int, ...] = (60, 120, 240, 480, 960, 1800, 3600)


def ask_a_person(transmission: Transmission, reason: str) -> None:
    """Only they can say whether the file arrived: somebody asks, and answers on the batch page."""
    batch = transmission.batch
    open_work_item(
        subject=batch,
        kind=IN_DOUBT,
        title=f"Did batch {batch.reference} reach {batch.partner.name}?",
        reason=f"Ask them, then answer on the batch page ({reason.rstrip('.')}).",
        role=Role.BILLER,
        due_on=clock.today(transmission.practice),
        amount=batch.charge_amount,
    )


def tell_of_long_wait(transmission: Transmission) -> None:
    """Asked to wait again and again: the row goes on trying, and somebody hears of it."""
    if clock.now() - transmission.created_at > TELL_OF_WAIT_AFTER:
        batch = transmission.batch
        open_work_item(
            subject=batch,
            kind=PUT_OFF,
            title=f"{batch.partner.name} has not taken batch {batch.reference} for hours",
            reason="It is asked again and again, and tells us to wait. Ask them why, and until"
            " when.",
            role=Role.MANAGER,
            due_on=clock.today(transmission.practice),
            amount=batch.charge_amount,
        )


def ask_later(transmission: Transmission, reason: str) -> None:
    """The doubt stays for now: the row is due again later, and later each time."""
    Transmission.everywhere.filter(pk=transmission.pk).update(
        due_at=clock.now() + wait_from(ASK_AGAIN, transmission.attempts),
        lease_until=None,
        last_error=reason[:300],
    )
