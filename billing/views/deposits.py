"""Deposit slips, and what of the money that was posted the bank has (S23)."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import ACCESS
from billing.batch_choices import SlipKind, SlipState
from billing.batch_forms import ReasonForm, SlipForm, slip_kind
from billing.closing.paper import deposit_slip_pdf, reconciliation_pdf
from billing.models import BankMatch, DepositSlip
from billing.selectors.deposit_items import free_items
from billing.selectors.reconciliation import reconcile
from billing.selectors.slip_page import items_of
from billing.services.make_deposit_slip import make_deposit_slip, take_slip_apart
from core import audit, clock
from core.errors import ApplicationError
from core.lists import Bucket, ChoiceFilter, Column, Empty, ListSpec, list_view
from core.money import ZERO
from core.pdf import PdfUnavailable
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

SPEC = ListSpec(
    name="billing.deposits",
    title="Deposits",
    noun="deposit,deposits",
    queryset=lambda request: DepositSlip.objects.select_related("account"),
    columns=[
        Column("number", "Deposit", value="number", kind="link", sort="number"),
        Column("day", "Day", value="day", kind="date", sort="day"),
        Column("kind", "What", value="get_kind_display", sort="kind"),
        Column("account", "Account", value=lambda row: str(row.account or ""),
               sort="account__name", priority=2),
        Column("items", "Items", value="item_count", kind="number", sort="item_count"),
        Column("by", "Made out by", value="made_by_name", sort="made_by_name", priority=2),
        Column("state", "Status", value="state", kind="chip", choices="billing.SlipState",
               sort="state"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
    ],
    filters=[ChoiceFilter("kind", "What", "kind", choices=SlipKind.choices)],
    buckets=[
        Bucket("open", "On their way", Q(state=SlipState.OPEN), act=True,
               done="The bank has every deposit."),
        Bucket("banked", "At the bank", Q(state=SlipState.BANKED)),
        Bucket("apart", "Taken apart", Q(state=SlipState.APART)),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="-day",
    row_url=lambda row: reverse("billing:deposit", args=[row.public_id]),
    empty=Empty(
        "No deposits yet",
        "A slip brings the cash and checks of a day together; the bank's line then finds it.",
        "box", "Make out a slip", lambda: reverse("billing:deposit-new"),
    ),
)  # fmt: skip


def deposits(request: HttpRequest) -> HttpResponse:
    """Slips, those on their way first."""
    may = getattr(request, "role", "") in ACCESS["billing:deposit-new"]["POST"]
    return list_view(request, SPEC, "billing/day_list.html", {"here": "deposits", "may_slip": may})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what goes to the bank together."""
    practice = request.practice  # type: ignore[attr-defined]
    kind = slip_kind(request.POST.get("kind", "") or request.GET.get("kind", ""))
    items = free_items(practice, kind)
    keys = [item.key for item in items]
    form = SlipForm(
        request.POST if request.method == "POST" else None,
        keys=keys,
        initial={"day": clock.today(practice)},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            found = make_deposit_slip(
                practice=practice, kind=kind, account=values["account"], day=values["day"],
                keys=values["chosen"],
            )  # fmt: skip
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"{found.number} is made out")
            return go(request, reverse("billing:deposit", args=[found.public_id]))
    request.nav = "day"  # type: ignore[attr-defined]
    _read(request, [item.payment for item in items], "deposit slip")
    chosen = set(request.POST.getlist("chosen") if form.is_bound else keys)
    context = {
        "form": form,
        "kind": kind,
        "rows": [(item, item.key in chosen) for item in items],
        "total": sum((item.amount for item in items), ZERO),
    }
    return page(
        request, "billing/deposit_new.html", None, context, status=422 if form.is_bound else 200
    )


def deposit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One slip, and where its money is."""
    return _show(request, _found(public_id), ReasonForm())


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take it apart."""
    found = _found(public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            take_slip_apart(slip=found, reason=form.cleaned_data["reason"])
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"{found.number} is taken apart")
            return go(request, reverse("billing:deposit", args=[public_id]))
    return _show(request, found, form, status=422)


def pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The slip on paper."""
    found = _found(public_id)
    items = items_of(found)
    _read(request, [item.payment for item in items], f"deposit {found.number}")
    try:
        content = deposit_slip_pdf(found, items)
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, reverse("billing:deposit", args=[public_id]))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="deposit-{found.number}.pdf"'
    return response


def reconciliation(request: HttpRequest) -> HttpResponse:
    """Both sides that have not met: posted and not at the bank, at the bank and not posted."""
    practice = request.practice  # type: ignore[attr-defined]
    request.nav = "day"  # type: ignore[attr-defined]
    found = reconcile(practice)
    _read(request, [item.payment for item in found.receipts], "reconciliation")
    context = {"found": found, "here": "reconciliation"}
    return page(request, "billing/reconciliation.html", None, context)


def reconciliation_sheet(request: HttpRequest) -> HttpResponse:
    """The same on paper; it names no patient."""
    practice = request.practice  # type: ignore[attr-defined]
    try:
        content = reconciliation_pdf(practice, reconcile(practice))
    except PdfUnavailable as error:
        say(request, error.message, tone="warn")
        return go(request, reverse("billing:reconciliation"))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="reconciliation.pdf"'
    return response


def _found(public_id: UUID) -> DepositSlip:
    rows = DepositSlip.objects.select_related("account", "practice", "journal")
    return get_or_404(rows, public_id)


def _read(request: HttpRequest, payments: list[Any], note: str) -> None:
    audit.read_many(
        {row.patient_id for row in payments if row is not None}, action="page.read", note=note,
        practice=request.practice,  # type: ignore[attr-defined]
    )  # fmt: skip


def _show(
    request: HttpRequest, found: DepositSlip, form: ReasonForm, status: int = 200
) -> HttpResponse:
    request.nav = "day"  # type: ignore[attr-defined]
    items = items_of(found)
    _read(request, [item.payment for item in items], f"deposit {found.number}")
    match = (
        BankMatch.objects.filter(slip=found, undone_at__isnull=True).select_related("line").first()
    )
    context = {
        "found": found,
        "items": items,
        "match": match,
        "checks_amount": found.amount - found.cash_amount,
        "form": form,
        "may_act": getattr(request, "role", "") in ACCESS["billing:deposit-step"]["POST"],
        "is_open": found.state == SlipState.OPEN,
        "entries": entries_for(found),
    }
    return page(request, "billing/deposit.html", None, context, status=status)
