"""Coverages: what is in force when, and recording or changing one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit, clock
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, known_ids, page, say
from patients.forms import CoverageForm, OrderForm
from patients.models import Case, Coverage, Patient
from patients.selectors import coverage_history, payer_order
from patients.services.record_coverage import change_coverage, record_coverage

FORM = "patients/coverage_form.html"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a coverage. Overlaps, ids and dates are refused at the field."""
    patient = get_or_404(Patient, public_id)
    wanted = Case.objects.filter(
        patient=patient, public_id__in=known_ids([request.GET.get("case", "")])
    )
    form = CoverageForm(request.POST or None, patient=patient, initial={"case": wanted.first()})
    if request.method == "POST" and form.is_valid():
        try:
            record_coverage(patient=patient, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Coverage recorded")
            return go(request, _chart(patient))
    return _form(request, patient, form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a coverage. Claims that were sent keep what they said."""
    coverage = get_or_404(Coverage.objects.select_related("patient", "plan__payer"), public_id)
    form = CoverageForm(request.POST or None, coverage=coverage, patient=coverage.patient)
    if request.method == "POST" and form.is_valid():
        try:
            change_coverage(coverage=coverage, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Saved")
            return go(request, _chart(coverage.patient))
    return _form(request, coverage.patient, form, coverage)


def _form(
    request: HttpRequest, patient: Patient, form: CoverageForm, coverage: Coverage | None = None
) -> HttpResponse:
    if request.method == "GET":
        audit.read(patient, patient=patient, note="coverage page")
    order_form = OrderForm(request.GET if "on" in request.GET else None)
    day = order_form.cleaned_data["on"] if order_form.is_valid() else clock.today(patient.practice)
    if not order_form.is_bound:
        order_form = OrderForm(initial={"on": day})
    context = {
        "order_form": order_form,
        "order": payer_order(patient, day),
        "form": form,
        "patient": patient,
        "coverage": coverage,
        "history": coverage_history(patient),
    }
    request.nav = "patients"  # type: ignore[attr-defined]
    return page(request, FORM, None, context, status=422 if form.errors else 200)


def _chart(patient: Patient) -> str:
    return f"{reverse('desk:patient-chart', args=[patient.public_id])}?tab=coverage"
