"""Preferences of a person, and their saved views."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from core.context import DENSITY_COOKIE, KEYS_COOKIE, THEME_COOKIE
from core.models import User
from core.web import go, page, safe_next, say
from desk.forms import PreferenceForm
from desk.models import Preference, SavedView
from desk.services.remove_saved_view import remove_saved_view
from desk.services.set_preference import preference_of, set_preference

YEAR = 365 * 24 * 3600


def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep theme, density and keys; list the person's saved views."""
    practice = request.practice  # type: ignore[attr-defined]
    kept = preference_of(practice, request.user)
    first = {"theme": kept.theme, "density": kept.density, "single_keys": kept.single_keys}
    form = PreferenceForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        kept = set_preference(practice=practice, user=request.user, **form.cleaned_data)
        say(request, "Preferences kept")
        response = go(request, reverse("desk:preferences"))
        set_cookies(request, response, kept)
        return response
    views = SavedView.objects.filter(user=cast("User", request.user)).exclude(title="")
    status = 422 if form.is_bound else 200
    context = {"form": form, "views": views}
    return page(request, "desk/preferences.html", None, context, status=status)


def set_cookies(request: HttpRequest, response: HttpResponse, kept: Preference) -> None:
    """The shell reads the look from cookies, so that a page needs no query for it."""
    values = {
        THEME_COOKIE: kept.theme,
        DENSITY_COOKIE: kept.density,
        KEYS_COOKIE: "" if kept.single_keys else "off",
    }
    for name, value in values.items():
        response.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )


@require_POST
def saved_view_remove(request: HttpRequest, key: str) -> HttpResponse:
    """Forget one of one's own views."""
    view = get_object_or_404(SavedView.objects.filter(user=cast("User", request.user)), key=key)
    remove_saved_view(view)
    say(request, "View removed")
    return go(request, safe_next(request, reverse("desk:preferences")))
