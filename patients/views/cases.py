"""Cases and authorizations: recording and changing what claims later need."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.claim_forms import AuthorizationForm, CaseForm
from patients.models import Case, Coverage, Encounter, Patient, PriorAuthorization
from patients.selectors import used_of
from patients.services.record_authorization import change_authorization, record_authorization
from patients.services.record_case import change_case, record_case

MOST_SHOWN = 50


@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record an accident or a work injury."""
    patient = get_or_404(Patient.objects.select_related("practice"), public_id)
    form = CaseForm(request.POST or None)
    if _done(request, form, lambda facts: record_case(patient=patient, **facts)):
        say(request, "Case recorded. Choose it at the visits that belong to it.")
        return go(request, _chart(patient))
    return _case_page(request, patient, form, None)


@require_http_methods(["GET", "POST"])
def case_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change a case. Claims that were sent keep what they said."""
    case = get_or_404(Case.objects.select_related("patient", "practice"), public_id)
    form = CaseForm(request.POST or None, case=case)
    if _done(request, form, lambda facts: change_case(case=case, **facts)):
        say(request, "Saved")
        return go(request, _chart(case.patient))
    return _case_page(request, case.patient, form, case)


@require_http_methods(["GET", "POST"])
def authorization_new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Record a prior authorization or a referral."""
    patient = get_or_404(Patient, public_id)
    form = AuthorizationForm(request.POST or None)
    if _done(request, form, lambda facts: record_authorization(patient=patient, **facts)):
        say(request, "Recorded. Claims that are not sent yet were checked again.")
        return go(request, _chart(patient))
    return _authorization_page(request, patient, form, None)


@require_http_methods(["GET", "POST"])
def authorization_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change one; what is used of it stands beside."""
    found = get_or_404(PriorAuthorization.objects.select_related("patient", "payer"), public_id)
    form = AuthorizationForm(request.POST or None, authorization=found)
    act = lambda facts: change_authorization(authorization=found, **facts)  # noqa: E731
    if _done(request, form, act):
        say(request, "Saved. Claims that are not sent yet were checked again.")
        return go(request, _chart(found.patient))
    return _authorization_page(request, found.patient, form, found)


def _done(request: HttpRequest, form: Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether the form was sent, was right, and the service took it."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except ApplicationError as error:
        add_error(form, error)
        return False
    return True


def _case_page(
    request: HttpRequest, patient: Patient, form: CaseForm, case: Case | None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "patient": patient, "case": case}
    if case is not None:
        paid_by = Coverage.objects.filter(case=case).select_related("plan__payer")
        visits = Encounter.objects.filter(case=case).order_by("-service_date_from", "-pk")
        context |= {"paid_by": paid_by, "visits": visits[:MOST_SHOWN]}
    return _shown(request, patient, "patients/case_form.html", context)


def _authorization_page(
    request: HttpRequest,
    patient: Patient,
    form: AuthorizationForm,
    found: PriorAuthorization | None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "patient": patient, "authorization": found}
    if found is not None:
        context |= {
            "used": used_of([found.pk]).get(found.pk, 0),
            "uses": found.uses.order_by("-used_on", "-pk")[:MOST_SHOWN],
        }
    return _shown(request, patient, "patients/authorization_form.html", context)


def _shown(
    request: HttpRequest, patient: Patient, template: str, context: dict[str, Any]
) -> HttpResponse:
    if request.method == "GET":
        audit.read(patient, patient=patient, note="case or authorization page")
    request.nav = "patients"  # type: ignore[attr-defined]
    return page(request, template, None, context, status=422 if context["form"].errors else 200)


def _chart(patient: Patient) -> str:
    return f"{reverse('desk:patient-chart', args=[patient.public_id])}?tab=coverage"
