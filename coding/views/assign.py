"""Giving chosen encounters of the queue to a coder: a lead's hand instead of a rule."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from coding.models import CodingCase
from coding.services.assign_cases import assign_cases
from coding.team_forms import AssignForm
from core import audit
from core.errors import ApplicationError
from core.web import add_error, go, known_ids, page, safe_next, say

MOST_AT_ONCE = 200


@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Whose the chosen encounters shall be: asked first, done when `give` is sent with it."""
    practice = request.practice  # type: ignore[attr-defined]
    chosen = known_ids(request.POST.getlist("ids"))[:MOST_AT_ONCE]
    cases = list(
        CodingCase.objects.filter(public_id__in=chosen)
        .select_related("practice", "coder", "encounter", "patient")
        .order_by("encounter__service_date_from", "pk")
    )
    back = safe_next(request, request.META.get("HTTP_REFERER") or reverse("coding:queue"))
    if not cases:
        say(request, "Choose encounters first.", tone="warn")
        return go(request, back)
    form = AssignForm(request.POST if "give" in request.POST else None, practice=practice)
    if form.is_bound and form.is_valid():
        try:
            counts = assign_cases(cases=cases, coder=form.cleaned_data["coder"])
        except ApplicationError as error:
            add_error(form, error)
        else:
            words = f"{counts['given']} assigned"
            words += f", {counts['done']} done already and left alone" if counts["done"] else ""
            say(request, words, tone="warn" if counts["done"] else "success")
            return go(request, back)
    audit.read_many(
        [case.patient_id for case in cases], action="list.read", note="encounters to assign",
        practice=practice,
    )  # fmt: skip
    request.nav = "encounters"  # type: ignore[attr-defined]
    context = {"form": form, "cases": cases, "back": back}
    return page(request, "coding/assign.html", None, context, status=422 if form.errors else 200)
