"""What a person or a program reads when something may not be, is not there, or broke."""

from collections.abc import Collection
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from core import access, audit
from core.choices import Role
from core.models import Membership

log = structlog.get_logger(__name__)
API_PREFIXES = ("/api/", "/payers/")


def problem(status: int, title: str, detail: str, **more: Any) -> JsonResponse:
    """An answer in the one error shape of the API (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def forbidden(request: HttpRequest, roles: Collection[str] | str) -> HttpResponse:
    """Says which roles may, and who can give one. The refusal is kept in the audit log."""
    names = set() if isinstance(roles, str) else set(roles)
    practice = getattr(request, "practice", None)
    match = request.resolver_match
    audit.record(
        "access.refused", note=match.view_name if match else "no address", practice=practice
    )
    context = {
        "needed": access.role_names(names),
        "has_role": bool(getattr(request, "role", "")),
        "admins": _who_can_grant(practice),
        "reference": reference_of(request),
    }
    return HttpResponse(render_to_string("403.html", context, request=request), status=403)


def _who_can_grant(practice: Any) -> list[str]:
    if practice is None:
        return []
    admins = Membership.objects.filter(
        practice=practice, role=Role.PRACTICE_ADMIN, is_active=True, user__is_active=True
    ).select_related("user")
    return [str(one.user) for one in admins[:3]]


def reference_of(request: HttpRequest) -> str:
    """The short reference a person can read out; the log has it in full."""
    return str(getattr(request, "request_id", ""))[-12:]


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised inside a view."""
    if request.path.startswith(API_PREFIXES):
        return problem(403, "Not allowed", "This credential may not do that.")
    return forbidden(request, roles=())


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for this practice; the two look the same on purpose."""
    if request.path.startswith(API_PREFIXES):
        return problem(404, "Not found", "There is nothing at this address.")
    body = render_to_string("404.html", {"reference": reference_of(request)}, request=request)
    return HttpResponse(body, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a plain sentence and a reference. Touches no database: it may be what broke."""
    reference = reference_of(request)
    if request.path.startswith(API_PREFIXES):
        return problem(500, "Internal error", f"Nothing was changed. Reference {reference}.")
    return HttpResponse(render_to_string("500.html", {"reference": reference}), status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read."""
    if request.path.startswith(API_PREFIXES):
        return problem(400, "Bad request", "The request could not be read.")
    body = render_to_string("500.html", {"reference": reference_of(request), "is_400": True})
    return HttpResponse(body, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form from an expired or foreign page: nothing was done, try again."""
    log.info("form refused", reason=reason[:100])
    context = {"is_stale_form": True, "reference": reference_of(request)}
    return HttpResponse(render_to_string("403.html", context, request=request), status=403)
