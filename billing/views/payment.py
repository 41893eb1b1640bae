"""Taking a payment from a patient."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.forms import PaymentForm, TakeBackForm
from billing.models import Payment
from billing.selectors.open_charges import open_charges
from billing.services.take_back_payment import take_back_payment
from billing.services.take_patient_payment import take_patient_payment
from billing.settings import ASK_ABOVE_PAYMENT
from billing.views.account import patient_or_404, read_family
from billing.views.journal import show_journal
from coding.models import ChargeLine
from coding.selectors import service_names
from core import clock
from core.errors import ApplicationError
from core.ids import uuid7
from core.money import ZERO, dollars, format_money
from core.practice_settings import value
from core.web import add_error, get_or_404, go, page, say
from patients.models import Patient


def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The payment form; a good one is posted at once and leads back to the account."""
    patient = patient_or_404(public_id)
    charges = open_charges(patient.practice, guarantor_id=patient.guarantor_id)
    ask_above = dollars(value(patient.practice, ASK_ABOVE_PAYMENT))
    if request.method != "POST":
        read_family(patient, "payment")
        owed = sum((charge.open_amount for charge in charges), ZERO)
        initial = {
            "received_on": clock.today(patient.practice),
            "amount": owed or None,
            "submission_key": uuid7(),
        }
        return _show(
            request, patient, PaymentForm(charges=charges, ask_above=ask_above, initial=initial)
        )
    form = PaymentForm(request.POST, charges=charges, ask_above=ask_above)
    if form.is_valid():
        try:
            payment = take_patient_payment(
                patient=patient,
                amount=form.cleaned_data["amount"],
                method=form.cleaned_data["method"],
                received_on=form.cleaned_data["received_on"],
                reference=form.cleaned_data["reference"],
                allocations=form.allocations(),
                submission_key=form.cleaned_data["submission_key"],
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"Receipt {payment.number}: ${format_money(payment.amount)} taken")
            return go(request, reverse("billing:account", args=[patient.public_id]))
    return _show(request, patient, form, status=422)


@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo a receipt with its mirror; a refusal comes back on the receipt's journal."""
    payment = get_or_404(
        Payment.objects.select_related("journal", "patient", "practice"), public_id
    )
    form = TakeBackForm(request.POST)
    if form.is_valid():
        try:
            mirror = take_back_payment(payment=payment, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"Receipt {payment.number} is taken back: {mirror}")
            return go(request, reverse("billing:journal", args=[mirror.public_id]))
    return show_journal(request, payment.journal.public_id, form)


def _show(
    request: HttpRequest, patient: Patient, form: PaymentForm, status: int = 200
) -> HttpResponse:
    request.nav = "patients"  # type: ignore[attr-defined]
    lines = ChargeLine.objects.select_related("patient", "encounter").in_bulk(
        [charge.charge_line_id for charge in form.charges]
    )
    names = service_names(lines.values())
    rows = [
        (
            charge,
            lines[charge.charge_line_id],
            names[charge.charge_line_id],
            form[f"line_{charge.charge_line_id}"],
        )
        for charge in form.charges
    ]
    context = {"patient": patient, "form": form, "rows": rows, "owed": form.owed_amount}
    return page(request, "billing/payment.html", None, context, status=status)
