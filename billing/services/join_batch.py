"""What somebody posts while a batch of theirs is open belongs to it (domain F.5)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import models
from django.db.models import F

from billing.batch_choices import BatchKind, BatchState
from billing.choices import PaymentMethod
from billing.models import BatchEntry, PostingBatch
from core import clock
from core.actors import current_actor
from core.money import ZERO
from core.subjects import kind_of

OF_METHOD = {
    PaymentMethod.CASH: BatchKind.CASH,
    PaymentMethod.CHECK: BatchKind.CHECKS,
    PaymentMethod.CARD: BatchKind.CARDS,
}
Entered = tuple[models.Model, Decimal]


def join_batch(kind: str, entered: Sequence[Entered]) -> PostingBatch | None:
    """Count what was just posted in the acting person's open batch of `kind`; None where there is
    none. All of `entered` are of one model. What is counted already is not counted again. The
    caller has a transaction.
    """
    user = current_actor().user
    if user is None or not entered:
        return None
    practice_id = entered[0][0].practice_id  # type: ignore[attr-defined]
    batch = (
        PostingBatch.everywhere.select_for_update(of=("self",))
        .filter(practice_id=practice_id, owner=user, kind=kind, state=BatchState.OPEN)
        .first()
    )
    if batch is None:
        return None
    name = kind_of(entered[0][0])
    known = set(
        _standing(name, [row.pk for row, _ in entered]).values_list("subject_id", flat=True)
    )
    rows = [
        BatchEntry(
            practice_id=practice_id, batch=batch, subject_kind=name, subject_id=row.pk,
            amount=amount,
        )
        for row, amount in entered
        if row.pk not in known
    ]  # fmt: skip
    BatchEntry.everywhere.bulk_create(rows)
    _count(batch.pk, len(rows), sum((row.amount for row in rows), ZERO))
    return batch


def leave_batch(subjects: Sequence[models.Model]) -> None:
    """What is taken back while its batch is open does not count there. A closed batch stays as it
    was: what is taken back later is an event of that later day, and what is then entered anew
    counts in a batch of the day on which that is done.
    """
    if not subjects:
        return
    entries = _standing(kind_of(subjects[0]), [row.pk for row in subjects])
    # Whoever closes one of these batches waits, or was here first: each entry is in one or other.
    batches = PostingBatch.everywhere.filter(pk__in=entries.values("batch_id")).order_by("pk")
    list(batches.select_for_update(no_key=True).values_list("pk"))
    entries.filter(batch__state=BatchState.CLOSED).update(undone_at=clock.now())
    for entry in entries.filter(batch__state=BatchState.OPEN).select_for_update(of=("self",)):
        BatchEntry.everywhere.filter(pk=entry.pk).update(withdrawn_at=clock.now())
        _count(entry.batch_id, -1, -entry.amount)


def _standing(name: str, ids: Sequence[int]) -> "models.QuerySet[BatchEntry]":
    return BatchEntry.everywhere.filter(
        subject_kind=name, subject_id__in=ids, withdrawn_at__isnull=True, undone_at__isnull=True
    )


def _count(batch_id: int, count: int, amount: Decimal) -> None:
    PostingBatch.everywhere.filter(pk=batch_id).update(
        entered_count=F("entered_count") + count, entered_amount=F("entered_amount") + amount
    )
