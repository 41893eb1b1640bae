"""What a biller does on the page of one denial (screens S24)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.choices import DenialState
from claims.cob.next_payer import next_coverage
from claims.denial_choices import DenialStep
from claims.denial_forms import AsideForm, RerouteForm, StepForm, WaitForm
from claims.denials.case_page import case_context, reroute_coverages
from claims.denials.places import case_url, step_url
from claims.models import Denial
from claims.services.correct_claim import reroute_claim
from claims.services.reroute_denials import reroute_denials
from claims.services.work_denial import (
    assign_case,
    choose_step,
    set_aside,
    take_up,
    wait_for,
)
from claims.views.denials import find_case
from core import audit
from core.errors import ApplicationError
from core.web import add_error, go, page, say

Done = tuple[str, str]  # what is said, and where it leads


@require_POST
def act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One act; `act` names it. What is wrong is said at its field, with what was typed."""
    case = find_case(request, public_id)
    name = request.POST.get("act", "")
    handler = _ACTS.get(name)
    if handler is None:
        say(request, "Choose what to do.", tone="danger")
        return go(request, case_url(case))
    form, field_name, run = handler(request, case)
    if form is not None and not form.is_valid():
        return _again(request, case, {field_name: form})
    try:
        words, url = run()
    except ApplicationError as error:
        if form is None or (error.field and error.field not in form.fields):
            say(request, error.message, tone="danger")
            return go(request, case_url(case))
        add_error(form, error)
        return _again(request, case, {field_name: form})
    say(request, words)
    return go(request, url)


Handler = tuple[forms.Form | None, str, Callable[[], Done]]


def _step(request: HttpRequest, case: Any) -> Handler:
    steps = [(value, label) for value, label in DenialStep.choices]
    form = StepForm(request.POST, steps=steps)

    def run() -> Done:
        row = choose_step(case=case, **form.cleaned_data)
        return f"Next: {DenialStep(row.next_step).label.lower()}", step_url(row)

    return form, "step_form", run


def _wait(request: HttpRequest, case: Any) -> Handler:
    form = WaitForm(request.POST)
    step = request.POST.get("step", DenialStep.WAIT)
    step = step if step in DenialStep.values else DenialStep.WAIT

    def run() -> Done:
        row = wait_for(case=case, step=step, **form.cleaned_data)
        return f"Kept; back on {form.cleaned_data['follow_up_on']:%m/%d/%Y}", case_url(row)

    return form, "wait_form", run


def _aside(request: HttpRequest, case: Any) -> Handler:
    form = AsideForm(request.POST)

    def run() -> Done:
        return "Set aside", case_url(set_aside(case=case, **form.cleaned_data))

    return form, "aside_form", run


def _reroute(request: HttpRequest, case: Any) -> Handler:
    form = RerouteForm(request.POST, coverages=reroute_coverages(case))

    def run() -> Done:
        url = reverse("claims:detail", args=[case.claim.public_id])
        coverage, reason = form.cleaned_data["coverage"], form.cleaned_data["reason"]
        if coverage.pk == _following(case):
            made = reroute_denials(denials=_open(case), reason=reason)
        else:
            made = reroute_claim(claim=case.claim, coverage=coverage, reason=reason)
        return f"Made a claim to {made.payer.name}" if made else "Left to the next payer", url

    return form, "reroute_form", run


def _open(case: Any) -> list[Denial]:
    rows = case.denials.filter(state=DenialState.OPEN)
    return list(rows.select_related("version__claim", "version__payer").order_by("pk"))


def _following(case: Any) -> int | None:
    """The coverage that comes after the payer that refused."""
    coverage = next_coverage(case.claim, case.rank, case.version.coverage_id)
    return coverage.pk if coverage else None


def _take_up(_: HttpRequest, case: Any) -> Handler:
    return None, "", lambda: ("Back among what is to be worked", case_url(take_up(case=case)))


def _mine(request: HttpRequest, case: Any) -> Handler:
    def run() -> Done:
        assign_case(case=case, owner=request.user)
        return "It is yours", case_url(case)

    return None, "", run


def _nobody(_: HttpRequest, case: Any) -> Handler:
    def run() -> Done:
        assign_case(case=case, owner=None)
        return "Given back to everybody", case_url(case)

    return None, "", run


_ACTS: dict[str, Callable[[HttpRequest, Any], Handler]] = {
    "step": _step,
    "wait": _wait,
    "aside": _aside,
    "reroute": _reroute,
    "take-up": _take_up,
    "mine": _mine,
    "nobody": _nobody,
}


def _again(request: HttpRequest, case: Any, refused: dict[str, Any]) -> HttpResponse:
    audit.read(case.claim, case.claim.patient)
    do = request.POST.get("step", "") if "step_form" not in refused else ""
    context = case_context(request, case, do=do, forms=refused)
    return page(request, "claims/denials/case.html", None, context, status=422)
