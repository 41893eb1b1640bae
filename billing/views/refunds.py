"""Refunds (S29): the list, one refund, and each of its steps."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import ACCESS
from billing.adjusting.limits import REFUND, may_decide
from billing.adjusting_choices import RefundState
from billing.adjusting_forms import RefundStepForm
from billing.credits.plan import plan_refund
from billing.models import Refund
from billing.selectors.credit_page import credit_hold, key_of
from billing.selectors.journal_rows import summarise
from billing.services.settle_refund import (
    approve_refund,
    clear_refund,
    issue_refund,
    refuse_refund,
    void_refund,
    withdraw_refund,
)
from core import audit, clock
from core.errors import ApplicationError
from core.lists import Bucket, Column, DateRangeFilter, Empty, ListSpec, list_view
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

SPEC = ListSpec(
    name="billing.refunds",
    title="Refunds",
    noun="refund,refunds",
    queryset=lambda request: Refund.objects.select_related("patient__guarantor", "payer"),
    patient_ids=lambda row: [row.patient_id],
    columns=[
        Column("number", "Number", value="number", kind="link", sort="number"),
        Column("to", "To", value=lambda row: row.payer.name if row.payer
               else str(row.patient.guarantor), sort="payer__name"),
        Column("patient", "Patient", value=lambda row: row.patient.list_name, sub="patient.mrn",
               sub_label="MRN", sort=("patient__last_name", "patient__first_name"), priority=2),
        Column("asked", "Asked", value="requested_at", kind="datetime", sort="requested_at",
               sub="requested_by_name", sub_label="By"),
        Column("check", "Check", value="check_number", kind="code", sort="check_number"),
        Column("state", "Status", value="state", kind="chip", choices="billing.RefundState",
               sort="state"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
    ],
    filters=[DateRangeFilter("issued", "Check of", "issued_on")],
    buckets=[
        Bucket("waiting", "To approve", Q(state=RefundState.WAITING), act=True),
        Bucket("approved", "Checks to write", Q(state=RefundState.APPROVED), act=True),
        Bucket("out", "Checks out", Q(state=RefundState.ISSUED)),
        Bucket("cleared", "Cleared", Q(state=RefundState.CLEARED)),
        Bucket("voided", "Voided", Q(state=RefundState.VOIDED)),
        Bucket("no", "Refused or withdrawn",
               Q(state__in=[RefundState.REFUSED, RefundState.WITHDRAWN])),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="-asked",
    row_url=lambda row: reverse("billing:refund", args=[row.public_id]),
    empty=Empty("No refunds yet", "They are asked for on the page of a credit.", "check"),
)  # fmt: skip

_OUT, _VOIDED = "The check is out", "Voided: the credit stands again"


def refunds(request: HttpRequest) -> HttpResponse:
    """Everything that went back or is to go."""
    return list_view(request, SPEC, "billing/money_list.html", {"here": "refunds"})


def refund(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One refund, and what may be done with it next."""
    return _show(request, _found(public_id), _form(_found(public_id)))


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve, refuse, withdraw, write the check, let it clear, or void it."""
    found = _found(public_id)
    form = RefundStepForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    note, number = form.cleaned_data["note"], form.cleaned_data["check_number"]
    on: date = form.cleaned_data["on"] or clock.today(found.practice)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "approve": (lambda: approve_refund(refund=found, note=note), "Approved: write the check"),
        "refuse": (lambda: refuse_refund(refund=found, reason=note), "Refused"),
        "withdraw": (lambda: withdraw_refund(refund=found, reason=note), "Withdrawn"),
        "issue": (lambda: issue_refund(refund=found, check_number=number, on=on), _OUT),
        "clear": (lambda: clear_refund(refund=found, on=on), "Cleared"),
        "void": (lambda: void_refund(refund=found, reason=note, on=on), _VOIDED),
    }
    act, words = acts.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        return _show(request, found, form, status=422)
    try:
        act()
    except ApplicationError as error:
        add_error(form, error)
        return _show(request, _found(public_id), form, status=422)
    say(request, f"{words}: {found.number}")
    return go(request, reverse("billing:refund", args=[found.public_id]))


def _form(found: Refund) -> RefundStepForm:
    return RefundStepForm(initial={"on": clock.today(found.practice)})


def _found(public_id: UUID) -> Refund:
    rows = Refund.objects.select_related(
        "practice", "patient__practice", "patient__guarantor", "payer", "credit__patient",
        "credit__practice", "owed_journal", "check_journal",
    )  # fmt: skip
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest, found: Refund, form: RefundStepForm, status: int = 200
) -> HttpResponse:
    audit.read(found, patient=found.patient, note="refund")
    request.nav = "credits"  # type: ignore[attr-defined]
    role = getattr(request, "role", "")
    acts = role in ACCESS["billing:refund-step"]["POST"]
    is_waiting = found.state == RefundState.WAITING
    may_approve = is_waiting and acts and may_decide(
        found.practice, REFUND, request.user,
        amount=found.amount, requested_by_id=found.requested_by_id,
    )  # fmt: skip
    lines = plan_refund(key_of(found.credit), found.amount, found.number) if is_waiting else ()
    is_own = is_waiting and found.requested_by_id == request.user.pk
    may_withdraw = acts and (is_own or found.state == RefundState.APPROVED)
    context = {
        "found": found,
        "form": form,
        "hold": credit_hold(found.credit) if found.state in {"waiting", "approved"} else "",
        "preview": summarise(lines),
        "may_approve": may_approve,
        "may_withdraw": may_withdraw,
        "may_issue": acts and found.state == RefundState.APPROVED,
        "may_end": acts and found.state == RefundState.ISSUED,
        "may_open_journals": role in ACCESS["billing:journal"]["GET"],
        "entries": entries_for(found),
    }
    return page(request, "billing/refund.html", None, context, status=status)
