"""Saying how a credit came to be (domain H.4): a person's word instead of our guess."""

from datetime import date

from django.db import transaction

from billing.adjusting_choices import CreditCause, CreditState
from billing.models import CreditBalance
from billing.selectors.line_facts import FEDERAL
from billing.services.identify_overpayment import identify_overpayment
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.money import format_money

_OVERPAID = frozenset({CreditCause.PAYER, CreditCause.DUPLICATE, CreditCause.ERROR})


def review_credit(
    *, credit: CreditBalance, cause: str, note: str, identified_on: date | None = None
) -> CreditBalance:
    """Keep `cause` and `note`. To know that Medicare or Medicaid paid too much is to identify an
    overpayment: its clock starts on `identified_on`, today where nothing else is said.

    Raises ApplicationError at the field that is wrong, Conflict for a credit that is gone.
    """
    note = " ".join(note.split())[:300]
    if cause not in CreditCause.values:
        raise ApplicationError("Choose how it came to be.", field="cause")
    if credit.is_of_payer and cause not in _OVERPAID:
        raise ApplicationError("This money is a payer's.", field="cause")
    if not credit.is_of_payer and cause == CreditCause.PAYER:
        raise ApplicationError("This money is the patient's.", field="cause")
    if not note:
        raise ApplicationError("Say what you found.", field="note")
    with transaction.atomic():
        row = locked_credit(credit)
        CreditBalance.objects.filter(pk=row.pk).update(
            cause=cause, note=note, reviewed_by_name=current_actor().name, reviewed_at=clock.now()
        )
        row.refresh_from_db()
        timeline.record(
            row.patient,
            kind="credit.reviewed",
            sentence=f"looked at a credit of ${format_money(row.amount)}:"
            f" {row.get_cause_display().lower()}",
            details={"note": note},
        )
        if row.payer is not None and row.payer.kind in FEDERAL:
            identify_overpayment(
                credit=row,
                identified_on=identified_on or clock.today(row.practice),
                reason=note,
            )
    return row


def locked_credit(credit: CreditBalance) -> CreditBalance:
    """The credit behind its lock. Raises Conflict where nothing is left of it."""
    rows = CreditBalance.objects.select_related("patient__practice", "payer", "practice")
    row = rows.select_for_update(of=("self",)).get(pk=credit.pk)
    if row.state != CreditState.OPEN:
        raise Conflict("Nothing is left of this credit.")
    return row
