"""The clock on returning an overpayment to Medicare or Medicaid: started, stopped, ended."""

from datetime import date, timedelta

from django.db import transaction

from billing.adjusting_choices import OverpaymentState
from billing.credits.due import investigation_must_end, next_look, overpayment_due
from billing.models import CreditBalance, Overpayment
from billing.services.tell_overpayment import remind, tell_overpayment
from billing.states import OVERPAYMENT
from core import clock
from core.actors import current_actor
from core.errors import ApplicationError, Conflict
from core.ids import opaque_number
from core.money import format_money
from core.states import advance

NUMBER_LENGTH = 9
RUNNING = (OverpaymentState.IDENTIFIED, OverpaymentState.INVESTIGATING)


def identify_overpayment(*, credit: CreditBalance, identified_on: date, reason: str) -> Overpayment:
    """Start the clock on `credit`; one that runs already is brought to its amount.

    Raises ApplicationError at `identified_on` for a day to come or before the credit arose.
    """
    today = clock.today(credit.practice)
    if identified_on > today:
        raise ApplicationError("This day has not come yet.", field="identified_on")
    # After today is closed a credit is posted on tomorrow, and is known today all the same.
    if identified_on < min(credit.arose_on, today):
        raise ApplicationError(
            f"The credit arose on {credit.arose_on:%m/%d/%Y}: it was not known before.",
            field="identified_on",
        )
    if credit.payer is None:
        raise ApplicationError("Only a payer overpays.")
    running = Overpayment.objects.filter(credit=credit, state__in=RUNNING).first()
    if running is not None:
        if running.amount != credit.amount:
            Overpayment.objects.filter(pk=running.pk).update(amount=credit.amount)
        return running
    due_on = overpayment_due(identified_on)
    made = Overpayment.objects.create(
        practice=credit.practice,
        number=opaque_number("O", NUMBER_LENGTH),
        credit=credit,
        patient=credit.patient,
        payer=credit.payer,
        amount=credit.amount,
        reason=reason[:300],
        identified_on=identified_on,
        due_on=due_on,
        next_look_on=next_look(due_on, today),
        identified_by_name=current_actor().name,
    )
    tell_overpayment(
        made,
        "overpayment.identified",
        f"identified an overpayment of ${format_money(made.amount)} by {made.payer.name}, due"
        f" {due_on:%m/%d/%Y}",
        reason,
    )
    remind(made)
    return made


def start_investigation(*, overpayment: Overpayment, on: date, reason: str) -> Overpayment:
    """Stop the clock while related overpayments are looked into, 180 days at most, once.

    Raises ApplicationError at `on` for a day that cannot be, at `note` without a reason, Conflict
    where it was investigated before.
    """
    if not reason.strip():
        raise ApplicationError("Say what is being looked into.", field="note")
    with transaction.atomic():
        row = _running(overpayment)
        if row.investigation_started_on is not None:
            raise Conflict("It was investigated already: the clock stops once.")
        _check_day(row, on, first=row.identified_on)
        if on > row.due_on:
            raise ApplicationError("It was due before that day.", field="on")
        _move(
            row,
            OverpaymentState.INVESTIGATING,
            investigation_started_on=on,
            due_on=overpayment_due(row.identified_on, on),
            next_look_on=next_look(investigation_must_end(on), clock.today(row.practice)),
        )
        tell_overpayment(
            row, "overpayment.investigated",
            f"began to look into related overpayments: the clock of {row.number} stands", reason,
        )  # fmt: skip
        remind(row)
    return row


def end_investigation(*, overpayment: Overpayment, on: date) -> Overpayment:
    """Let the clock run again, its days counted on. Raises ApplicationError at `on`, Conflict
    where no investigation runs.
    """
    with transaction.atomic():
        row = _running(overpayment)
        started = row.investigation_started_on
        if row.state != OverpaymentState.INVESTIGATING or started is None:
            raise Conflict("No investigation is running.")
        _check_day(row, on, first=started)
        due_on = overpayment_due(row.identified_on, started, on)
        _move(
            row,
            OverpaymentState.IDENTIFIED,
            investigation_ended_on=on,
            due_on=due_on,
            next_look_on=next_look(due_on, clock.today(row.practice)),
        )
        days = min((on - started), timedelta(days=180)).days
        tell_overpayment(
            row, "overpayment.investigation_ended",
            f"ended the investigation of {row.number} after {days} days: due"
            f" {due_on:%m/%d/%Y}", "",
        )  # fmt: skip
        remind(row)
    return row


def overpayment_returned(*, overpayment: Overpayment, on: date, how: str) -> Overpayment:
    """The payer has its money back: by our refund, or because it kept it from a payment.

    Raises ApplicationError at `on` or `note`.
    """
    if not how.strip():
        raise ApplicationError("Say how it was returned.", field="note")
    with transaction.atomic():
        row = _running(overpayment)
        _check_day(row, on, first=row.identified_on)
        _move(row, OverpaymentState.RETURNED, returned_on=on, outcome=how.strip()[:300])
        late = " (late)" if on > row.due_on else ""
        tell_overpayment(
            row, "overpayment.returned",
            f"returned ${format_money(row.amount)} to {row.payer.name}{late}", how,
        )  # fmt: skip
        remind(row)
    return row


def overpayment_not_owed(*, overpayment: Overpayment, reason: str) -> Overpayment:
    """It turned out to be none. Raises ApplicationError at `note` without a reason."""
    if len(reason.strip()) < 5:
        raise ApplicationError("Say why it is no overpayment.", field="note")
    with transaction.atomic():
        row = _running(overpayment)
        _move(row, OverpaymentState.NOT_OWED, outcome=reason.strip()[:300])
        tell_overpayment(
            row, "overpayment.not_owed", f"found that {row.number} is no overpayment", reason
        )
        remind(row)
    return row


def overpayment_open_again(*, overpayment: Overpayment, reason: str) -> None:
    """What had returned it was taken back; the clock was never stopped by it."""
    row = _locked(overpayment)
    if row.state != OverpaymentState.RETURNED:
        return
    today = clock.today(row.practice)
    _move(
        row, OverpaymentState.IDENTIFIED, returned_on=None, outcome="",
        next_look_on=next_look(row.due_on, today),
    )  # fmt: skip
    tell_overpayment(row, "overpayment.open_again", f"{row.number} is to be returned again",
                     reason)  # fmt: skip
    remind(row)


def _locked(overpayment: Overpayment) -> Overpayment:
    rows = Overpayment.objects.select_related("patient__practice", "payer", "practice")
    return rows.select_for_update(of=("self",)).get(pk=overpayment.pk)


def _running(overpayment: Overpayment) -> Overpayment:
    row = _locked(overpayment)
    if row.state not in RUNNING:
        raise Conflict(f"It is over: {row.get_state_display().lower()}.")
    return row


def _check_day(row: Overpayment, on: date, *, first: date) -> None:
    if on > clock.today(row.practice):
        raise ApplicationError("This day has not come yet.", field="on")
    if on < first:
        raise ApplicationError(f"That is before {first:%m/%d/%Y}.", field="on")


def _move(row: Overpayment, to: str, **update: object) -> None:
    advance(row, to, table=OVERPAYMENT, update=dict(update))
