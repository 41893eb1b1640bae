"""Remittances as they come in, and bringing files by hand (screens S20)."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from claims.answer_codes import ELSEWHERE
from claims.choices import MessageSource, MessageState, RemittanceState, UploadState
from claims.forms import UploadForm
from claims.models import Remittance, RemittanceClaim, RemittanceLine, Upload, UploadedFile
from claims.services.take_upload import take_upload
from core import audit
from core.access import POSTERS
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, DateRangeFilter, TextFilter
from core.lists.spec import Bucket, BulkAction, Column, Empty, ListSpec
from core.lists.view import list_view
from core.web import add_error, get_or_404, go, page
from patients.models import Payer

MOST_BYTES = 25 * 1024 * 1024
MOST_BEFORE = 10
_OVER = [RemittanceState.POSTED, RemittanceState.DUPLICATE, RemittanceState.SET_ASIDE]
_AT_BANK = Q(reconciled_on__isnull=False) | Q(payment_amount=0)


def asking() -> "QuerySet[RemittanceClaim]":
    """Answers that fit nothing of ours, and that nobody has decided on."""
    open_line = RemittanceLine.objects.filter(remittance_claim=OuterRef("pk"), charge_line=None)
    return RemittanceClaim.objects.filter(
        Q(version=None) | Exists(open_line), set_aside_at=None
    ).exclude(status_code__in=ELSEWHERE)


def _rows(request: HttpRequest) -> "QuerySet[Remittance]":
    return Remittance.objects.select_related("payer", "message").annotate(
        claim_count=_count(RemittanceClaim.objects.all()), unmatched=_count(asking())
    )


def _count(answers: "QuerySet[RemittanceClaim]") -> Coalesce:
    """How many of `answers` each remittance has; only for rows that are shown."""
    counted = (
        answers.filter(remittance=OuterRef("pk"))
        .order_by()
        .values("remittance")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(counted), 0)


def _state(row: Remittance) -> str:
    if row.state == RemittanceState.POSTED and row.reconciled_on:
        return "Reconciled"
    return row.get_state_display()


REMITTANCES = ListSpec(
    name="claims.remittances",
    title="Remittances",
    noun="remittance,remittances",
    queryset=_rows,
    columns=[
        Column("trace", "Check or EFT", value="trace_number", sub="payer_name", kind="link",
               sort="trace_number"),
        Column("state", "Status", value=_state, template="claims/_remittance_state_cell.html",
               sort="state"),
        Column("paid", "Paid on", value="paid_on", kind="date", sort="paid_on"),
        Column("amount", "Amount, $", value="payment_amount", kind="money",
               sort="payment_amount", total=True),
        Column("claims", "Claims", value="claim_count", kind="number", sort="claim_count"),
        Column("unmatched", "Exceptions", value="unmatched", kind="number", sort="unmatched"),
        Column("bank", "At the bank", value="reconciled_on", kind="date", sort="reconciled_on",
               priority=3),
        Column("source", "Came by", value="message.get_source_display", priority=3),
        Column("received", "Received", value="received_at", kind="datetime", sort="received_at",
               priority=3),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="payer_id",
                     choices=lambda request: list(Payer.objects.values_list("pk", "name"))),
        DateRangeFilter("paid", "Paid on", field="paid_on"),
        ChoiceFilter("source", "Came by", field="message__source", choices=MessageSource.choices),
        TextFilter("trace", "Check or EFT", lookups=["trace_number"]),
    ],
    buckets=[
        Bucket("open", "Not finished", ~Q(state__in=_OVER), act=True,
               done="Every remittance is posted."),
        Bucket("matched", "Ready to post", Q(state=RemittanceState.MATCHED), act=True,
               done="Nothing waits to be posted."),
        Bucket("exceptions", "Exceptions", Q(state=RemittanceState.EXCEPTIONS), act=True,
               done="No remittance has exceptions."),
        Bucket("balance", "Out of balance", Q(state=RemittanceState.OUT_OF_BALANCE),
               done="Every remittance balances."),
        Bucket("held", "Held", Q(state=RemittanceState.HELD), done="None is held."),
        Bucket("posted", "Posted, bank awaited", Q(state=RemittanceState.POSTED) & ~_AT_BANK,
               done="All that was posted is at the bank."),
        Bucket("reconciled", "Reconciled", Q(state=RemittanceState.POSTED) & _AT_BANK,
               done="None is reconciled yet."),
        Bucket("duplicate", "Duplicates", Q(state=RemittanceState.DUPLICATE),
               done="None came twice."),
        Bucket("aside", "Set aside", Q(state=RemittanceState.SET_ASIDE),
               done="None is set aside."),
        Bucket("all", "All", Q(), done="There is none yet."),
    ],
    default_bucket="open",
    money_total="payment_amount",
    default_sort="-received",
    row_url=lambda row: reverse("billing:remittance", args=[row.public_id]),
    row_label=lambda row: f"remittance {row.trace_number}",
    empty=Empty(
        "No remittances yet", "Payers' payments land here by themselves.", "remits",
        label="Upload an 835", url=lambda: reverse("claims:remittance-upload"),
    ),
    bulk=[
        BulkAction("post", "Post what ties out", "billing:remittances-post", key="p",
                   roles=POSTERS),
    ],
)  # fmt: skip


def remittances(request: HttpRequest) -> HttpResponse:
    may_upload = getattr(request, "role", "") in POSTERS
    ready = Remittance.objects.filter(state=RemittanceState.MATCHED).count() if may_upload else 0
    extra = {"may_upload": may_upload, "ready_count": ready}
    return list_view(request, REMITTANCES, template="claims/remittances.html", extra=extra)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Bring a file by hand; below it, what was brought before."""
    is_post = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_post else UploadForm()
    if is_post and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MOST_BYTES:
            form.add_error("file", "The file is larger than 25 MB.")
        else:
            try:
                taken = take_upload(
                    practice=request.practice,  # type: ignore[attr-defined]
                    partner=form.cleaned_data["partner"],
                    name=file.name or "",
                    content=file.read(),
                    user=request.user,
                )
            except ApplicationError as error:
                add_error(form, error)
            else:
                return go(request, reverse("claims:upload", args=[taken.public_id]))
    before = Upload.objects.select_related("uploaded_by", "partner").annotate(
        file_count=Count("files")
    )
    status = 422 if form.is_bound else 200
    context = {"form": form, "before": before[:MOST_BEFORE]}
    return page(request, "claims/upload.html", None, context, status=status)


@require_GET
def uploaded(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What became of each file of an upload; the page follows by itself until all is told."""
    rows = Upload.objects.select_related("partner", "uploaded_by", "job", "document")
    found = get_or_404(rows, public_id)
    audit.read(found)
    files = list(
        found.files.select_related("message").prefetch_related("message__remittances__duplicate_of")
    )
    context = {
        "upload": found,
        "files": files,
        "tally": fates(files),
        "is_waiting": found.state == UploadState.OPENING
        or any(one.message and one.message.state == MessageState.RECEIVED for one in files),
    }
    return page(request, "claims/uploaded.html", "claims/_uploaded_body.html", context)


def fates(files: Sequence[UploadedFile]) -> list[tuple[str, int]]:
    """How many files met which fate, most frequent first."""
    words = [one.message.get_state_display() if one.message else "Not taken in" for one in files]
    return Counter(words).most_common()
