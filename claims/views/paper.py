"""Claims on paper: print, mail, take it back, and set the printer right (screens S19)."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from claims.forms import MailedForm, PrinterForm
from claims.models import SubmissionBatch
from claims.paper.draw import draw_test_page, moved
from claims.selectors_reads import patients_in_document
from claims.services.mailing import (
    mark_mailed,
    mark_printed,
    mark_spoiled,
    take_apart,
    undo_mailed,
)
from claims.services.printer_offset import keep_printer_offset, printer_offset
from claims.views.batches import batch_page, batch_row
from core import audit
from core.errors import ApplicationError
from core.services.documents import read_document
from core.web import add_error, get_or_404, go, page, say


@require_GET
def forms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The kept forms, moved as the person's own printer wants them; each opening is recorded."""
    row = _paper(public_id)
    audit.read(row.document, note=f"forms of batch {row.reference}")
    audit.read_many(
        patients_in_document(row.document),
        action="file.read", note=f"forms of batch {row.reference}", practice=row.practice,
    )  # fmt: skip
    offset = printer_offset(row.practice, request.user)
    content = moved(read_document(row.document), float(offset.x_mm), float(offset.y_mm))
    return _pdf(content, row.document.file_name)


@require_POST
def printed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _paper(public_id)
    return _act(request, row, lambda: mark_printed(batch=row, user=request.user), "Printed")


@require_POST
def spoiled(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _paper(public_id)
    return _act(request, row, lambda: mark_spoiled(batch=row), "Print the same forms again")


@require_POST
def mailed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _paper(public_id)
    form = MailedForm(request.POST)
    if form.is_valid():
        try:
            mark_mailed(batch=row, user=request.user, **form.cleaned_data)
        except ApplicationError as error:
            if error.field not in form.fields:
                say(request, error.message, tone="danger")
                return go(request, _url(row))
            add_error(form, error)
        else:
            undo = reverse("claims:batch-unmailed", args=[row.public_id])
            say(request, f"Batch {row.reference} is mailed", undo=undo)
            return go(request, _url(row))
    context = batch_page(request, row) | {"mailed_form": form}
    return page(request, "claims/batch.html", None, context, status=422)


@require_POST
def unmailed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _paper(public_id)
    return _act(request, row, lambda: undo_mailed(batch=row), "Not mailed after all")


@require_POST
def apart(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _paper(public_id)
    return _act(request, row, lambda: take_apart(batch=row), "Its claims are ready again")


@require_http_methods(["GET", "POST"])
def printer(request: HttpRequest) -> HttpResponse:
    """How far one's own printer is off."""
    practice = request.practice  # type: ignore[attr-defined]
    kept = printer_offset(practice, request.user)
    form = PrinterForm(request.POST or None, initial={"x_mm": kept.x_mm, "y_mm": kept.y_mm})
    if request.method == "POST" and form.is_valid():
        keep_printer_offset(practice=practice, user=request.user, **form.cleaned_data)
        say(request, "Kept for your printer")
        return go(request, reverse("claims:printer"))
    context = {"form": form, "is_moved": kept.x_mm != Decimal(0) or kept.y_mm != Decimal(0)}
    return page(request, "claims/printer.html", None, context, status=422 if form.is_bound else 200)


@require_GET
def test_page(request: HttpRequest) -> HttpResponse:
    """Rulers and crosses with one's own offset; it holds nobody's data."""
    offset = printer_offset(request.practice, request.user)  # type: ignore[attr-defined]
    content = moved(draw_test_page(), float(offset.x_mm), float(offset.y_mm))
    return _pdf(content, "cms1500-test-page.pdf")


def _paper(public_id: UUID) -> SubmissionBatch:
    """A batch on paper; a file that goes by wire has no forms."""
    get_or_404(SubmissionBatch.objects.filter(interchange_control_number=""), public_id)
    return batch_row(public_id)


def _act(
    request: HttpRequest, row: SubmissionBatch, act: Callable[[], None], words: str
) -> HttpResponse:
    try:
        act()
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, words)
    return go(request, _url(row))


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _url(row: SubmissionBatch) -> str:
    return reverse("claims:batch", args=[row.public_id])
