"""Eligibility: ask whether a coverage is active, read the answer, print the proof (screens S10)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.access import ASKERS, MONEY_READERS
from claims.benefits import SERVICE_TYPES
from claims.choices import CoverageVerdict
from claims.eligibility import checks_of, refusals_of, usual_seconds
from claims.estimate import estimate, services_of, shares_for
from claims.forms import EligibilityForm, EstimateForm
from claims.models import EligibilityCheck
from claims.services.ask_eligibility import WHOLE_PLAN, ask_eligibility
from claims.services.keep_proof import keep_proof
from core import audit, clock
from core.errors import ApplicationError
from core.pdf import PdfUnavailable
from core.services.documents import read_document
from core.web import add_error, get_or_404, go, page, say
from patients.models import Coverage

HISTORY_SHOWN = 50
PAGE, BODY = "claims/eligibility.html", "claims/_eligibility_body.html"


@require_GET
def of_coverage(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The newest check of a coverage, and those before."""
    coverage = _coverage(public_id)
    return _show(request, coverage, checks_of(coverage).first())


@require_GET
def check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One check, as it was answered then."""
    found = _check(public_id)
    return _show(request, _coverage(found.coverage.public_id), found)


@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask now. The page shows the answer as soon as it is here."""
    coverage = _coverage(public_id)
    form = EligibilityForm(request.POST)
    if form.is_valid():
        try:
            ask_eligibility(
                coverage=coverage,
                service_on=form.cleaned_data["service_on"],
                service_types=(form.cleaned_data["service_type"],),
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            return go(request, reverse("claims:eligibility", args=[coverage.public_id]))
    return _show(request, coverage, checks_of(coverage).first(), form)


@require_GET
def proof(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the payer said, as PDF, drawn once and kept."""
    found = _check(public_id)
    try:
        document = keep_proof(found)
    except ApplicationError as error:
        say(request, error.message, tone="warn" if isinstance(error, PdfUnavailable) else "danger")
        return go(request, reverse("claims:eligibility-check", args=[found.public_id]))
    audit.read(found, found.coverage.patient, note="proof")
    response = HttpResponse(read_document(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    return response


def _coverage(public_id: UUID) -> Coverage:
    return get_or_404(
        Coverage.objects.select_related("patient", "plan__payer", "practice"), public_id
    )


def _check(public_id: UUID) -> EligibilityCheck:
    rows = EligibilityCheck.objects.select_related(
        "coverage__patient", "payer", "partner", "practice", "proof", "answer"
    )
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest,
    coverage: Coverage,
    shown: EligibilityCheck | None,
    form: EligibilityForm | None = None,
) -> HttpResponse:
    audit.read(shown or coverage, coverage.patient, note="eligibility")
    role = getattr(request, "role", "")
    today = clock.today(coverage.practice)
    newest = checks_of(coverage).first()
    context: dict[str, Any] = {
        "coverage": coverage,
        "patient": coverage.patient,
        "payer": coverage.plan.payer,
        "check": shown,
        "is_newest": shown is None or shown == newest,
        "sheet": shown.sheet if shown else {},
        "asked_about": _asked_about(shown),
        "refusals": refusals_of(shown) if shown else [],
        "history": list(checks_of(coverage).defer("sheet")[:HISTORY_SHOWN]),
        **_estimate(request, shown),
        "usual": usual_seconds(coverage.plan.payer),
        "form": form or EligibilityForm(initial={"service_on": today, "service_type": WHOLE_PLAN}),
        "may_ask": role in ASKERS,
        "may_see_raw": role in MONEY_READERS,
    }
    request.nav = "patients"  # type: ignore[attr-defined]
    return page(request, PAGE, BODY, context, status=422 if form is not None else 200)


def _estimate(request: HttpRequest, shown: EligibilityCheck | None) -> dict[str, Any]:
    """The form for an estimate, and the estimate; nothing without an answer that says "active" and
    names a share.
    """
    is_active = shown is not None and shown.verdict == CoverageVerdict.ACTIVE
    figures = shown.sheet.get("figures") if shown and is_active else None
    if not figures:
        return {}
    typed = request.GET if "allowed" in request.GET else None
    form = EstimateForm(typed, services=services_of(figures))
    if not form.is_valid():
        return {"estimate_form": form}
    shares = shares_for(figures, form.cleaned_data["service"])
    return {
        "estimate_form": form,
        "estimate": estimate(form.cleaned_data["allowed"], shares),
    }


def _asked_about(shown: EligibilityCheck | None) -> str:
    types = shown.service_types if shown else []
    return ", ".join(SERVICE_TYPES.get(code, code) for code in types)
