"""Opening a posting batch: what somebody counted is written down before it is typed in."""

from decimal import Decimal

from django.db import transaction

from billing.batch_choices import BatchKind, BatchState
from billing.ledger.period import posting_day
from billing.models import PostingBatch
from core import timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.ids import opaque_number
from core.models import Practice
from core.money import format_money

NUMBER_LENGTH = 9


def open_batch(
    *, practice: Practice, kind: str, control_count: int, control_amount: Decimal, note: str = ""
) -> PostingBatch:
    """Open a batch of `kind` for the acting person. Raises ApplicationError at the field that is
    wrong, and where that person has one of the kind open already.
    """
    actor = current_actor()
    if actor.user is None:
        raise ApplicationError("A batch belongs to a person.")
    if kind not in BatchKind.values:
        raise ApplicationError("Choose what the batch counts.", field="kind")
    if control_count < 1:
        raise ApplicationError("Count at least one.", field="control_count")
    with transaction.atomic():
        standing = PostingBatch.everywhere.filter(
            practice=practice, owner=actor.user, kind=kind, state=BatchState.OPEN
        ).first()
        if standing is not None:
            raise ApplicationError(
                f"Your batch {standing.number} of this kind is open: close it first.", field="kind"
            )
        batch = PostingBatch.everywhere.create(
            practice=practice,
            number=opaque_number("B", NUMBER_LENGTH),
            kind=kind,
            owner=actor.user,
            owner_name=actor.name,
            opened_on=posting_day(practice),
            note=" ".join(note.split())[:120],
            control_count=control_count,
            control_amount=control_amount,
        )
        timeline.record(
            batch,
            kind="batch.opened",
            sentence=f"opened a batch of {control_count:,} for ${format_money(control_amount)}",
        )
    return batch
