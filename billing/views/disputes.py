"""Disputes of underpaid lines: what is out, each with its packet, and how it was sent."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from billing.access import ACCESS
from billing.models import UnderpaymentDispute
from billing.selectors.underpayments import all_lines, lines_url
from billing.services.dispute_variances import USUAL_DAYS, record_sent
from billing.underpayment_choices import VarianceState
from billing.underpayment_forms import SentForm
from core import audit, clock
from core.errors import ApplicationError
from core.lists import Bucket, Column, Empty, ListSpec, list_view
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say

_OUT = Q(lines_out__gt=0)

SPEC = ListSpec(
    name="billing.disputes",
    title="Disputes of underpayments",
    noun="dispute,disputes",
    queryset=lambda request: UnderpaymentDispute.objects.select_related("payer").annotate(
        lines_out=Count("lines", filter=Q(lines__state=VarianceState.DISPUTED)),
        back_amount=Sum("lines__recovered_amount"),
    ),
    columns=[
        Column("number", "Number", value="number", kind="link", sort="number"),
        Column("payer", "Payer", value="payer.name", sort="payer__name"),
        Column("lines", "Lines", value="line_count", kind="number", sort="line_count"),
        Column("out", "Not answered", value="lines_out", kind="number", sort="lines_out"),
        Column("sent", "Sent", value="sent_on", kind="date", sort="sent_on"),
        Column("ask", "Ask again", value="follow_up_on", kind="date", sort="follow_up_on"),
        Column("amount", "Asked for, $", value="amount", kind="money", sort="amount", total=True),
        Column("back", "Recovered, $", value="back_amount", kind="money", sort="back_amount"),
    ],
    buckets=[
        Bucket("send", "To send", Q(sent_on__isnull=True) & _OUT, act=True,
               done="Every packet that was made is sent."),
        Bucket("out", "Out", Q(sent_on__isnull=False) & _OUT, done="No dispute is out."),
        Bucket("over", "Answered", ~_OUT, done="No dispute is answered yet."),
        Bucket("all", "All", done="No dispute was made yet."),
    ],
    money_total="amount",
    default_sort="ask",
    row_url=lambda row: reverse("billing:dispute", args=[row.public_id]),
    empty=Empty("No disputes", "Choose underpaid lines of a payer and dispute them.", "send"),
)  # fmt: skip


def disputes(request: HttpRequest) -> HttpResponse:
    """All disputes, those to be sent first."""
    return list_view(request, SPEC, "billing/underpaid_lines.html", {"here": "disputes"})


@require_GET
def dispute(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One dispute: packet, lines, and what came of them."""
    return _show(request, _found(public_id))


@require_POST
def sent(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep how and when the packet went."""
    found = _found(public_id)
    form = SentForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        record_sent(dispute=found, **form.cleaned_data)
    except ApplicationError as error:
        add_error(form, error)
        return _show(request, found, form, status=422)
    say(request, f"{found.number} is out")
    return go(request, reverse("billing:dispute", args=[found.public_id]))


def _found(public_id: UUID) -> UnderpaymentDispute:
    rows = UnderpaymentDispute.objects.select_related("practice", "payer", "packet", "made_by")
    return get_or_404(rows, public_id)


def _show(
    request: HttpRequest, found: UnderpaymentDispute, form: SentForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    request.nav = "underpayments"  # type: ignore[attr-defined]
    lines = list(all_lines().filter(dispute=found).order_by("claim__control_number", "pk"))
    audit.read_many(
        {row.claim.patient_id for row in lines}, action="list.read", note="dispute",
        practice=found.practice,
    )  # fmt: skip
    today = clock.today(found.practice)
    start = {"method": "mail", "sent_on": today, "follow_up_on": today + timedelta(USUAL_DAYS)}
    if found.sent_on:
        start = {
            "method": found.method, "sent_on": found.sent_on,
            "tracking_number": found.tracking_number, "follow_up_on": found.follow_up_on,
        }  # fmt: skip
    context = {
        "found": found,
        "lines": lines,
        "form": form or SentForm(initial=start),
        "recovered": sum(row.recovered_amount for row in lines),
        "may_act": getattr(request, "role", "") in ACCESS["billing:dispute-sent"]["POST"],
        "entries": entries_for(found),
        "lines_url": lines_url(bucket="all", dispute=found.number),
    }
    return page(request, "billing/dispute.html", None, context, status=status)
