"""Deposit slip, reconciliation and day sheet as PDF."""

from collections.abc import Sequence

from billing.models import ClosedDay, ClosedMonth, DepositSlip, PostingBatch
from billing.selectors.day_totals import totals_from_text
from billing.selectors.deposit_items import Item
from billing.selectors.month_sheet import month_sheet
from billing.selectors.reconciliation import Reconciliation
from core import clock
from core.models import Practice
from core.pdf import render_pdf


def deposit_slip_pdf(slip: DepositSlip, items: Sequence[Item]) -> bytes:
    """The slip for the bank: checks one by one, cash in one sum. Raises PdfUnavailable."""
    cash = [item for item in items if item.is_cash]
    others = [item for item in items if not item.is_cash]
    return render_pdf(
        "pdf/deposit_slip.html",
        {
            "slip": slip,
            "practice": slip.practice,
            "others": others,
            "others_amount": slip.amount - slip.cash_amount,
            "cash": cash,
        },
    )


def reconciliation_pdf(practice: Practice, found: Reconciliation) -> bytes:
    """Both sides that have not met. Raises PdfUnavailable."""
    context = {"practice": practice, "found": found, "on": clock.today(practice)}
    return render_pdf("pdf/reconciliation.html", context)


def day_sheet_pdf(closed: ClosedDay) -> bytes:
    """A closed day as it was closed: its figures, its batches, what was explained, its hash.
    Raises PdfUnavailable.
    """
    return render_pdf("pdf/day_sheet.html", day_sheet_context(closed))


def month_sheet_pdf(month: ClosedMonth) -> bytes:
    """A closed month on paper: its days, what they come to, the chain. Raises PdfUnavailable."""
    return render_pdf("pdf/month_sheet.html", month_sheet_context(month))


def month_sheet_context(month: ClosedMonth) -> dict[str, object]:
    """What the month says, on paper and on the screen alike."""
    sheet = month_sheet(month)
    return {
        "month": month, "practice": month.practice, "sheet": sheet, "totals": sheet.totals,
        "explained": [check for check in month.checks if check["why"]],
    }  # fmt: skip


def day_sheet_context(closed: ClosedDay) -> dict[str, object]:
    """What the day sheet says, on paper and on the screen alike."""
    batches = PostingBatch.everywhere.filter(
        practice=closed.practice, opened_on__range=(closed.from_on, closed.day)
    )
    return {
        "closed": closed,
        "practice": closed.practice,
        "totals": totals_from_text(closed.totals),
        "batches": list(batches.order_by("kind", "pk")),
        "several_days": closed.from_on != closed.day,
    }
