"""Callback keys: how each is doing, what came with it, and handing it over (S36, S46)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims.access import KEY_KEEPERS
from claims.callbacks.answers import ACCEPTED
from claims.callbacks.try_it import try_door
from claims.forms import PageLinkForm, TryDoorForm
from claims.keys import keys, page_context, scopes_of
from claims.models import PayerCredential, PayerPageLink
from claims.services.credentials import revoke_credential, rotate_secret
from claims.services.page_links import end_link, make_link
from core import clock, timeline
from core.access import ADMINS
from core.errors import ApplicationError, Conflict
from core.key_standing import standing_of_key
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.services.work import open_items
from core.web import add_error, get_or_404, go, known_ids, page, say

KEYS = ListSpec(
    name="claims.callback-keys",
    title="Callback keys",
    noun="key,keys",
    lead="With a key a payer or clearinghouse posts its answers to us, signed.",
    queryset=lambda request: keys(),
    columns=[
        Column("name", "Key", value="name", kind="link", sort="name"),
        Column("standing", "Status", value=lambda row: standing_of_key(row).state, kind="chip",
               choices="core.KeyStanding"),
        Column("partner", "Of", value="partner.name", sort="partner__name"),
        Column("payer", "Answers for", value=lambda row: row.payer.name if row.payer else "",
               sort="payer__name", priority=3),
        Column("scopes", "May deliver", value=lambda row: ", ".join(scopes_of(row)), priority=3),
        Column("waiting", "Set aside", value="waiting_count", kind="number", sort="waiting_count"),
        Column("last", "Last message", value="last_message_at", kind="datetime",
               sort="last_message_at"),
        Column("ends", "Ends", value="expires_at", kind="datetime", sort="expires_at"),
    ],
    buckets=[
        Bucket("open", "In force", Q(revoked_at=None), done="There is no key in force."),
        Bucket("waiting", "With messages set aside", Q(waiting_count__gt=0), act=True,
               done="Nothing that came with a key waits for a person."),
        Bucket("revoked", "Revoked", Q(revoked_at__isnull=False), done="No key was revoked."),
    ],
    default_sort="name",
    row_url=lambda row: reverse("claims:callback-key", args=[row.public_id]),
    row_label=lambda row: row.name,
    empty=Empty("No key yet", "An admin makes one for each payer that posts its answers.", "key"),
)  # fmt: skip


def key_list(request: HttpRequest) -> HttpResponse:
    extra = {"may_set_up": getattr(request, "role", "") in ADMINS}
    return list_view(request, KEYS, "claims/keys.html", extra)


@require_GET
def key(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return _shown(request, _credential(public_id))


@require_POST
def try_it(request: HttpRequest, public_id: UUID) -> HttpResponse:
    credential, form = _credential(public_id), TryDoorForm(request.POST)
    if not form.is_valid():
        return _shown(request, credential, {"try_form": form}, status=422)
    answer = try_door(credential, form.cleaned_data["kind"])
    if answer.word == ACCEPTED:
        say(request, f"Answered {answer.status}: it is read in a moment")
    else:
        say(request, f"Answered {answer.status}: {answer.why}", tone="warn")
    return go(request, _url(credential))


@require_POST
def rotate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The one page that shows the new secret; nothing keeps it, not even the session."""
    credential = _credential(public_id)
    if credential.revoked_at:
        say(request, "The key is revoked: make a new one", tone="danger")
        return go(request, _url(credential))
    try:
        secret = rotate_secret(
            credential=credential, drops_oldest=bool(request.POST.get("drops_oldest"))
        )
    except Conflict as error:
        say(request, error.message, tone="danger")
        return go(request, _url(credential))
    credential.refresh_from_db()
    return _once(request, credential, {"shown": secret, "secret": secret})


@require_POST
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    credential = _credential(public_id)
    revoke_credential(credential=credential)
    say(request, "Revoked: the next call with it is refused")
    return go(request, _url(credential))


@require_POST
def link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The one page that shows the link to the payer's page."""
    credential, form = _credential(public_id), PageLinkForm(request.POST)
    if form.is_valid():
        try:
            made, token = make_link(credential=credential, given_to=form.cleaned_data["given_to"])
        except ApplicationError as error:
            add_error(form, error)
        else:
            address = _base(request) + reverse("payer-page", args=[token])
            return _once(request, credential, {"shown": address, "link": made})
    return _shown(request, credential, {"link_form": form}, status=422)


@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    credential = _credential(public_id)
    chosen = known_ids(request.POST.getlist("link"))
    for one in PayerPageLink.objects.filter(credential=credential, public_id__in=chosen):
        end_link(one)
        say(request, "The link is ended")
    return go(request, _url(credential))


def _credential(public_id: UUID) -> PayerCredential:
    return get_or_404(keys(), public_id)


def _shown(
    request: HttpRequest,
    credential: PayerCredential,
    more: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    now, role = clock.now(), getattr(request, "role", "")
    context: dict[str, Any] = {
        **page_context(credential, _base(request)),
        "try_form": TryDoorForm(),
        "link_form": PageLinkForm(),
        "links": credential.page_links.filter(ended_at=None, expires_at__gt=now),
        "work": open_items(credential),
        "entries": list(timeline.entries_for(credential)),
        "may_keep": role in KEY_KEEPERS,
        "may_set_up": role in ADMINS,
        **(more or {}),
    }
    return page(request, "claims/key.html", "claims/_key_body.html", context, status=status)


def _once(
    request: HttpRequest, credential: PayerCredential, context: dict[str, Any]
) -> HttpResponse:
    context = {"credential": credential, **context}
    response = page(request, "claims/key_secret.html", None, context)
    response["Cache-Control"] = "no-store"
    return response


def _base(request: HttpRequest) -> str:
    """Where this installation is reached from outside, without the slash at the end."""
    return (settings.CLAIMLINE_PUBLIC_URL or request.build_absolute_uri("/")).rstrip("/")


def _url(credential: PayerCredential) -> str:
    return reverse("claims:callback-key", args=[credential.public_id])
