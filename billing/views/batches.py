"""Posting batches: counted first, filled by what their owner posts, closed in balance (F.5)."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from billing.access import ACCESS
from billing.batch_choices import BatchKind, BatchState
from billing.batch_forms import BatchForm, RecountForm
from billing.models import PostingBatch
from billing.selectors.batch_page import entry_rows
from billing.services.close_batch import close_batch, correct_control, what_differs
from billing.services.open_batch import open_batch
from core import audit
from core.choices import Role
from core.errors import ApplicationError
from core.lists import Bucket, ChoiceFilter, Column, Empty, ListSpec, list_view
from core.timeline import entries_for
from core.web import add_error, get_or_404, go, page, say, wants_fragment

SPEC = ListSpec(
    name="billing.batches",
    title="Posting batches",
    noun="batch,batches",
    queryset=lambda request: PostingBatch.objects.all(),
    columns=[
        Column("number", "Batch", value="number", kind="link", sort="number", sub="note",
               sub_label="Name"),
        Column("kind", "Counts", value="get_kind_display", sort="kind"),
        Column("owner", "Of", value="owner_name", sort="owner_name"),
        Column("opened", "Opened", value="opened_on", kind="date", sort="opened_on"),
        Column("entered", "Entered", value=lambda row:
               f"{row.entered_count:,} of {row.control_count:,}", sort="entered_count",
               css="num"),
        Column("amount", "Entered, $", value="entered_amount", kind="money",
               sort="entered_amount", priority=2),
        Column("control", "Control, $", value="control_amount", kind="money",
               sort="control_amount", total=True),
        Column("differs", "To balance", value=lambda row: what_differs(row) or "balances",
               priority=2),
        Column("state", "Status", value="state", kind="chip", choices="billing.BatchState",
               sort="state"),
    ],
    filters=[ChoiceFilter("kind", "Counts", "kind", choices=BatchKind.choices)],
    buckets=[
        Bucket("mine", "Mine, open", lambda request: Q(state=BatchState.OPEN, owner=request.user),
               act=True, done="You have no open batch."),
        Bucket("open", "All open", Q(state=BatchState.OPEN)),
        Bucket("off", "Open, not in balance", Q(state=BatchState.OPEN) & ~Q(
            entered_count=F("control_count"), entered_amount=F("control_amount"))),
        Bucket("closed", "Closed", Q(state=BatchState.CLOSED)),
        Bucket("all", "All"),
    ],
    default_bucket="open",
    money_total="control_amount",
    default_sort="-opened",
    row_url=lambda row: reverse("billing:batch", args=[row.public_id]),
    empty=Empty(
        "No batches yet",
        "Count what lies on your desk, open a batch with count and total, then type it in.",
        "box", "Open a batch", lambda: reverse("billing:batch-new"),
    ),
)  # fmt: skip


def batches(request: HttpRequest) -> HttpResponse:
    """All batches, open ones first."""
    may = getattr(request, "role", "") in ACCESS["billing:batch-new"]["POST"]
    return list_view(request, SPEC, "billing/day_list.html", {"here": "batches", "may_new": may})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down what was counted."""
    form = BatchForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = open_batch(practice=request.practice, **form.cleaned_data)  # type: ignore[attr-defined]
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"Batch {found.number} is open: what you post now counts in it")
            return go(request, reverse("billing:batch", args=[found.public_id]))
    request.nav = "day"  # type: ignore[attr-defined]
    status = 422 if form.is_bound else 200
    return page(request, "billing/batch_new.html", None, {"form": form}, status=status)


def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far it is, and what is in it."""
    return _show(request, get_or_404(PostingBatch, public_id))


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close it, or count again."""
    found = get_or_404(PostingBatch, public_id)
    if not _may_act(request, found):
        say(request, "This batch is somebody else's: its owner or a manager closes it.",
            tone="danger")  # fmt: skip
        return go(request, reverse("billing:batch", args=[public_id]))
    if request.POST.get("act") == "recount":
        return _recount(request, found)
    try:
        close_batch(batch=found)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, f"Batch {found.number} is closed in balance")
    return go(request, reverse("billing:batch", args=[public_id]))


def _recount(request: HttpRequest, found: PostingBatch) -> HttpResponse:
    form = RecountForm(request.POST)
    if form.is_valid():
        try:
            correct_control(batch=found, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Counted again; the numbers of before are on its history")
            return go(request, reverse("billing:batch", args=[found.public_id]))
    return _show(request, found, form)


def _may_act(request: HttpRequest, found: PostingBatch) -> bool:
    return found.owner_id == request.user.pk or getattr(request, "role", "") == Role.MANAGER


def _show(
    request: HttpRequest, found: PostingBatch, form: RecountForm | None = None
) -> HttpResponse:
    request.nav = "day"  # type: ignore[attr-defined]
    rows = entry_rows(found)
    if not wants_fragment(request):
        audit.read_many(
            {row.patient_id for row in rows if row.patient_id}, action="page.read",
            note=f"batch {found.number}", practice=found.practice,
        )  # fmt: skip
    initial = {"control_count": found.control_count, "control_amount": found.control_amount}
    context: dict[str, Any] = {
        "found": found,
        "rows": rows,
        "differs": what_differs(found),
        "is_open": found.state == BatchState.OPEN,
        "may_act": _may_act(request, found),
        "form": form or RecountForm(initial=initial),
        "entries": entries_for(found),
    }
    status = 422 if form is not None else 200
    return page(request, "billing/batch.html", "billing/_batch_body.html", context, status=status)
