"""Home: the page a person starts the day on."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.context import DENSITY_COOKIE, KEYS_COOKIE, THEME_COOKIE
from core.sign_in import PREVIOUS_KEY
from core.web import page
from desk.homes import build, home_of
from desk.homes.changes import since
from desk.services.set_preference import preference_of
from desk.views.preferences import set_cookies


def home(request: HttpRequest) -> HttpResponse:
    """The role's cards and tables; `?part=cards` is the cards alone, counted anew."""
    role: str = request.role  # type: ignore[attr-defined]
    spec = home_of(role)
    context = {
        "home": spec,
        "groups": build(request, spec.groups),
        "checked_at": clock.now(),
    }
    if request.GET.get("part") == "cards":
        return render(request, "desk/_home_cards.html", context)
    previous = _previous_sign_in(request)
    context |= {
        "today": clock.today(request.practice),  # type: ignore[attr-defined]
        "previous": previous,
        "tables": [table(request) for table in spec.tables],
        "changes": since(request, previous) if spec.changes else None,
        "next_url": spec.next_url(request) if spec.next_url else "",
    }
    response = page(request, "desk/home.html", None, context)
    _apply_preference(request, response)
    return response


def _previous_sign_in(request: HttpRequest) -> datetime | None:
    text = request.session.get(PREVIOUS_KEY, "")
    return datetime.fromisoformat(text) if text else None


def _apply_preference(request: HttpRequest, response: HttpResponse) -> None:
    """A new browser learns the person's look here; one that has cookies keeps what it shows."""
    if {THEME_COOKIE, DENSITY_COOKIE, KEYS_COOKIE} & request.COOKIES.keys():
        return
    kept = preference_of(request.practice, request.user)  # type: ignore[attr-defined]
    if kept.pk:
        set_cookies(request, response, kept)
