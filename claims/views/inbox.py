"""The inbox: every message as it came, what it did, and what waits for a person (screens S36)."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.access import REPLAYERS
from claims.choices import MessageKind, MessageSource, MessageState
from claims.forms import ReplayForm
from claims.models import InboundMessage
from claims.selectors_reads import patients_in_message
from claims.services.message_results import counted
from claims.services.process_message import replay_message, replay_messages
from core import audit, timeline
from core.lists.filters import ChoiceFilter, DateRangeFilter
from core.lists.spec import Bucket, BulkAction, Column, Empty, ListSpec
from core.lists.view import list_view
from core.services.documents import read_document
from core.services.work import open_items
from core.states import IllegalTransition
from core.web import get_or_404, go, known_ids, page, say

REPLAYABLE = (MessageState.QUARANTINED, MessageState.FAILED)
MOST_REPLAYED = 200
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
        Bucket("tests", "Tests", Q(state=MessageState.TESTED), done="Nobody tried the door."),
    ],
    default_sort="-received",
    row_url=lambda row: reverse("claims:inbox-message", args=[row.public_id]),
    row_label=lambda row: f"message of {row.received_at:%m/%d/%Y %H:%M}",
    empty=Empty("Nothing has come in yet", "Payers' answers land here.", "download"),
    bulk=[
        BulkAction("replay", "Process again…", "claims:replay-many", key="p", roles=REPLAYERS),
    ],
)  # fmt: skip


def inbox(request: HttpRequest) -> HttpResponse:
    return list_view(request, INBOX, "claims/inbox.html")


@require_GET
def message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, _message(public_id), ReplayForm())


@require_POST
def replay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row, form = _message(public_id), ReplayForm(request.POST)
    if not form.is_valid():
        return _shown(request, row, form, status=422)
    try:
        replay_message(row, reason=form.cleaned_data["reason"])
    except IllegalTransition:
        say(request, "It was applied already: applying is done once", tone="warn")
    else:
        say(request, "It is processed again")
    return go(request, reverse("claims:inbox-message", args=[row.public_id]))


@require_POST
def replay_many(request: HttpRequest) -> HttpResponse:
    """First ask why, with the chosen messages named; then process them again."""
    chosen = known_ids(request.POST.getlist("ids")[:MOST_REPLAYED])
    rows = list(
        InboundMessage.objects.filter(public_id__in=chosen, state__in=REPLAYABLE).select_related(
            "partner"
        )
    )
    form = ReplayForm(request.POST if "reason" in request.POST else None)
    if not rows or not form.is_valid():
        left = len(chosen) - len(rows)
        context = {"rows": rows, "form": form, "left_alone": left}
        return page(request, "claims/replay_many.html", None, context,
                    status=422 if form.is_bound else 200)  # fmt: skip
    done = replay_messages(rows, reason=form.cleaned_data["reason"])
    say(request, f"{counted(done, 'message')} processed again")
    return go(request, reverse("claims:inbox"))


def _message(public_id: UUID) -> InboundMessage:
    return get_or_404(
        InboundMessage.objects.select_related(
            "partner", "document", "credential", "related_message"
        ),
        public_id,
    )


def _shown(
    request: HttpRequest, row: InboundMessage, form: ReplayForm, *, status: int = 200
) -> HttpResponse:
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
        "replay_form": form,
        "may_replay": getattr(request, "role", "") in REPLAYERS and row.state in REPLAYABLE,
    }
    audit.read_many(
        patients_in_message(row), action="page.read", note=f"message {row.public_id}",
        practice=row.practice,
    )  # fmt: skip
    return page(request, "claims/message.html", "claims/_message_body.html", context, status=status)
