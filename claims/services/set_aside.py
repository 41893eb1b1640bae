"""Setting aside what is not to be posted: a whole remittance, or one answer nobody here knows."""

from django.db import transaction

from claims.choices import RemittanceState
from claims.models import Remittance, RemittanceClaim
from claims.services.match_remittance import NO_CLAIM, NO_LINE, end_exceptions, look_again
from claims.states import REMITTANCE
from core import clock, timeline
from core.errors import ApplicationError, Conflict
from core.services.work import close_work_item, finish_work_item, open_items
from core.states import advance

LEAST_REASON = 5


def set_aside_remittance(
    remittance: Remittance, *, reason: str, replaced_by: Remittance | None = None
) -> None:
    """Take a remittance that is not posted out of everybody's way; its bytes and rows stay.

    Raises ApplicationError without a reason, IllegalTransition for one that is posted.
    """
    reason = _checked(reason)
    with transaction.atomic():
        update = {"replaced_by": replaced_by} if replaced_by else {}
        if not advance(remittance, RemittanceState.SET_ASIDE, table=REMITTANCE, update=update):
            return
        words = f" for {replaced_by.trace_number} sent anew" if replaced_by else ""
        timeline.record(
            remittance,
            kind="remittance.set_aside",
            sentence=f"set the remittance aside{words}",
            details={"note": reason},
        )
        for item in open_items(remittance):
            finish_work_item(item, outcome=f"Set aside: {reason}")
        end_exceptions(remittance.claims.all(), outcome=f"Set aside: {reason}")


def set_aside_answer(answer: RemittanceClaim, *, reason: str) -> None:
    """Say that an answer is about no claim of ours. Its money stays in unapplied cash (2010) until
    it is refunded or taken back; nobody is asked about it any more.

    Raises ApplicationError without a reason, Conflict where its claim is known meanwhile.
    """
    reason = _checked(reason)
    with transaction.atomic():
        row = RemittanceClaim.objects.select_for_update(of=("self",)).get(pk=answer.pk)
        if row.version_id is not None:
            raise Conflict("Its claim was found meanwhile.")
        if row.set_aside_at is not None:
            return
        row.set_aside_at, row.set_aside_reason = clock.now(), reason[:200]
        row.save(update_fields=["set_aside_at", "set_aside_reason"])
        remittance = row.remittance
        timeline.record(
            remittance,
            kind="remittance.answer_set_aside",
            sentence=f"left {row.paid_amount} for {row.patient_control_number} in unapplied cash",
            details={"note": reason},
        )
        for kind in (NO_CLAIM, NO_LINE):
            close_work_item(subject=row, kind=kind, outcome=f"Left unapplied: {reason}")
        look_again(remittance)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why.", field="reason")
    return reason
