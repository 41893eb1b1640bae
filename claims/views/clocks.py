"""How long each answer is waited for, who said so, and what waits now (reliability 1.2)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.clock_form import ClockForm
from claims.clock_table import clock_rows, payers_with_own_clocks
from claims.services.set_clocks import set_clocks, set_payer_clocks
from core import timeline
from core.access import MANAGERS
from core.errors import ApplicationError
from core.web import add_error, get_or_404, go, page, say
from patients.models import Payer


@require_http_methods(["GET", "POST"])
def clocks(request: HttpRequest) -> HttpResponse:
    """The table for all payers."""
    practice = request.practice  # type: ignore[attr-defined]
    rows = clock_rows(practice)
    form = ClockForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        try:
            set_clocks(practice, form.lengths())
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Kept: it holds for what is sent or answered from now on")
            return go(request, reverse("claims:clocks"))
    payers = list(Payer.objects.order_by("name"))
    return _page(request, form, rows, {"exceptions": payers_with_own_clocks(), "payers": payers})


@require_http_methods(["GET", "POST"])
def payer_clocks(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The table for one payer; an empty field follows the practice."""
    payer = get_or_404(Payer.objects.select_related("practice"), public_id)
    rows = clock_rows(payer.practice, payer)
    form = ClockForm(request.POST or None, rows=rows, of_payer=True)
    if request.method == "POST" and form.is_valid():
        try:
            set_payer_clocks(payer, form.lengths())
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Kept: it holds for what is sent or answered from now on")
            return go(request, reverse("claims:payer-clocks", args=[payer.public_id]))
    entries = list(timeline.entries_for(payer)[:20])
    return _page(request, form, rows, {"payer": payer, "entries": entries})


def _page(request: HttpRequest, form: ClockForm, rows: Any, more: dict[str, Any]) -> HttpResponse:
    context = {
        "form": form,
        "rows": [(row, form[form.name_of(row)]) for row in rows],
        "may_set": getattr(request, "role", "") in MANAGERS,
        **more,
    }
    status = 422 if form.is_bound else 200
    return page(request, "claims/clocks.html", None, context, status=status)
