"""A person's own printer: how far it is off, kept as their preference."""

from decimal import Decimal
from typing import Any

from claims.models import PrinterOffset
from core import audit


def printer_offset(practice: Any, user: Any) -> PrinterOffset:
    """What `user` has kept in `practice`, or no offset at all (not saved)."""
    found = PrinterOffset.objects.filter(user=user).first()
    return found or PrinterOffset(practice=practice, user=user)


def keep_printer_offset(*, practice: Any, user: Any, x_mm: Decimal, y_mm: Decimal) -> None:
    """From now on forms are moved right by `x_mm` and down by `y_mm` for `user`."""
    row, _ = PrinterOffset.objects.update_or_create(
        practice=practice, user=user, defaults={"x_mm": x_mm, "y_mm": y_mm}
    )
    audit.record("printer.changed", subject=row, after={"x_mm": x_mm, "y_mm": y_mm})
