"""What a collection agency brought in on a debt that was written off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing.adjusting_forms import RecoveryForm
from billing.services.record_recovery import record_recovery, unrecovered
from billing.views.account import patient_or_404
from core import audit, clock
from core.errors import ApplicationError
from core.ids import uuid7
from core.money import ZERO
from core.web import add_error, go, page, say


def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form; a good one is posted at once."""
    patient = patient_or_404(public_id)
    form = RecoveryForm(
        request.POST or None,
        initial={"received_on": clock.today(patient.practice), "submission_key": uuid7()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            journal = record_recovery(
                patient=patient,
                amount=form.cleaned_data["amount"],
                fee_amount=form.cleaned_data["fee_amount"] or ZERO,
                received_on=form.cleaned_data["received_on"],
                reference=form.cleaned_data["reference"],
                submission_key=form.cleaned_data["submission_key"],
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"Recovery posted: {journal}")
            return go(request, reverse("billing:account", args=[patient.public_id]))
    audit.read(patient, patient=patient, note="recovery")
    request.nav = "patients"  # type: ignore[attr-defined]
    context = {"patient": patient, "form": form, "left": unrecovered(patient)}
    status = 422 if request.method == "POST" else 200
    return page(request, "billing/recovery.html", None, context, status=status)
