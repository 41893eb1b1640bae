"""Denials by reason and by root cause, each number leading to its rows (screens S33)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from claims.access import RULE_WRITERS
from claims.denial_forms import ReportForm
from claims.denials.report import REPEATED, Report, report, rows_of
from core import audit, clock
from core.lists.export import CONTENT_TYPES, csv_file
from core.web import page

USUAL_WEEKS = 12


@require_GET
def denial_report(request: HttpRequest) -> HttpResponse:
    """The page, or with `export=csv` its tables as a file."""
    form = ReportForm({"weeks": USUAL_WEEKS, "by": "count", **request.GET.dict()})
    is_read = form.is_valid()
    weeks = int(form.cleaned_data["weeks"]) if is_read else USUAL_WEEKS
    by = form.cleaned_data["by"] if is_read else "count"
    found = report(request.practice, weeks=weeks, by=by)  # type: ignore[attr-defined]
    if request.GET.get("export") == "csv":
        return _file(request, found)
    context = {
        "report": found,
        "form": form if is_read else ReportForm({"weeks": weeks, "by": by}),
        "weeks": weeks,
        "by": by,
        "repeated": REPEATED,
        "may_write_rules": getattr(request, "role", "") in RULE_WRITERS,
        "csv_url": f"{reverse('claims:denial-report')}?weeks={weeks}&by={by}&export=csv",
    }
    return page(request, "claims/denials/report.html", None, context)


def _file(request: HttpRequest, found: Report) -> HttpResponse:
    heads, *lines = rows_of(found)
    audit.record("report.exported", note="denials by reason and cause",
                 practice=request.practice)  # type: ignore[attr-defined]  # fmt: skip
    response = HttpResponse(csv_file(heads, iter(lines)), content_type=CONTENT_TYPES["csv"])
    name = f"denials-{clock.now():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
