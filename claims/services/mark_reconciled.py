"""A remittance whose money was found at the bank says so in the lists (a projection, DESIGN 2)."""

from datetime import date

from claims.models import Remittance


def mark_reconciled(remittance: Remittance, *, on: date | None) -> None:
    """Show that the payment reached the bank on `on`; None takes it back. Called by billing in the
    transaction of the deposit's journal.
    """
    Remittance.objects.filter(pk=remittance.pk).update(reconciled_on=on)
    remittance.reconciled_on = on
