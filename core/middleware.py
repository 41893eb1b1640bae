"""What wraps every request: an id, strict headers, the practice in scope, and the access table."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.cache import patch_cache_control

from core import access, clock
from core.actors import Actor, acting_as, person
from core.ids import uuid7
from core.models import Membership
from core.tenancy import no_practice, practice_scope
from core.views.errors import bad_request, forbidden

GetResponse = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
PRACTICE_KEY = "practice"  # session: public id of the practice a person works for
SEEN_KEY = "seen_at"  # session: when the person, not the page's heartbeat, last did something
HEARTBEAT = "X-Heartbeat"  # sent by requests that a page makes by itself


class RequestIdMiddleware:
    """Every request has an id: in its log lines, its audit rows and on its error page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        request.request_id = uuid7()  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(request.request_id))  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response.headers.setdefault("X-Request-ID", str(request.request_id))  # type: ignore[attr-defined]
            return response
        finally:
            structlog.contextvars.clear_contextvars()


class UnstorableTextMiddleware:
    """Text with a NUL byte, which no database keeps, is a bad request and no error of ours."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """psycopg2 refuses such a text before it sends anything, PostgreSQL one within JSON."""
        refusals = ("cannot contain NUL", "\\u0000 cannot be converted")
        is_text = isinstance(exception, ValueError | DataError)
        if is_text and any(words in str(exception) for words in refusals):
            return bad_request(request, exception)
        return None


class ContentSecurityPolicyMiddleware:
    """Nothing but our own files; nothing is kept by the browser or told to other sites."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response


class PracticeMiddleware:
    """Enters the practice and the acting person for as long as the request lasts.

    Sets request.memberships, request.membership, request.practice and request.role. The API enters
    its own practice through request.scope, which ends with the request too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        _set_nobody(request)
        with ExitStack() as scope:
            request.scope_stack = scope  # type: ignore[attr-defined]
            scope.enter_context(no_practice())
            scope.enter_context(acting_as(Actor(request_id=request_id_of(request))))
            scope.callback(timezone.deactivate)
            if request.user.is_authenticated and not _sign_out_idle(request):
                _enter(request, scope)
            return self.get_response(request)


def request_id_of(request: HttpRequest) -> UUID:
    """The request's id; a new one where the middleware did not run."""
    found: UUID = getattr(request, "request_id", None) or uuid7()
    return found


def _set_nobody(request: HttpRequest) -> None:
    request.memberships = []  # type: ignore[attr-defined]
    request.membership = request.practice = None  # type: ignore[attr-defined]
    request.role = ""  # type: ignore[attr-defined]


def _sign_out_idle(request: HttpRequest) -> bool:
    """End a session in which the person did nothing for too long; heartbeats do not count."""
    now = int(clock.now().timestamp())
    seen = request.session.get(SEEN_KEY)
    if seen is not None and now - seen > settings.SESSION_COOKIE_AGE:
        logout(request)
        return True
    if HEARTBEAT not in request.headers:
        request.session[SEEN_KEY] = now
    return False


def _enter(request: HttpRequest, scope: ExitStack) -> None:
    user: Any = request.user
    memberships = list(
        Membership.objects.filter(user=user, is_active=True, practice__is_active=True)
        .select_related("practice")
        .order_by("pk")
    )
    wanted = request.session.get(PRACTICE_KEY)
    chosen = next((one for one in memberships if str(one.practice.public_id) == wanted), None)
    membership = chosen or (memberships[0] if memberships else None)
    request.memberships = memberships  # type: ignore[attr-defined]
    scope.enter_context(acting_as(person(user, "screen", request_id_of(request))))
    if membership is None:
        return
    request.membership = membership  # type: ignore[attr-defined]
    request.practice = membership.practice  # type: ignore[attr-defined]
    request.role = membership.role  # type: ignore[attr-defined]
    scope.enter_context(practice_scope(membership.practice))
    timezone.activate(ZoneInfo(membership.practice.time_zone))
    structlog.contextvars.bind_contextvars(user_id=user.pk, practice_id=membership.practice_id)


class AccessMiddleware:
    """Denies by default: a page opens only where the access table says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let the request through (None), or answer it here."""
        match = request.resolver_match
        row = access.row_for(match.view_name) if match else None
        method = request.method or "GET"
        if row is not None and row.allows(method, None):
            return None
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if row is None:
            return forbidden(request, roles=())
        roles = row.roles_for(method)
        if roles is None:
            return HttpResponseNotAllowed([name for name in ("GET", "POST") if row.roles_for(name)])
        if not row.allows(method, request.role):  # type: ignore[attr-defined]
            return forbidden(request, roles=roles)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in first. The way back is kept for pages only; htmx is told to load the whole page."""
    path = request.get_full_path() if request.method == "GET" else "/"
    if request.headers.get("HX-Request") == "true":
        here = urlsplit(request.headers.get("HX-Current-URL", ""))
        page = f"{here.path or '/'}?{here.query}" if here.query else here.path or "/"
        target = redirect_to_login(page, login_url=settings.LOGIN_URL)
        return HttpResponse(status=204, headers={"HX-Redirect": target["Location"]})
    return redirect_to_login(path, login_url=settings.LOGIN_URL)
