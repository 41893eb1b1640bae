"""Underpaid and recovered by payer, code and month (screens S33); the tolerance and its history."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from billing.models import VarianceTolerance
from billing.selectors.tolerances import row_for, tolerance_for
from billing.selectors.underpayments import Report, report
from billing.services.save_tolerance import save_tolerance
from billing.underpayment_forms import ReportForm, ToleranceForm
from core import audit, clock
from core.errors import ApplicationError
from core.lists.export import CONTENT_TYPES, csv_file
from core.web import add_error, get_or_404, go, page, say
from patients.models import Payer

_HEADS = ["Month", "Payer", "Code", "Lines", "Underpaid", "Recovered", "Accepted", "Still open"]


@require_GET
def by_month(request: HttpRequest) -> HttpResponse:
    """The report, or with `export=csv` its table as a file."""
    practice = request.practice  # type: ignore[attr-defined]
    today = clock.today(practice)
    usual = {"start": date(today.year, 1, 1), "end": today}
    form = ReportForm({**usual, **request.GET.dict()})
    asked = form.cleaned_data if form.is_valid() else usual
    found = report(asked["start"], asked["end"])
    if request.GET.get("export") == "csv":
        return _file(practice, found)
    query = f"start={found.start}&end={found.end}"
    context = {
        "report": found,
        "form": form,
        "csv_url": f"{reverse('billing:underpayment-report')}?{query}&export=csv",
        "here": "report",
    }
    return page(request, "billing/underpayment_report.html", None, context)


def _file(practice: Any, found: Report) -> HttpResponse:
    lines = (
        [f"{row.month:%Y-%m}", row.payer, row.code, row.lines, row.identified, row.recovered,
         row.accepted, row.still_open]
        for row in found.rows
    )  # fmt: skip
    audit.record("report.exported", note="underpayments by payer and code", practice=practice)
    response = HttpResponse(csv_file(_HEADS, lines), content_type=CONTENT_TYPES["csv"])
    name = f"underpayments-{clock.now():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "POST"])
def tolerance(request: HttpRequest) -> HttpResponse:
    """What is let pass at every payer without its own."""
    return _tolerance(request, None)


@require_http_methods(["GET", "POST"])
def payer_tolerance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is let pass at one payer."""
    return _tolerance(request, get_or_404(Payer.objects.select_related("practice"), public_id))


def _tolerance(request: HttpRequest, payer: Payer | None) -> HttpResponse:
    now = tolerance_for(payer.pk if payer else None)
    start = {
        "percent": now.percent, "least_amount": now.least_amount,
        "claim_amount": now.claim_amount, "stop_amount": now.stop_amount,
    }  # fmt: skip
    form = ToleranceForm(request.POST or None, initial=start)
    here = (
        reverse("billing:payer-tolerance", args=[payer.public_id])
        if payer
        else reverse("billing:tolerance")
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = save_tolerance(
                practice=request.practice,  # type: ignore[attr-defined]
                payer=payer, tolerance=form.tolerance(),
            )  # fmt: skip
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Kept: it holds from the next posting on" if made else "Nothing changed")
            return go(request, here)
    own = row_for(payer.pk if payer else None)
    context = {
        "payer": payer,
        "form": form,
        "history": VarianceTolerance.objects.filter(payer=payer)[:20],
        "is_own": payer is not None and own is not None and own.payer_id == payer.pk,
        "others": list(
            Payer.objects.filter(variance_tolerances__isnull=False).distinct().order_by("name")
        ),
    }
    request.nav = "payers" if payer else "underpayments"  # type: ignore[attr-defined]
    status = 422 if request.method == "POST" else 200
    return page(request, "billing/tolerance.html", None, context, status=status)
