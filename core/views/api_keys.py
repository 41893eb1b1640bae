"""API keys of the practice's own systems: made once, shown once, watched, renewed, revoked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock, timeline
from core.access_rules import INTEGRATORS
from core.actors import API
from core.api.scopes import all_scopes
from core.errors import ApplicationError, Conflict
from core.integration_forms import ApiKeyForm, ChangeApiKeyForm
from core.key_standing import standing_of_key
from core.lists import Bucket, Column, Empty, ListSpec, list_view
from core.models import ApiToken, AuditEvent
from core.services.api_tokens import (
    change_api_token,
    issue_api_token,
    overlap_until,
    renew_api_token,
    revoke_api_token,
)
from core.services.work import open_items
from core.web import add_error, get_or_404, go, page, say

SHOWN = 50

KEYS = ListSpec(
    name="core.api-keys",
    title="API keys",
    noun="key,keys",
    lead="With a key another system of the practice reads and writes by the REST API.",
    queryset=lambda request: ApiToken.objects.select_related("practice"),
    columns=[
        Column("name", "Key", value="name", sub="prefix", kind="link", sort="name"),
        Column("standing", "Status", value=lambda row: standing_of_key(row).state, kind="chip",
               choices="core.KeyStanding"),
        Column("scopes", "May", value=lambda row: ", ".join(row.scopes), priority=3),
        Column("last", "Last used", value="last_used_at", kind="datetime", sort="last_used_at"),
        Column("ends", "Ends", value="expires_at", kind="datetime", sort="expires_at"),
    ],
    buckets=[
        Bucket("open", "In force", Q(revoked_at=None), done="There is no key in force."),
        Bucket("revoked", "Revoked", Q(revoked_at__isnull=False), done="No key was revoked."),
    ],
    default_sort="name",
    row_url=lambda row: reverse("core:api-key", args=[row.public_id]),
    row_label=lambda row: row.name,
    empty=Empty("No key yet", "An admin makes one for each system that connects.", "key"),
    primary=None,
)  # fmt: skip


def key_list(request: HttpRequest) -> HttpResponse:
    return list_view(request, KEYS, "core/api_keys.html", {"may_set_up": may_set_up(request)})


@require_http_methods(["GET", "POST"])
def key_new(request: HttpRequest) -> HttpResponse:
    """The form; answered, the one page that ever shows the key."""
    form = ApiKeyForm(request.POST or None, practice=request.practice)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        token, secret = issue_api_token(
            practice=request.practice,  # type: ignore[attr-defined]
            name=form.cleaned_data["name"],
            **form.as_arguments(),
        )
        return shown_once(
            request, secret, token.name, reverse("core:api-key", args=[token.public_id]), "API key"
        )
    status = 422 if form.is_bound else 200
    return page(request, "core/api_key_new.html", None, {"form": form}, status=status)


@require_GET
def key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, _token(public_id))


@require_POST
def key_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    token = _token(public_id)
    form = ChangeApiKeyForm(request.POST, practice=token.practice)
    if form.is_valid():
        try:
            change_api_token(token, **form.as_arguments())
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Kept: it counts from the next call")
            return go(request, _url(token))
    return _shown(request, token, {"form": form}, status=422)


@require_POST
def key_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The one page that shows the new key; nothing keeps it, not even the session."""
    token = _token(public_id)
    try:
        secret = renew_api_token(token, drops_oldest=bool(request.POST.get("drops_oldest")))
    except (Conflict, ApplicationError) as error:
        say(request, error.message, tone="danger")
        return go(request, _url(token))
    return shown_once(request, secret, token.name, _url(token), "API key")


@require_POST
def key_revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    token = _token(public_id)
    revoke_api_token(token)
    say(request, "Revoked: the next call with it is refused")
    return go(request, _url(token))


def shown_once(request: HttpRequest, secret: str, name: str, back: str, what: str) -> HttpResponse:
    """A page with a secret on it, which no browser keeps."""
    context = {"secret": secret, "name": name, "back": back, "what": what}
    response = page(request, "core/shown_once.html", None, context)
    response["Cache-Control"] = "no-store"
    return response


def may_set_up(request: HttpRequest) -> bool:
    """Whether the person may make and change keys and addresses."""
    return getattr(request, "role", "") in INTEGRATORS


def base_of(request: HttpRequest) -> str:
    """Where this installation is reached from outside, without the slash at the end."""
    return (settings.CLAIMLINE_PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")


def _token(public_id: UUID) -> ApiToken:
    return get_or_404(ApiToken.objects.select_related("practice"), public_id)


def _shown(
    request: HttpRequest,
    token: ApiToken,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    meanings = dict(all_scopes())
    context: dict[str, Any] = {
        "token": token,
        "standing": standing_of_key(token),
        "scopes": [(name, meanings.get(name, "")) for name in token.scopes],
        "overlap_until": overlap_until(token),
        "acts": _acts(token),
        "form": ChangeApiKeyForm(practice=token.practice, initial=_initial(token)),
        "work": open_items(token),
        "entries": list(timeline.entries_for(token)),
        "may_set_up": may_set_up(request),
        "address": f"{base_of(request)}/api/v1/",
        **(more or {}),
    }
    return page(request, "core/api_key.html", None, context, status=status)


def _initial(token: ApiToken) -> dict[str, Any]:
    end = token.expires_at
    # It ends with the first instant after its last day.
    last = clock.local(end - timedelta(seconds=1), token.practice).date() if end else None
    return {
        "scopes": token.scopes,
        "calls_per_minute": token.calls_per_minute,
        "last_day": last,
    }


def _acts(token: ApiToken) -> list[AuditEvent]:
    """What was read and done with the key lately, as the audit log has it."""
    rows = AuditEvent.objects.filter(
        practice_id=token.practice_id, actor_kind=API, actor_name=token.name
    )
    return list(rows.order_by("-at")[:SHOWN])


def _url(token: ApiToken) -> str:
    return reverse("core:api-key", args=[token.public_id])
