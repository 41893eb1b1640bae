"""A payment typed in from paper: kept and imported, and counted in the typist's batch (F.5)."""

from django.db import transaction

from billing.batch_choices import BatchKind
from billing.services.join_batch import join_batch, leave_batch
from claims.models import Remittance
from claims.remittance_records import Remit
from claims.services.enter_remittance import enter_remittance
from claims.services.set_aside import set_aside_remittance
from core.models import Practice

CHECK = "CHK"


def enter_eob(*, practice: Practice, remit: Remit, typed: bytes) -> Remittance:
    """Keep what was `typed` as a remittance. A check counts in the open batch of checks of whoever
    typed it, anything else in that of remittances. Raises as `enter_remittance` does.
    """
    with transaction.atomic():
        remittance = enter_remittance(practice=practice, remit=remit, typed=typed)
        kind = BatchKind.CHECKS if remittance.method_code == CHECK else BatchKind.ERA
        join_batch(kind, [(remittance, remittance.payment_amount)])
    return remittance


def set_payment_aside(remittance: Remittance, *, reason: str) -> None:
    """Set a remittance aside; where it was typed in and its batch is open, it does not count."""
    with transaction.atomic():
        set_aside_remittance(remittance, reason=reason)
        leave_batch([remittance])
