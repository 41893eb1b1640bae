"""Connections: the road to each partner, how it is doing, and trying it."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.access import CONFIRMERS, KEEPERS, TRIERS
from claims.backlog import backlog
from claims.choices import AfterPickup, TransportKind
from claims.connections import (
    connections,
    fingerprints,
    https_facts,
    missing_answers,
    oldest_waiting,
    road_of,
    standing_of,
    throttle_words,
)
from claims.models import TradingPartner, Transmission
from claims.services.partner_lines import confirm_host_key
from claims.services.save_schedule import next_words
from claims.services.send_transmission import OPEN_STATES
from claims.services.try_connection import try_connection
from core import timeline
from core.access import ADMINS
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.services.work import open_items
from core.web import get_or_404, go, page, say

CONNECTIONS = ListSpec(
    name="claims.connections",
    title="Connections",
    noun="connection,connections",
    queryset=lambda request: connections(),
    columns=[
        Column("name", "Partner", value="name", kind="link", sort="name"),
        Column("standing", "Line", value=lambda row: standing_of(row).state, kind="chip",
               choices="claims.LineStanding"),
        Column("transport", "By", value="get_transport_display", sort="transport"),
        Column("road", "To", value=road_of, kind="code", priority=3),
        Column("usage", "For", value="get_usage_display", sort="usage"),
        Column("sent", "Last sent", value="last_sent_at", kind="datetime", sort="last_sent_at"),
        Column("received", "Last received", value="last_received_at", kind="datetime",
               sort="last_received_at"),
    ],
    filters=[ChoiceFilter("by", "By", field="transport", choices=TransportKind.choices)],
    buckets=[
        Bucket("all", "All", Q(), done="No partner is set up yet."),
        Bucket("stopped", "Stopped", Q(line__stop__gt=""), act=True, done="No line is stopped."),
        Bucket("down", "Down", Q(line__open_until__isnull=False), act=True,
               done="Every line works."),
        Bucket("doubt", "In doubt", Q(doubts__gt=0), act=True, done="No file is in doubt."),
        Bucket("late", "Answers late", Q(late__gt=0), done="No answer is late."),
    ],
    default_sort="name",
    row_url=lambda row: reverse("claims:connection", args=[row.public_id]),
    row_label=lambda row: row.name,
    empty=Empty("No partner yet", "An admin sets up the clearinghouse first.", "send"),
)  # fmt: skip


def connection_list(request: HttpRequest) -> HttpResponse:
    extra = {"backlog": backlog(request.practice)}  # type: ignore[attr-defined]
    return list_view(request, CONNECTIONS, "claims/connections.html", extra)


@require_GET
def connection(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(connections(), public_id)
    confirmed, offered = fingerprints(row)
    role = getattr(request, "role", "")
    context: dict[str, Any] = {
        "partner": row,
        "line": getattr(row, "line", None),
        "standing": standing_of(row),
        "road": road_of(row),
        "throttle": throttle_words(row),
        "is_https": row.transport == TransportKind.HTTPS,
        "https": https_facts(row),
        "is_sftp": row.transport == TransportKind.SFTP,
        "signs_in_by": "a private key" if row.sftp_key_sealed else "a password",
        "pickup": AfterPickup(row.after_pickup).label,
        "confirmed": confirmed,
        "offered": offered if offered != confirmed else "",
        "waiting": Transmission.objects.filter(batch__partner=row, state__in=OPEN_STATES).count(),
        "missing": missing_answers(row),
        "oldest": oldest_waiting(row),
        "work": open_items(row).first(),
        "entries": list(timeline.entries_for(row)),
        "may_try": role in TRIERS,
        "may_confirm": role in CONFIRMERS,
        "may_set_up": role in ADMINS,
        "next_words": next_words(row),
        "may_schedule": role in KEEPERS and not row.is_paper,
    }
    return page(request, "claims/connection.html", "claims/_connection_body.html", context)


@require_POST
def try_it(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(TradingPartner, public_id)
    tried = try_connection(row)
    say(request, tried.words, tone="success" if tried.is_well else "danger")
    return go(request, _url(row))


@require_POST
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_or_404(TradingPartner, public_id)
    try:
        confirm_host_key(row, fingerprint=request.POST.get("fingerprint", ""))
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, "Confirmed: only a server with this key gets our claims. Try it once more")
    return go(request, _url(row))


def _url(row: TradingPartner) -> str:
    return reverse("claims:connection", args=[row.public_id])
