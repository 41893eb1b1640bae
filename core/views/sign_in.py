"""Signing in and out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import sign_in
from core.context import optional_url
from core.forms import SignInForm
from core.models import Practice
from core.web import safe_next


def landing_url() -> str:
    """The first page after signing in."""
    return optional_url("desk:home") or reverse("core:jobs")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Show the form; on success go where the person was going."""
    if request.user.is_authenticated and getattr(request, "membership", None) is not None:
        return HttpResponseRedirect(safe_next(request, landing_url()))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = sign_in.attempt(request, **form.cleaned_data)
        if outcome.user is not None:
            return HttpResponseRedirect(outcome.next_step or safe_next(request, landing_url()))
        form.add_error(None, outcome.refusal)
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "is_demo": getattr(settings, "DEMO", False) and has_demo_practice(),
        "idle_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "core/sign_in.html", context, status=status)


def has_demo_practice() -> bool:
    """Whether the fictional practice is loaded, so that the page may name its sign-ins."""
    return Practice.objects.filter(is_demo=True).exists()


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and come back to the door."""
    sign_in.sign_out(request)
    return HttpResponseRedirect(reverse("core:sign-in"))
