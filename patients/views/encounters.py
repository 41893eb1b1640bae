"""Entering a visit, and importing many."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit, clock
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.csv_rows import COLUMNS, CONTENT_TYPE, REQUIRED, template_file
from patients.forms import EncounterForm, ImportForm
from patients.importing import rejected_files, start_import
from patients.models import Patient
from patients.selectors import coverages_on
from patients.services.record_encounter import record_encounter


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a visit with its note. It waits in the coders' queue from then on."""
    patient = get_or_404(Patient, public_id)
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    form = EncounterForm(
        request.POST or None, request.FILES or None, initial={"service_date_from": today}
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_encounter(
                practice=request.practice,  # type: ignore[attr-defined]
                patient=patient,
                **values,
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Encounter recorded. It is in the coders' queue.")
            chart = reverse("desk:patient-chart", args=[patient.public_id])
            return go(request, f"{chart}?tab=encounters")
    if request.method == "GET":
        audit.read(patient, patient=patient, note="new encounter page")
    request.nav = "patients"  # type: ignore[attr-defined]
    context = {"form": form, "patient": patient, "coverages": coverages_on(patient, today)}
    return page(
        request, "patients/encounter_form.html", None, context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a CSV file as a job; rows that cannot be taken come back as a file with the reason."""
    if request.method == "GET" and "template" in request.GET:
        response = HttpResponse(template_file(), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="encounters-template.csv"'
        return response
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = start_import(
                practice=request.practice,  # type: ignore[attr-defined]
                content=form.cleaned_data["file"],
                user=request.user,
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            return go(request, reverse("core:job", args=[job.public_id]))
    context = {
        "form": form,
        "columns": [(name, name in REQUIRED) for name in COLUMNS],
        "rejected": rejected_files()[:10],
    }
    request.nav = "encounters"  # type: ignore[attr-defined]
    refused = request.method == "POST"
    return page(request, "patients/import.html", None, context, status=422 if refused else 200)
