"""Addresses that events are sent to: what each is told, what it answered, sending again."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import timeline
from core.choices import EndpointStanding, EndpointState, WebhookState
from core.errors import ApplicationError, Conflict
from core.integration_forms import WebhookForm
from core.lists import Bucket, Column, Empty, ListSpec, list_view
from core.models import WebhookDelivery, WebhookEndpoint
from core.services.deliver_webhooks import MOST_TRIES
from core.services.replay_webhooks import replay
from core.services.webhook_endpoints import (
    change_endpoint,
    make_endpoint,
    overlap_until,
    renew_secret,
    send_test_event,
    switch_endpoint,
)
from core.services.work import open_items
from core.views.api_keys import may_set_up, shown_once
from core.web import add_error, get_or_404, go, known_ids, page, say
from core.webhooks.events import event_kinds

SHOWN = 50


def standing_of(endpoint: WebhookEndpoint) -> EndpointStanding:
    """How the address is doing; red only where somebody must act."""
    if endpoint.state != EndpointState.ON:
        return EndpointStanding(endpoint.state)
    if endpoint.failures:
        return EndpointStanding.FAILING
    return EndpointStanding.WORKING if endpoint.delivered_at else EndpointStanding.NEW


def endpoints() -> Any:
    """Every address of the practice, with how much waits and was given up."""
    return WebhookEndpoint.objects.annotate(
        waiting_count=Count("deliveries", filter=Q(deliveries__state=WebhookState.WAITING)),
        given_up_count=Count("deliveries", filter=Q(deliveries__state=WebhookState.GIVEN_UP)),
    )


ENDPOINTS = ListSpec(
    name="core.webhooks",
    title="Webhooks",
    noun="address,addresses",
    lead="Other systems of the practice that are told when something happens, signed.",
    queryset=lambda request: endpoints(),
    columns=[
        Column("name", "System", value="name", sub="url", kind="link", sort="name"),
        Column("standing", "Status", value=standing_of, kind="chip",
               choices="core.EndpointStanding"),
        Column("waiting", "Waiting", value="waiting_count", kind="number", sort="waiting_count"),
        Column("given_up", "Given up", value="given_up_count", kind="number",
               sort="given_up_count"),
        Column("last", "Last taken", value="delivered_at", kind="datetime", sort="delivered_at"),
        Column("events", "Is told", value=lambda row: ", ".join(row.events), priority=3),
    ],
    buckets=[
        Bucket("all", "All", Q(), done="No other system is told anything."),
        Bucket("stopped", "Stopped", Q(state=EndpointState.FAILED), act=True,
               done="Every system that is switched on is told."),
    ],
    default_sort="name",
    row_url=lambda row: reverse("core:webhook", args=[row.public_id]),
    row_label=lambda row: row.name,
    empty=Empty("No webhook yet", "An admin adds the address of a system that is told.", "send"),
    primary=None,
)  # fmt: skip


def webhook_list(request: HttpRequest) -> HttpResponse:
    return list_view(request, ENDPOINTS, "core/webhooks.html", {"may_set_up": may_set_up(request)})


@require_http_methods(["GET", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    """The form; answered, the one page that ever shows the secret."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, secret = make_endpoint(
                practice=request.practice,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            return shown_once(request, secret, row.name, _url(row), "signing secret")
    status = 422 if form.is_bound else 200
    return page(request, "core/webhook_new.html", None, {"form": form}, status=status)


@require_GET
def webhook(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, _endpoint(public_id))


@require_POST
def webhook_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row, form = _endpoint(public_id), WebhookForm(request.POST)
    if form.is_valid():
        try:
            change_endpoint(row, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Kept: it counts from the next event")
            return go(request, _url(row))
    return _shown(request, _endpoint(public_id), {"form": form}, status=422)


@require_POST
def webhook_switch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row, on = _endpoint(public_id), request.POST.get("to") == "on"
    switch_endpoint(row, on=on)
    say(request, "Switched on: what waits is sent" if on else "Switched off: nothing is sent")
    return go(request, _url(row))


@require_POST
def webhook_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The one page that shows the new secret."""
    row = _endpoint(public_id)
    try:
        secret = renew_secret(row, drops_oldest=bool(request.POST.get("drops_oldest")))
    except Conflict as error:
        say(request, error.message, tone="danger")
        return go(request, _url(row))
    return shown_once(request, secret, row.name, _url(row), "signing secret")


@require_POST
def webhook_test(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = _endpoint(public_id)
    try:
        send_test_event(row)
    except ApplicationError as error:
        say(request, error.message, tone="danger")
    else:
        say(request, "Queued: load the page again in a moment for the answer")
    return go(request, _url(row))


@require_POST
def webhook_replay(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One delivery again, or all that were given up."""
    row = _endpoint(public_id)
    chosen = known_ids(request.POST.getlist("delivery"))
    count = replay(row, chosen if "delivery" in request.POST else None)
    say(request, f"Sent again: {count}" if count else "There was nothing to send again")
    return go(request, _url(row))


def _url(row: WebhookEndpoint) -> str:
    return reverse("core:webhook", args=[row.public_id])


def _endpoint(public_id: UUID) -> WebhookEndpoint:
    found: WebhookEndpoint = get_or_404(endpoints(), public_id)
    return found


def _shown(
    request: HttpRequest,
    row: WebhookEndpoint,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    initial = {"name": row.name, "url": row.url, "events": row.events}
    context: dict[str, Any] = {
        "endpoint": row,
        "standing": standing_of(row),
        "overlap_until": overlap_until(row),
        "deliveries": last_deliveries(row),
        "most_tries": MOST_TRIES,
        "told": [kind for kind in event_kinds() if kind.name in row.events],
        "form": WebhookForm(initial=initial),
        "work": open_items(row),
        "entries": list(timeline.entries_for(row)),
        "may_set_up": may_set_up(request),
        **(more or {}),
    }
    return page(request, "core/webhook.html", None, context, status=status)


def last_deliveries(row: WebhookEndpoint) -> list[WebhookDelivery]:
    """The newest deliveries, each with its tries, the newest first."""
    rows = WebhookDelivery.objects.filter(endpoint=row).select_related("event")
    found = rows.annotate(last_try=Max("tries__pk")).prefetch_related("tries")
    return list(found.order_by("-pk")[:SHOWN])
