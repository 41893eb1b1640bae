"""The page of one key for the payer's engineers, at a secret address instead of a sign-in (S46).

Whoever has the address sees how to call, what was answered and why, and can send test events.
Nothing here names a patient or a claim, and no secret is shown.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from claims.callbacks.answers import ACCEPTED
from claims.callbacks.try_it import try_door
from claims.forms import TryDoorForm
from claims.keys import page_context
from claims.models import PayerPageLink
from claims.services.page_links import open_link
from core.tenancy import practice_scope
from core.web import say

GONE = "This link has ended or was never given. Ask the practice for a new one."


@require_GET
def show(request: HttpRequest, token: str) -> HttpResponse:
    """The page; 404 for a token that opens nothing."""
    return _drawn(request, token, _link(token), TryDoorForm())


@require_POST
def try_it(request: HttpRequest, token: str) -> HttpResponse:
    """Send a test event and go back to the page, where it stands among the last calls."""
    link, form = _link(token), TryDoorForm(request.POST)
    if not form.is_valid():
        return _drawn(request, token, link, form, status=422)
    answer = try_door(link.credential, form.cleaned_data["kind"])
    if answer.word == ACCEPTED:
        say(request, f"Answered {answer.status}. It is read in a moment: load the page again")
    else:
        say(request, f"Answered {answer.status}: {answer.why}", tone="warn")
    return _guarded(redirect("payer-page", token))


def _link(token: str) -> PayerPageLink:
    link = open_link(token)
    if link is None:
        raise Http404(GONE)
    return link


def _drawn(
    request: HttpRequest, token: str, link: PayerPageLink, form: TryDoorForm, *, status: int = 200
) -> HttpResponse:
    with practice_scope(link.practice):
        context: dict[str, Any] = {
            **page_context(link.credential, request.build_absolute_uri("/")),
            "practice": link.practice,
            "link": link,
            "token": token,
            "try_form": form,
        }
        return _guarded(render(request, "claims/payer_page.html", context, status=status))


def _guarded(response: HttpResponse) -> HttpResponse:
    """The address is a secret: no other site learns it, nothing keeps it.

    Not "no-referrer": with it browsers send `Origin: null`, and the form would be refused.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
