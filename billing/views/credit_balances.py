"""The credit worklist (S29), and the page of one credit: what it is, and where its money goes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import ACCESS
from billing.adjusting_choices import CreditCause, CreditState
from billing.adjusting_forms import RefundForm, ReviewForm, UseForm
from billing.ledger.accounts import account_name
from billing.models import CreditBalance
from billing.selectors.credit_page import credit_page
from billing.selectors.journal_rows import JournalRow, summarise
from billing.selectors.line_facts import FEDERAL
from billing.services.refund_credit import preview_refund, request_refund
from billing.services.review_credit import review_credit
from billing.services.use_credit import preview_use, use_credit
from core import audit
from core.errors import ApplicationError
from core.ids import uuid7
from core.lists import Bucket, Column, Empty, ListSpec, PersonFilter, list_view
from core.money import format_money
from core.web import add_error, get_or_404, go, page, say

_OPEN = Q(state=CreditState.OPEN)
_FEDERAL = Q(payer__kind__in=FEDERAL)


def _where(row: CreditBalance) -> str:
    line = row.charge_line
    if line is None:
        return account_name(row.account_id)
    link = getattr(line, "claim_link", None)
    claim = f"claim {link.claim.control_number}, " if link else ""
    return f"{claim}{line.code_with_modifiers} of {line.service_date_from:%m/%d/%Y}"


SPEC = ListSpec(
    name="billing.credits",
    title="Credit balances",
    noun="credit,credits",
    queryset=lambda request: CreditBalance.objects.select_related(
        "patient", "payer", "charge_line__claim_link__claim"
    ),
    patient_ids=lambda row: [row.patient_id],
    columns=[
        Column("patient", "Patient", value=lambda row: row.patient.list_name, kind="link",
               sub="patient.mrn", sub_label="MRN",
               sort=("patient__last_name", "patient__first_name")),
        Column("whose", "Whose money", value=lambda row: row.payer.name if row.payer else "Patient",
               sort="payer__name"),
        Column("where", "Where", value=_where, priority=2),
        Column("cause", "How it arose", value="cause", kind="chip", choices="billing.CreditCause",
               sort="cause"),
        Column("reviewed", "Looked at by", value="reviewed_by_name", sort="reviewed_by_name",
               priority=2),
        Column("arose", "Since", value="arose_on", kind="date", sort="arose_on"),
        Column("amount", "Credit, $", value="amount", kind="money", sort="amount", total=True),
    ],
    filters=[PersonFilter("person", "Patient", ["patient__last_name__istartswith"])],
    buckets=[
        Bucket("new", "To look at", _OPEN & Q(reviewed_at__isnull=True)
               & ~Q(cause=CreditCause.PREPAID), act=True),
        Bucket("federal", "Medicare and Medicaid", _OPEN & _FEDERAL, act=True),
        Bucket("payer", "Other payers", _OPEN & Q(payer__isnull=False) & ~_FEDERAL),
        Bucket("patient", "Patients", _OPEN & Q(payer__isnull=True)
               & ~Q(cause=CreditCause.PREPAID)),
        Bucket("prepaid", "Paid ahead", _OPEN & Q(cause=CreditCause.PREPAID)),
        Bucket("settled", "Settled", Q(state=CreditState.SETTLED)),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="arose",
    row_url=lambda row: reverse("billing:credit", args=[row.public_id]),
    empty=Empty("No credit balances", "Money that is not ours is listed here by itself.", "check"),
)  # fmt: skip


def worklist(request: HttpRequest) -> HttpResponse:
    """Everything that is in credit."""
    return list_view(request, SPEC, "billing/money_list.html", {"here": "credits"})


def credit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One credit: how it arose, what waits, and its three ways out."""
    return _show(request, _found(public_id))


@require_POST
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say how it came to be; of Medicare's or Medicaid's the clock starts."""
    found = _found(public_id)
    form = ReviewForm(request.POST)

    def act() -> str:
        row = review_credit(credit=found, **form.cleaned_data)
        running = row.overpayments.exclude(state__in=["returned", "not_owed"]).first()
        return f"Kept; due back on {running.due_on:%m/%d/%Y}" if running else "Kept"

    return _submit(request, found, ("review_form", form), act)


@require_POST
def use(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Settle what else is owed; the first button shows the journal, the second writes it."""
    found = _found(public_id)
    form = UseForm(request.POST)
    return _submit(
        request, found, ("use_form", form),
        lambda: f"Used: {use_credit(credit=found, **form.cleaned_data)}",
        lambda: summarise(preview_use(found, **form.cleaned_data)),
    )  # fmt: skip


@require_POST
def refund(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a refund; the first button shows the journal, the second asks."""
    found = _found(public_id)
    form = RefundForm(request.POST)

    def act() -> str:
        made = request_refund(credit=found, **form.cleaned_data)
        words = "waits for approval" if made.needs_approval else "is approved: write the check"
        return f"Refund {made.number} of ${format_money(made.amount)} {words}"

    def preview() -> list[JournalRow]:
        values = form.cleaned_data
        return summarise(preview_refund(found, values["amount"], values["note"]))

    return _submit(request, found, ("refund_form", form), act, preview)


def _submit(
    request: HttpRequest,
    found: CreditBalance,
    form: tuple[str, Form],
    act: Callable[[], str],
    preview: Callable[[], list[JournalRow]] | None = None,
) -> HttpResponse:
    name, bound = form
    if not bound.is_valid():
        return _show(request, found, {name: bound}, status=422)
    try:
        if preview is not None and request.POST.get("step") != "confirm":
            return _show(request, found, {name: bound, "preview": preview(), "previewed": name})
        words = act()
    except ApplicationError as error:
        add_error(bound, error)
        return _show(request, found, {name: bound}, status=422)
    say(request, words)
    return go(request, reverse("billing:credit", args=[found.public_id]))


def _found(public_id: UUID) -> CreditBalance:
    rows = CreditBalance.objects.select_related(
        "patient__practice", "patient__guarantor", "practice", "payer", "journal",
        "charge_line__claim_link__claim",
    )  # fmt: skip
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest,
    found: CreditBalance,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    audit.read(found, patient=found.patient, note="credit")
    request.nav = "credits"  # type: ignore[attr-defined]
    role = getattr(request, "role", "")
    shown = credit_page(found)
    applies = min(shown.free_amount, shown.own_amount)
    is_federal = found.payer is not None and found.payer.kind in FEDERAL
    refund_start = {"amount": shown.free_amount or None, "submission_key": uuid7()}
    review_form = ReviewForm(initial={"cause": found.cause, "note": found.note})
    if not is_federal:
        del review_form.fields["identified_on"]
    context = {
        "found": found,
        "shown": shown,
        "where": _where(found),
        "is_federal": is_federal,
        "review_form": review_form,
        "use_form": UseForm(initial={"amount": applies or None}),
        "refund_form": RefundForm(initial=refund_start),
        "may_act": role in ACCESS["billing:credit-refund"]["POST"],
        "may_open_journals": role in ACCESS["billing:journal"]["GET"],
    }
    return page(request, "billing/credit.html", None, context | (more or {}), status=status)
