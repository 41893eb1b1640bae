"""Closing a posting batch, which only one that balances can be; and correcting what was counted."""

from decimal import Decimal

from django.db import transaction

from billing.batch_choices import BatchState
from billing.models import PostingBatch
from billing.states import BATCH
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.money import format_money
from core.states import advance

LEAST_REASON = 5


def close_batch(*, batch: PostingBatch) -> PostingBatch:
    """Close `batch`. Raises Conflict with the difference where it does not balance: there is no
    way round, neither by a reason nor by a role (domain F.5).
    """
    with transaction.atomic():
        row = _locked(batch)
        if row.state == BatchState.CLOSED:
            return row
        if words := what_differs(row):
            raise Conflict(
                f"It does not balance: {words}. Entered {row.entered_count:,} of"
                f" {row.control_count:,}, ${format_money(row.entered_amount)} of"
                f" ${format_money(row.control_amount)}."
            )
        advance(
            row, BatchState.CLOSED, table=BATCH,
            update={"closed_at": clock.now(), "closed_by_name": current_actor().name},
        )  # fmt: skip
        timeline.record(
            row,
            kind="batch.closed",
            sentence=f"closed it in balance: {row.entered_count:,} for"
            f" ${format_money(row.entered_amount)}",
        )
    return row


def correct_control(
    *, batch: PostingBatch, control_count: int, control_amount: Decimal, reason: str
) -> PostingBatch:
    """Count again: the control numbers of an open batch were wrong. What stood there before stays
    on the timeline and in the audit log. Raises ApplicationError without a reason.
    """
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say what was counted wrong.", field="reason")
    if control_count < 0:
        raise ApplicationError("A count is not below zero.", field="control_count")
    with transaction.atomic():
        row = _locked(batch)
        if row.state == BatchState.CLOSED:
            raise Conflict("It is closed.")
        before = {
            "control_count": row.control_count, "control_amount": str(row.control_amount)
        }  # fmt: skip
        PostingBatch.everywhere.filter(pk=row.pk).update(
            control_count=control_count, control_amount=control_amount
        )
        timeline.record(
            row,
            kind="batch.counted_again",
            sentence=f"counted again: {control_count:,} for ${format_money(control_amount)} instead"
            f" of {row.control_count:,} for ${format_money(row.control_amount)}",
            details={"note": reason},
            before=before,
            after={"control_count": control_count, "control_amount": str(control_amount)},
        )
        row.refresh_from_db()
    return row


def what_differs(batch: PostingBatch) -> str:
    """How what was entered differs from what was counted, in words; empty where it does not."""
    parts = []
    count = batch.entered_count - batch.control_count
    amount = batch.entered_amount - batch.control_amount
    if count:
        parts.append(f"{abs(count):,} {'too many' if count > 0 else 'to go'}")
    if amount:
        parts.append(f"${format_money(abs(amount))} {'too much' if amount > 0 else 'to go'}")
    return ", ".join(parts)


def _locked(batch: PostingBatch) -> PostingBatch:
    return PostingBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
