"""What a person decides about underpaid lines: let be, taken up again, given to somebody."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from billing.models import LineVariance
from billing.services.tell_underpaid import WORK, tell_underpaid
from billing.underpayment_choices import AcceptReason, VarianceState
from billing.underpayments.acts import may_accept, may_reopen
from billing.underpayments.history import tell_lines
from claims.models import Claim
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.models import Practice
from core.money import format_money
from core.services.work import assign_work_item, open_items

DAYS_TO_WORK = 10


def accept_variances(
    *, practice: Practice, rows: Sequence[LineVariance], reason: str, note: str = ""
) -> int:
    """Let the difference of these lines be; returns how many took part.

    Raises ApplicationError at `reason` without one, at `note` where *another reason* says none.
    """
    if reason not in AcceptReason.values:
        raise ApplicationError("Choose why it is let be.", field="reason")
    note = " ".join(note.split())[:200]
    if reason == AcceptReason.OTHER and not note:
        raise ApplicationError("Say in a few words why.", field="note")
    with transaction.atomic():
        found = [row for row in locked(rows) if not may_accept(row)]
        for row in found:
            row.state, row.accept_reason, row.note = VarianceState.ACCEPTED, reason, note
        words = AcceptReason(reason).label.lower()
        _keep(practice, found, "claim.variance_accepted", f"accepted {{}} of {{}}: {words}")
    return len(found)


def reopen_variances(*, practice: Practice, rows: Sequence[LineVariance]) -> int:
    """Take up again what was accepted; returns how many took part."""
    with transaction.atomic():
        found = [row for row in locked(rows) if not may_reopen(row)]
        for row in found:
            is_under = row.variance_amount > 0
            row.state = VarianceState.OPEN if is_under else VarianceState.OVER
            row.accept_reason = row.note = ""
        _keep(practice, found, "claim.variance_reopened", "took up {} of {} again")
    return len(found)


def assign_variances(*, rows: Sequence[LineVariance], owner: Any) -> int:
    """Give the work of these lines' claims to a member of the practice, or back to everybody."""
    claims = Claim.objects.filter(pk__in={row.claim_id for row in rows})
    given = 0
    with transaction.atomic():
        for claim in claims:
            for item in open_items(claim).filter(kind=WORK).select_related("owner", "practice"):
                assign_work_item(item, owner=owner)
                given += 1
    return given


def locked(rows: Sequence[LineVariance]) -> list[LineVariance]:
    """The same rows as they are now, locked in order of their claims."""
    return list(
        LineVariance.objects.filter(pk__in=[row.pk for row in rows])
        .select_related("payer", "claim")
        .order_by("claim_id", "pk")
        .select_for_update(of=("self",))
    )


def due_on(practice: Practice) -> date:
    """Until when a line that comes back is looked at."""
    return clock.today(practice) + timedelta(days=DAYS_TO_WORK)


def _keep(practice: Practice, rows: Sequence[LineVariance], kind: str, sentence: str) -> None:
    now, name = clock.now(), current_actor().name
    for row in rows:
        row.state_changed_at, row.settled_by_name = now, name
    LineVariance.objects.bulk_update(
        rows, ["state", "accept_reason", "note", "state_changed_at", "settled_by_name"],
        batch_size=500,
    )  # fmt: skip
    for row in rows:
        amount = f"${format_money(row.variance_amount)}"
        timeline.record(
            row.claim, kind=kind, sentence=sentence.format(amount, row.procedure_code),
            details={"note": row.note} if row.note else {},
        )  # fmt: skip
    note = rows[0].note if rows else ""
    tell_lines(rows, kind.rpartition("_")[2], sentence.replace(" of {}", ""), note)
    tell_underpaid(practice, rows, due_on=due_on(practice))
