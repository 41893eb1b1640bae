"""Checking a patient in: the visit becomes an encounter, and the copay is taken (domain F.3)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.models import Payment
from billing.services.take_patient_payment import take_patient_payment
from claims.eligibility import copay_words
from claims.visit_estimate import visit_estimate
from core import audit, clock
from core.errors import ApplicationError
from core.ids import uuid7
from core.money import format_money
from core.web import add_error, get_or_404, go, page, say
from desk.forms import CheckInForm
from patients.appointment_facts import day_of
from patients.coverage_facts import with_facts
from patients.models import Appointment
from patients.selectors import coverages_on
from patients.services.check_in import check_in as record_arrival


@require_http_methods(["GET", "POST"])
def check_in(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm coverage, take the copay, record the visit: all of it or nothing."""
    found = get_or_404(
        Appointment.objects.select_related("patient", "provider", "facility", "practice"), public_id
    )
    if found.encounter_id is not None:
        say(request, "This patient is checked in already.", tone="warn")
        return go(request, reverse("patients:appointment", args=[found.public_id]))
    if request.method == "GET":
        audit.read(found, patient=found.patient, note="check-in")
        return _show(request, found, CheckInForm(initial={"submission_key": uuid7()}))
    form = CheckInForm(request.POST)
    if form.is_valid():
        try:
            payment = _arrive(found, form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            taken = (
                f" Receipt {payment.number}: ${format_money(payment.amount)}." if payment else ""
            )
            say(request, f"Checked in. The visit waits for its note.{taken}")
            return go(request, reverse("patients:appointments"))
    return _show(request, found, form)


@transaction.atomic
def _arrive(found: Appointment, values: dict[str, Any]) -> Payment | None:
    """A copay is for a visit that has no charges yet: it waits as the patient's credit."""
    record_arrival(appointment=found, billing_provider=values["billing_provider"])
    if not values["amount"]:
        return None
    return take_patient_payment(
        patient=found.patient,
        amount=values["amount"],
        method=values["method"],
        received_on=clock.today(found.practice),
        reference=values["reference"],
        allocations={},
        submission_key=values["submission_key"],
    )


def _show(request: HttpRequest, found: Appointment, form: CheckInForm) -> HttpResponse:
    coverages = with_facts(coverages_on(found.patient, day_of(found)))
    context = {
        "form": form,
        "appointment": found,
        "patient": found.patient,
        "coverages": coverages,
        "copay": copay_words(coverages[0]) if coverages else "",
        "estimated": visit_estimate(coverages[0], request.GET.dict()) if coverages else None,
        "asks_who_bills": form.fields["billing_provider"].initial is None,
    }
    request.nav = "appointments"  # type: ignore[attr-defined]
    return page(request, "desk/check_in.html", None, context, status=422 if form.errors else 200)
