"""The frame's own doors: live numbers, another practice, theme and density."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core import audit, navigation
from core.access import READERS
from core.context import DENSITIES, DENSITY_COOKIE, KEYS_COOKIE, THEME_COOKIE, THEMES
from core.middleware import PRACTICE_KEY
from core.selectors import running_jobs
from core.views.sign_in import landing_url
from core.web import safe_next

YEAR = 365 * 24 * 3600
CHOICES = {
    THEME_COOKIE: {value for value, _ in THEMES},
    DENSITY_COOKIE: {value for value, _ in DENSITIES},
    KEYS_COOKIE: {"", "off"},
}


@require_GET
def shell(request: HttpRequest) -> HttpResponse:
    """Running jobs, and the counts of the menu out of band. Pages ask for it by themselves."""
    role = request.role  # type: ignore[attr-defined]
    jobs = running_jobs() if role in READERS else []
    context = {"jobs": jobs, "counts": navigation.counts_for(request, role)}
    return render(request, "_partials/shell.html", context)


@require_POST
def switch_practice(request: HttpRequest) -> HttpResponse:
    """Work for another of one's own practices."""
    wanted = request.POST.get("practice", "")
    for membership in request.memberships:  # type: ignore[attr-defined]
        if str(membership.practice.public_id) == wanted:
            request.session[PRACTICE_KEY] = wanted
            audit.record("practice.switched", practice=membership.practice)
            return HttpResponseRedirect(landing_url())
    raise Http404("No such practice")


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep theme, density and single keys on or off, in cookies that hold nothing else."""
    response = HttpResponseRedirect(safe_next(request, landing_url()))
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value is not None and value in allowed:
            response.set_cookie(
                name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
            )
    return response
