"""Closing days and months: what ties, what stops it, what has to be said, and what was closed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from billing.access import ACCESS
from billing.batch_forms import WhyForm
from billing.closing.paper import (
    day_sheet_context,
    day_sheet_pdf,
    month_sheet_context,
    month_sheet_pdf,
)
from billing.ledger.period import closed_through, posting_day
from billing.models import ClosedDay, ClosedMonth
from billing.selectors.day_close import day_to_close, next_day
from billing.selectors.month_close import month_items, next_month
from billing.services.close_day import Unexplained, close_day
from billing.services.close_month import close_month
from core import audit, clock
from core.errors import ApplicationError
from core.forms import DATE_FORMATS, DateField
from core.lists import Column, DateRangeFilter, Empty, ListSpec, list_view
from core.pdf import PdfUnavailable
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

Closed = TypeVar("Closed", ClosedDay, ClosedMonth)

SPEC = ListSpec(
    name="billing.closed_days",
    title="Closed days",
    noun="closed day,closed days",
    queryset=lambda request: ClosedDay.objects.all(),
    columns=[
        Column("day", "Day", value="day", kind="date", sort="day"),
        Column("from", "Since", value="from_on", kind="date", sort="from_on", priority=2),
        Column("journals", "Journals", value="journal_count", kind="number",
               sort="journal_count"),
        Column("charges", "Charges, $", value=lambda row: _figure(row, "charges"), kind="money"),
        Column("payments", "Payments, $", value=lambda row: _figure(row, "payments"),
               kind="money", priority=2),
        Column("closing", "Receivables, $", value=lambda row: _figure(row, "closing"),
               kind="money", priority=2),
        Column("by", "Closed by", value="closed_by_name", sort="closed_by_name"),
        Column("hash", "Hash", value=lambda row: row.hash[:12], kind="code", priority=3),
    ],
    filters=[DateRangeFilter("day", "Day", "day")],
    default_sort="-day",
    row_url=lambda row: reverse("billing:closed-day", args=[row.public_id]),
    empty=Empty(
        "No day is closed yet",
        "The first close locks the day and everything before it.",
        "lock", "Close a day", lambda: reverse("billing:day-close"),
    ),
)  # fmt: skip


def _figure(row: ClosedDay, name: str) -> Decimal:
    return Decimal(row.totals["tape"][name])


def closed_days(request: HttpRequest) -> HttpResponse:
    """Every closed day, newest first."""
    may = getattr(request, "role", "") in ACCESS["billing:day-close"]["POST"]
    return list_view(request, SPEC, "billing/day_list.html", {"here": "days", "may_close": may})


@require_http_methods(["GET", "POST"])
def day_close(request: HttpRequest) -> HttpResponse:
    """The day that comes next: its figures, what stops it, what has to be explained."""
    practice = request.practice  # type: ignore[attr-defined]
    request.nav = "day"  # type: ignore[attr-defined]
    day = _asked(request.POST.get("day") or request.GET.get("day", "")) or next_day(practice)
    closed = closed_through(practice)
    is_first = closed is None
    is_to_come = day is not None and day > clock.today(practice)
    if day is None or is_to_come or (closed is not None and day <= closed):
        nothing = {
            "closed": closed, "posting_day": posting_day(practice), "form": None,
            "to_come": day if is_to_come else None,
        }  # fmt: skip
        status = 422 if is_to_come and request.method == "POST" else 200
        return page(request, "billing/day_close.html", None, nothing, status=status)
    found = day_to_close(practice, day)
    asks = found.may_close or _is_explained(request)
    asked = [(one.key, one.words) for one in found.differences] if asks else []
    form = WhyForm(request.POST if request.method == "POST" else None, asked=asked)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            done = close_day(practice=practice, day=day, reasons=form.reasons())
        except ApplicationError as error:
            _refused(form, error)
        else:
            say(request, f"{day:%m/%d/%Y} is closed: it takes no journal any more")
            return go(request, reverse("billing:closed-day", args=[done.public_id]))
    context = {
        "found": found,
        "form": form,
        "asks": bool(asked),
        "closed": closed,
        "is_first": is_first,
        "today": clock.today(practice),
        "may_close": getattr(request, "role", "") in ACCESS["billing:day-close"]["POST"],
    }
    return page(request, "billing/day_close.html", None, context, status=status)


def closed_day(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One closed day as it was closed."""
    found = _closed(public_id)
    request.nav = "day"  # type: ignore[attr-defined]
    audit.read(found)
    before = ClosedDay.objects.filter(hash=found.previous_hash).first()
    context = day_sheet_context(found) | {"before": before, "entries": entries_for(found)}
    return page(request, "billing/closed_day.html", None, context)


def day_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The day sheet on paper."""
    found = _closed(public_id)
    back = reverse("billing:closed-day", args=[public_id])
    return _on_paper(request, found, day_sheet_pdf, f"day-sheet-{found.day:%Y-%m-%d}", back)


@require_http_methods(["GET", "POST"])
def months(request: HttpRequest) -> HttpResponse:
    """Closed months, and what stands before the next."""
    practice = request.practice  # type: ignore[attr-defined]
    request.nav = "day"  # type: ignore[attr-defined]
    ended_on = next_month(practice)
    items = month_items(practice, ended_on) if ended_on else []
    stops = any(item.stops and not item.is_well for item in items)
    asks = not stops or _is_explained(request)
    open_ones = [item for item in items if asks and not item.is_well and not item.stops]
    asked = [(item.key, f"{item.label}: {item.words}") for item in open_ones]
    form = WhyForm(request.POST if request.method == "POST" else None, asked=asked)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and ended_on is not None and form.is_valid():
        wanted = _asked(request.POST.get("ended_on", ""))
        try:
            done = close_month(
                practice=practice, ended_on=wanted or ended_on, reasons=form.reasons()
            )
        except ApplicationError as error:
            _refused(form, error)
        else:
            say(request, f"{ended_on:%B %Y} is closed")
            return go(request, reverse("billing:closed-month", args=[done.public_id]))
    context = {
        "here": "months",
        "ended_on": ended_on,
        "items": items,
        "stops": stops,
        "form": form,
        "closed": list(ClosedMonth.objects.all()[:60]),
        "may_close": getattr(request, "role", "") in ACCESS["billing:months"]["POST"],
    }
    return page(request, "billing/months.html", None, context, status=status)


def closed_month(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One closed month: its days as they were closed, what they come to, and their chain."""
    found = _closed_month(public_id)
    request.nav = "day"  # type: ignore[attr-defined]
    audit.read(found)
    context = month_sheet_context(found) | {"entries": entries_for(found)}
    return page(request, "billing/closed_month.html", None, context)


def month_paper(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same on paper."""
    found = _closed_month(public_id)
    back = reverse("billing:closed-month", args=[public_id])
    return _on_paper(request, found, month_sheet_pdf, f"month-{found.ended_on:%Y-%m}", back)


def _on_paper(
    request: HttpRequest, found: Closed, draw: Callable[[Closed], bytes], name: str, back: str
) -> HttpResponse:
    try:
        content = draw(found)
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, back)
    audit.read(found, note="pdf")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _closed_month(public_id: UUID) -> ClosedMonth:
    return get_or_404(ClosedMonth.objects.select_related("practice"), public_id)


def _is_explained(request: HttpRequest) -> bool:
    """Whether somebody typed why something differs: what is typed is not lost when something else
    stops the close meanwhile. Where that is so, nothing is asked yet.
    """
    return any(str(text).strip() for key, text in request.POST.items() if key.startswith("why_"))


def _refused(form: WhyForm, error: ApplicationError) -> None:
    if isinstance(error, Unexplained):
        for key in error.keys:
            form.add_error(f"why_{key}", error.message)
    else:
        add_error(form, error)


def _asked(text: str) -> date | None:
    """The day in an address or a form; None where it is none."""
    try:
        return DateField(input_formats=DATE_FORMATS).clean(text) if text else None
    except ValidationError:
        return None


def _closed(public_id: UUID) -> ClosedDay:
    return get_or_404(ClosedDay.objects.select_related("practice"), public_id)
