"""The productivity report: every coder's row for leads, one's own for a coder; page and CSV."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from coding.access import LEADS
from coding.auditing.score import score
from coding.productivity_report import Report, productivity_of
from coding.team_forms import PeriodForm
from core import audit, clock
from core.lists.export import CONTENT_TYPES, csv_file
from core.web import page
from patients.choices import VisitKind

NOTHING = score([])
_HEADS = [
    "Coder", "From", "Until", "Encounters", "Lines", "Active minutes", "Median minutes",
    "Per active hour", "Case-mix index", "Weighted encounters", "Findings overridden",
    "Queries asked", "Returned",
    *(f"{rate.name} %" for rate in NOTHING.rates),
    *(f"{label}{what}" for _, label in VisitKind.choices for what in ("", ", median minutes")),
]  # fmt: skip


@require_GET
def productivity(request: HttpRequest) -> HttpResponse:
    """A period, this month where none is named. It holds nothing of a patient."""
    practice = request.practice  # type: ignore[attr-defined]
    today = clock.today(practice)
    this_month = {"first": today.replace(day=1), "last": today}
    asked = "first" in request.GET or "last" in request.GET
    form = PeriodForm(request.GET if asked else None, initial=this_month)
    is_lead = request.role in LEADS  # type: ignore[attr-defined]
    report = None
    if not asked or form.is_valid():
        period = form.cleaned_data if asked else this_month
        only = None if is_lead else request.user
        report = productivity_of(practice, only=only, **period)  # type: ignore[arg-type]
        if request.GET.get("export") == "csv":
            return _file(request, report, **period)
    request.nav = "coding-team"  # type: ignore[attr-defined]
    context = {
        "form": form,
        "report": report,
        "is_lead": is_lead,
        "query": request.GET.urlencode() if asked else "",
    }
    status = 422 if form.errors else 200
    return page(request, "coding/team/productivity.html", None, context, status=status)


def _file(request: HttpRequest, report: Report, first: date, last: date) -> HttpResponse:
    audit.record(
        "list.exported",
        note=f"coding productivity, {first} to {last}, {len(report.rows)} rows",
        practice=request.practice,  # type: ignore[attr-defined]
    )
    content = csv_file(_HEADS, _rows(report, first, last))
    response = HttpResponse(content, content_type=CONTENT_TYPES["csv"])
    name = f"coding-productivity-{first}-{last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(report: Report, first: date, last: date) -> Iterator[list[Any]]:
    for row in report.rows:
        done = row.output
        shares = [done.kinds.get(kind) for kind, _ in VisitKind.choices]
        by_kind = [
            value
            for share in shares
            for value in ((share.encounters, share.median_minutes) if share else (0, None))
        ]
        yield [
            str(row.coder), first, last, done.encounters, done.lines, done.active_minutes,
            done.median_minutes, done.per_hour, done.case_mix, done.weighted, row.overridden,
            row.queries, row.returned, *(rate.percent for rate in (row.audit or NOTHING).rates),
            *by_kind,
        ]  # fmt: skip
