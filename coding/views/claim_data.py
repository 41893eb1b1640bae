"""More claim data: what a claim must say beside its codes, for the visit and for each line."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from coding.access import CLAIM_DATA_WRITERS
from coding.choices import LineState
from coding.claim_data_forms import LinePartsForm, VisitPartsForm
from coding.models import ChargeLine, CodingCase, LineClaimData
from coding.services.save_line_claim_data import PARTS, save_line_claim_data
from core import audit
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.claim_data import LINE, VISIT
from patients.claim_data.form import ClaimDataForm
from patients.models import EncounterClaimData
from patients.services.record_case import set_encounter_case
from patients.services.save_claim_data import ROLES, save_claim_data

_ENCOUNTER = ("encounter__patient", "encounter__rendering_provider", "encounter__facility",
              "patient", "practice")  # fmt: skip


@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The facts of the visit: they go on the claim as a whole."""
    case = _case(public_id)
    encounter = case.encounter
    row = EncounterClaimData.objects.filter(encounter=encounter).first()
    sent = request.POST if request.method == "POST" else None
    form = ClaimDataForm(
        VISIT, row.values if row else {}, data=sent, opened=request.GET.get("open", "")
    )
    parts = VisitPartsForm(encounter, sent)
    if request.method == "POST" and _both(form, parts):
        chosen = parts.cleaned_data
        try:
            with transaction.atomic():
                set_encounter_case(encounter=encounter, case=chosen["case"])
                save_claim_data(
                    encounter=encounter,
                    values=form.cleaned_data["values"],
                    providers={role: chosen[role] for role in ROLES},
                )
        except ApplicationError as error:
            add_error(parts, error)
        else:
            say(request, "Saved. Claims that are not sent yet were checked again.")
            return go(request, _next(request, case))
    return _page(request, case, form, parts, None)


@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    """The facts of one service."""
    case = _case(public_id)
    found = get_or_404(
        ChargeLine.objects.filter(case=case)
        .exclude(state=LineState.VOID)
        .select_related("case", "encounter", "practice"),
        line_id,
    )
    kept = LineClaimData.objects.filter(line=found).select_related(*PARTS).first()
    sent = request.POST if request.method == "POST" else None
    form = ClaimDataForm(
        LINE, kept.values if kept else {}, data=sent, opened=request.GET.get("open", "")
    )
    parts = LinePartsForm(kept, sent)
    if request.method == "POST" and _both(form, parts):
        try:
            save_line_claim_data(
                line=found, values=form.cleaned_data["values"], parts=parts.cleaned_data
            )
        except ApplicationError as error:
            add_error(parts, error)
        else:
            say(request, "Saved. Claims that are not sent yet were checked again.")
            return go(request, _next(request, case))
    return _page(request, case, form, parts, found)


def _case(public_id: UUID) -> CodingCase:
    return get_or_404(CodingCase.objects.select_related(*_ENCOUNTER), public_id)


def _both(form: ClaimDataForm, parts: Any) -> bool:
    """Both are judged, so that everything wrong is told at once."""
    return form.is_valid() & parts.is_valid()


def _next(request: HttpRequest, case: CodingCase) -> str:
    """Back to the same page: the next fact may be another line's."""
    if "and_code" in request.POST:
        return reverse("coding:case", args=[case.public_id])
    return request.path


def _page(
    request: HttpRequest, case: CodingCase, form: ClaimDataForm, parts: Any,
    line: ChargeLine | None,
) -> HttpResponse:  # fmt: skip
    if request.method == "GET":
        audit.read(case.encounter, patient=case.patient, note="claim data page")
    lines = ChargeLine.objects.filter(case=case).exclude(state=LineState.VOID)
    context = {
        "case": case,
        "patient": case.patient,
        "encounter": case.encounter,
        "form": form,
        "parts": parts,
        "line": line,
        "lines": list(lines.select_related("claim_data").order_by("position", "pk")),
        "sections": form.sections(),
        "may_save": getattr(request, "role", "") in CLAIM_DATA_WRITERS,
    }
    request.nav = "encounters"  # type: ignore[attr-defined]
    failed = form.errors or parts.errors
    return page(request, "coding/claim_data.html", None, context, status=422 if failed else 200)
