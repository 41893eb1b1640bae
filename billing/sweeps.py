"""What the sweeper runs for this app; each round handles some due rows."""

from billing.services.keep_month_ends import keep_month_ends
from billing.services.watch_deposits import watch_deposits
from billing.services.watch_overpayments import watch_overpayments
from core import sweeping


def register() -> None:
    """The clock of overpayments, money that does not meet its paper, and the marks at the end of
    each month.
    """
    sweeping.register("billing.overpayments", watch_overpayments)
    sweeping.register("billing.deposits", watch_deposits)
    sweeping.register("billing.month_ends", keep_month_ends)
