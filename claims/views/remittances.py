"""Remittances as they come in, and bringing one by hand (screens S20)."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims.choices import MessageSource, RemittanceState
from claims.forms import UploadForm
from claims.models import Remittance
from claims.services.receive_message import receive_message
from core.access import POSTERS
from core.lists.filters import ChoiceFilter, DateRangeFilter, TextFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.web import go, page, say
from patients.models import Payer

MOST_BYTES = 25 * 1024 * 1024
_OVER = [RemittanceState.POSTED, RemittanceState.DUPLICATE]

REMITTANCES = ListSpec(
    name="claims.remittances",
    title="Remittances",
    noun="remittance,remittances",
    queryset=lambda request: Remittance.objects.select_related("payer", "message").annotate(
        claim_count=Count("claims"),
        unmatched=Count("claims", filter=Q(claims__version__isnull=True)),
    ),
    columns=[
        Column("trace", "Check or EFT", value="trace_number", sub="payer_name", kind="link",
               sort="trace_number"),
        Column("state", "Status", value="state", kind="chip", choices="claims.RemittanceState",
               sort="state"),
        Column("paid", "Paid on", value="paid_on", kind="date", sort="paid_on"),
        Column("amount", "Amount, $", value="payment_amount", kind="money",
               sort="payment_amount", total=True),
        Column("claims", "Claims", value="claim_count", kind="number", sort="claim_count"),
        Column("unmatched", "Not found", value="unmatched", kind="number", sort="unmatched"),
        Column("source", "Came by", value="message.get_source_display", priority=3),
        Column("received", "Received", value="received_at", kind="datetime", sort="received_at",
               priority=3),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="payer_id",
                     choices=lambda request: list(Payer.objects.values_list("pk", "name"))),
        DateRangeFilter("paid", "Paid on", field="paid_on"),
        TextFilter("trace", "Check or EFT", lookups=["trace_number"]),
    ],
    buckets=[
        Bucket("open", "Not finished", ~Q(state__in=_OVER), act=True,
               done="Every remittance is posted."),
        Bucket("exceptions", "Exceptions", Q(state=RemittanceState.EXCEPTIONS), act=True,
               done="No remittance has exceptions."),
        Bucket("balance", "Out of balance", Q(state=RemittanceState.OUT_OF_BALANCE),
               done="Every remittance balances."),
        Bucket("held", "Held", Q(state=RemittanceState.HELD), done="None is held."),
        Bucket("posted", "Posted", Q(state=RemittanceState.POSTED), done="None is posted yet."),
        Bucket("duplicate", "Duplicates", Q(state=RemittanceState.DUPLICATE),
               done="None came twice."),
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
)  # fmt: skip


def remittances(request: HttpRequest) -> HttpResponse:
    may_upload = getattr(request, "role", "") in POSTERS
    extra = {"may_upload": may_upload}
    return list_view(request, REMITTANCES, template="claims/remittances.html", extra=extra)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    is_post = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_post else UploadForm()
    if is_post and form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MOST_BYTES:
            form.add_error("file", "The file is larger than 25 MB.")
        else:
            message = receive_message(
                practice=request.practice,  # type: ignore[attr-defined]
                partner=form.cleaned_data["partner"],
                source=MessageSource.UPLOAD,
                content=file.read(),
                content_type="application/edi-x12",
            )
            say(request, "Kept; it is being processed")
            return go(request, reverse("claims:inbox-message", args=[message.public_id]))
    status = 422 if form.is_bound else 200
    return page(request, "claims/upload.html", None, {"form": form}, status=status)
