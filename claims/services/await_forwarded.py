"""A claim that was not the payer's, and that it passed on (CLP02 23): the other's answer is awaited
until a day, and missed from then on (DESIGN 3.4: nothing waits without a due date).
"""

from datetime import timedelta

from claims.clocks import CROSSOVER_DAYS
from claims.models import ClaimVersion
from claims.services.end_silence import SILENCE_WORK
from core import clock
from core.choices import Role
from core.practice_settings import value
from core.services.work import close_work_item, open_work_item

FORWARDED_WORK = "claim.forwarded"


def await_forwarded(version: ClaimVersion, *, by: str, to: str) -> None:
    """Give the wait an owner and a day. `to` is whom `by` named, "" for nobody."""
    claim = version.claim
    for kind in SILENCE_WORK:
        close_work_item(subject=claim, kind=kind, outcome="The payer answered.")
    days = int(value(claim.practice, CROSSOVER_DAYS))
    open_work_item(
        subject=claim,
        kind=FORWARDED_WORK,
        title=f"See that {to or 'the other payer'} answers",
        reason=f"{by} says that it is not its claim, and passed it on"
        f" to {to or 'somebody whom it does not name'}. Where no answer came by then, ask whether"
        " they have it; where nobody has, put the coverage right and bill it.",
        role=Role.BILLER,
        due_on=clock.today(claim.practice) + timedelta(days=days),
        amount=version.charge_amount,
        renews=True,
    )
