"""The inbox: every message as it came, what it did, and what waits for a person (screens S36)."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.access import REPLAYERS
from claims.choices import MessageKind, MessageSource, MessageState
from claims.models import InboundMessage
from claims.selectors_reads import patients_in_message
from claims.services.process_message import replay_message
from core import audit, timeline
from core.lists.filters import ChoiceFilter, DateRangeFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.services.documents import read_document
from core.services.work import open_items
from core.states import IllegalTransition
from core.web import get_or_404, go, page, say

MOST_SHOWN = 60_000  # bytes of the raw file on its page; the whole of it can be downloaded

INBOX = ListSpec(
    name="claims.inbox",
    title="Inbox",
    noun="message,messages",
    queryset=lambda request: InboundMessage.objects.select_related("partner", "document"),
    columns=[
        Column("received", "Received", value="received_at", kind="datetime", sort="received_at"),
        Column("state", "Status", value="state", kind="chip", choices="claims.MessageState",
               sort="state"),
        Column("kind", "Kind", value="get_kind_display", sort="kind"),
        Column("from", "From", value="partner.name", sort="partner__name"),
        Column("result", "What it did", value="result"),
        Column("source", "Came by", value="get_source_display", sort="source", priority=3),
        Column("size", "Bytes", value="document.size", kind="number", sort="document__size",
               priority=3),
    ],
    filters=[
        ChoiceFilter("kind", "Kind", field="kind", choices=MessageKind.choices),
        ChoiceFilter("source", "Came by", field="source", choices=MessageSource.choices),
        DateRangeFilter("received", "Received", field="received_at", instant=True),
    ],
    buckets=[
        Bucket("all", "All messages", Q(), done="Nothing has come in yet."),
        Bucket("waiting", "Being processed", Q(state=MessageState.RECEIVED),
               done="Everything is processed."),
        Bucket("aside", "Set aside", Q(state=MessageState.QUARANTINED), act=True,
               done="Nothing is set aside."),
        Bucket("failed", "Failed", Q(state=MessageState.FAILED), act=True,
               done="Nothing failed."),
        Bucket("duplicate", "Duplicates", Q(state=MessageState.DUPLICATE),
               done="Nothing came twice."),
    ],
    default_sort="-received",
    row_url=lambda row: reverse("claims:inbox-message", args=[row.public_id]),
    row_label=lambda row: f"message of {row.received_at:%m/%d/%Y %H:%M}",
    empty=Empty("Nothing has come in yet", "Payers' answers land here.", "download"),
)  # fmt: skip


def inbox(request: HttpRequest) -> HttpResponse:
    return list_view(request, INBOX)


@require_GET
def message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(
        InboundMessage.objects.select_related(
            "partner", "document", "credential", "related_message"
        ),
        public_id,
    )
    audit.read(row)
    content = read_document(row.document)
    context: dict[str, Any] = {
        "message": row,
        "acknowledgements": list(
            row.acknowledgements.select_related("batch").prefetch_related("claims__version__claim")
        ),
        "remittances": list(row.remittances.all()),
        "work": open_items(row).first(),
        "entries": list(timeline.entries_for(row)),
        "raw": content[:MOST_SHOWN].decode("latin-1"),
        "is_cut": len(content) > MOST_SHOWN,
        "may_replay": getattr(request, "role", "") in REPLAYERS
        and row.state in {MessageState.QUARANTINED, MessageState.FAILED},
    }
    audit.read_many(
        patients_in_message(row), action="page.read", note=f"message {row.public_id}",
        practice=row.practice,
    )  # fmt: skip
    return page(request, "claims/message.html", "claims/_message_body.html", context)


@require_POST
def replay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(InboundMessage, public_id)
    try:
        replay_message(row)
    except IllegalTransition:
        say(request, "It was applied already: applying is done once", tone="warn")
    else:
        say(request, "It is processed again")
    return go(request, reverse("claims:inbox-message", args=[row.public_id]))
