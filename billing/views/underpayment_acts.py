"""Acts on underpaid lines, one or many, each shown before it is done."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.models import LineVariance
from billing.selectors.corrections_out import awaiting_correction
from billing.services.dispute_variances import make_dispute
from billing.services.settle_variances import (
    accept_variances,
    assign_variances,
    reopen_variances,
)
from billing.underpayment_choices import VarianceAct
from billing.underpayment_forms import AcceptForm, DisputeForm
from billing.underpayments.acts import MOST_AT_ONCE, VariancePreview, preview_variances
from billing.underpayments.evidence import letter_of, recipient_of, with_everything
from billing.views.underpayments import SPEC, find_line, line_url, show_line
from claims.forms import BulkAssignForm, BulkForm
from claims.views.worklist import members
from core import audit
from core.errors import ApplicationError
from core.lists.state import ListState, read_state
from core.models import User
from core.pdf import PdfUnavailable
from core.web import add_error, go, known_ids, page, say


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Preview of `bulk` on the chosen `ids`; with `go`, doing it."""
    name = request.POST.get("bulk", "")
    state = _state(request)
    if name not in VarianceAct.values:
        say(request, "Choose what to do with the lines.", tone="danger")
        return go(request, state.url())
    rows = _rows(request)
    awaited = awaiting_correction([row.charge_line_id for row in rows])
    found = preview_variances(VarianceAct(name), rows, awaited)
    is_sent = "go" in request.POST
    form = _form(request, found, is_sent=is_sent)
    if is_sent and found.taken and form.is_valid():
        try:
            return _done(request, state, found, form)
        except PdfUnavailable as error:
            say(request, error.message, tone="danger")
        except ApplicationError as error:
            add_error(form, error)
    return _page(request, state, found, form, status=422 if is_sent else 200)


@require_POST
def act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept one line, or take it up again."""
    found = find_line(public_id)
    form = AcceptForm(request.POST)
    is_accept = request.POST.get("act") != "reopen"
    if is_accept and not form.is_valid():
        return show_line(request, found, form, status=422)
    try:
        if is_accept:
            done = accept_variances(practice=found.practice, rows=[found], **form.cleaned_data)
        else:
            done = reopen_variances(practice=found.practice, rows=[found])
    except ApplicationError as error:
        add_error(form, error)
        return show_line(request, found, form, status=422)
    if done:
        say(request, "Accepted" if is_accept else "Open again")
    else:
        say(request, "It was settled meanwhile.", tone="danger")
    return go(request, line_url(found))


def _state(request: HttpRequest) -> ListState:
    """The list the lines were chosen in, as its address said it."""
    request.GET = QueryDict(request.POST.get("list", ""))
    request.path = reverse("billing:underpaid-lines")
    return read_state(request, SPEC)


def _rows(request: HttpRequest) -> list[LineVariance]:
    wanted = known_ids(request.POST.getlist("ids")[:MOST_AT_ONCE])
    rows = LineVariance.objects.filter(public_id__in=wanted)
    return list(
        rows.select_related("claim__patient", "payer", "expected_line__version_line").order_by(
            "-variance_amount", "pk"
        )
    )


def _form(request: HttpRequest, found: VariancePreview, *, is_sent: bool) -> forms.Form:
    data = request.POST if is_sent else None
    if found.act == VarianceAct.ACCEPT:
        return AcceptForm(data)
    if found.act == VarianceAct.ASSIGN:
        return BulkAssignForm(
            data, people=members(request), me=request.user.pk or 0, auto_id="bulk_%s"
        )
    if found.act == VarianceAct.REOPEN or not found.taken:
        return BulkForm(data)
    if data is not None:
        return DisputeForm(data)
    rows = with_everything(found.taken)
    return DisputeForm(
        initial={
            "recipient": recipient_of(rows[0].payer),
            "letter": letter_of(rows),
            "signed_by": getattr(request.user, "get_full_name", str)(),
        }
    )


def _done(
    request: HttpRequest, state: ListState, found: VariancePreview, form: forms.Form
) -> HttpResponse:
    practice = request.practice  # type: ignore[attr-defined]
    given = form.cleaned_data
    audit.read_many(
        {row.claim.patient_id for row in found.taken}, action="list.read",
        note=f"underpayments: {found.act.label.lower()}", practice=practice,
    )  # fmt: skip
    if found.act == VarianceAct.DISPUTE:
        made = make_dispute(practice=practice, rows=found.taken, user=request.user, **given)
        say(request, f"Packet {made.number} made: send it, then say how it went")
        return go(request, reverse("billing:dispute", args=[made.public_id]))
    if found.act == VarianceAct.ACCEPT:
        done = accept_variances(practice=practice, rows=found.taken, **given)
    elif found.act == VarianceAct.REOPEN:
        done = reopen_variances(practice=practice, rows=found.taken)
    else:
        owner = User.objects.filter(pk=given["owner"]).first() if given["owner"] else None
        done = assign_variances(rows=found.taken, owner=owner)
    say(request, f"{found.act.label}: {done} done")
    return go(request, state.url())


def _page(
    request: HttpRequest, state: ListState, found: VariancePreview, form: forms.Form, status: int
) -> HttpResponse:
    request.nav = "underpayments"  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "ids": request.POST.getlist("ids"),
        "list_url": state.url(),
        "list_query": request.POST.get("list", ""),
    }
    return page(request, "billing/underpaid_bulk.html", None, context, status=status)
