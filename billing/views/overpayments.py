"""The 60-day clock: overpayments of federal payers, when each is due, and what was done."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import ACCESS
from billing.adjusting_choices import OverpaymentState
from billing.adjusting_forms import OverpaymentStepForm
from billing.credits.due import investigation_must_end
from billing.models import Overpayment
from billing.services.identify_overpayment import (
    RUNNING,
    end_investigation,
    overpayment_not_owed,
    overpayment_returned,
    start_investigation,
)
from core import audit, clock
from core.errors import ApplicationError
from core.lists import Bucket, Column, Empty, ListSpec, list_view
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

SPEC = ListSpec(
    name="billing.overpayments",
    title="Overpayments to return",
    noun="overpayment,overpayments",
    queryset=lambda request: Overpayment.objects.select_related("patient", "payer"),
    patient_ids=lambda row: [row.patient_id],
    columns=[
        Column("number", "Number", value="number", kind="link", sort="number"),
        Column("payer", "Payer", value=lambda row: row.payer.name, sort="payer__name"),
        Column("patient", "Patient", value=lambda row: row.patient.list_name, sub="patient.mrn",
               sub_label="MRN", sort=("patient__last_name", "patient__first_name"), priority=2),
        Column("identified", "Identified", value="identified_on", kind="date",
               sort="identified_on"),
        Column("due", "Due", value="due_on", kind="date", sort="due_on"),
        Column("state", "Status", value="state", kind="chip", choices="billing.OverpaymentState",
               sort="state"),
        Column("amount", "Amount, $", value="amount", kind="money", sort="amount", total=True),
    ],
    buckets=[
        Bucket("due", "To return", Q(state=OverpaymentState.IDENTIFIED), act=True),
        Bucket("investigating", "Under investigation", Q(state=OverpaymentState.INVESTIGATING)),
        Bucket("returned", "Returned", Q(state=OverpaymentState.RETURNED)),
        Bucket("none", "Not an overpayment", Q(state=OverpaymentState.NOT_OWED)),
        Bucket("all", "All"),
    ],
    money_total="amount",
    default_sort="due",
    row_url=lambda row: reverse("billing:overpayment", args=[row.public_id]),
    empty=Empty(
        "No overpayments",
        "The clock starts when somebody says of a Medicare or Medicaid credit how it came to be.",
        "clock",
    ),
)  # fmt: skip


def overpayments(request: HttpRequest) -> HttpResponse:
    """What is to be returned, soonest first."""
    return list_view(request, SPEC, "billing/money_list.html", {"here": "overpayments"})


def overpayment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One overpayment and its clock."""
    found = _found(public_id)
    return _show(request, found, _form(found))


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stop the clock, start it again, or end it."""
    found = _found(public_id)
    form = OverpaymentStepForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    note = form.cleaned_data["note"]
    on: date = form.cleaned_data["on"] or clock.today(found.practice)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "investigate": (
            lambda: start_investigation(overpayment=found, on=on, reason=note),
            "The clock stands",
        ),
        "resume": (lambda: end_investigation(overpayment=found, on=on), "The clock runs again"),
        "returned": (
            lambda: overpayment_returned(overpayment=found, on=on, how=note),
            "Returned",
        ),
        "not_owed": (lambda: overpayment_not_owed(overpayment=found, reason=note), "Ended"),
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
    return go(request, reverse("billing:overpayment", args=[found.public_id]))


def _form(found: Overpayment) -> OverpaymentStepForm:
    return OverpaymentStepForm(initial={"on": clock.today(found.practice)})


def _found(public_id: UUID) -> Overpayment:
    rows = Overpayment.objects.select_related(
        "practice", "patient__practice", "patient__guarantor", "payer", "credit"
    )
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest, found: Overpayment, form: OverpaymentStepForm, status: int = 200
) -> HttpResponse:
    audit.read(found, patient=found.patient, note="overpayment")
    request.nav = "credits"  # type: ignore[attr-defined]
    role = getattr(request, "role", "")
    started = found.investigation_started_on
    context = {
        "found": found,
        "form": form,
        "days_left": (found.due_on - clock.today(found.practice)).days,
        "is_running": found.state in RUNNING,
        "is_investigating": found.state == OverpaymentState.INVESTIGATING,
        "may_investigate": found.state == OverpaymentState.IDENTIFIED and started is None,
        "must_end_on": investigation_must_end(started) if started else None,
        "may_act": role in ACCESS["billing:overpayment-step"]["POST"],
        "entries": entries_for(found),
    }
    return page(request, "billing/overpayment.html", None, context, status=status)
