"""One error shape for the whole API: RFC 9457, with the fields at fault listed one by one."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import ApplicationError, Conflict, NotAllowed, NotFound

PROBLEM = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Cannot be processed",
    429: "Too many requests",
}
STATUS_OF: tuple[tuple[type[ApplicationError], int], ...] = (
    (NotAllowed, status.HTTP_403_FORBIDDEN),
    (NotFound, status.HTTP_404_NOT_FOUND),
    (Conflict, status.HTTP_409_CONFLICT),
    (ApplicationError, status.HTTP_422_UNPROCESSABLE_ENTITY),
)


def problem_response(
    status_code: int, detail: str, *, errors: list[dict[str, str]] | None = None, **more: Any
) -> Response:
    """A problem: `errors` names each field and what is wrong with it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status_code, "Error"),
        "status": status_code,
        "detail": detail,
        **more,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status_code, content_type=PROBLEM)


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every expected exception as a problem; None for the others, which become a 500."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, ApplicationError):
        set_rollback()
        return _from_application(exc)
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    response = _from_api(exc)
    for name in ("WWW-Authenticate", "Retry-After"):
        value = getattr(exc, {"WWW-Authenticate": "auth_header", "Retry-After": "wait"}[name], None)
        if value:
            response[name] = str(value)
    return response


def _from_application(exc: ApplicationError) -> Response:
    code = next(code for kind, code in STATUS_OF if isinstance(exc, kind))
    errors = [{"field": exc.field, "message": exc.message}] if exc.field else None
    return problem_response(code, exc.message, errors=errors, code=exc.code)


def _from_api(exc: exceptions.APIException) -> Response:
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_flat(exc.detail))
        detail = f"{len(errors)} problem{'s' if len(errors) != 1 else ''} in what was sent."
        return problem_response(422, detail, errors=errors)
    detail = exc.detail if isinstance(exc.detail, str) else "See errors."
    return problem_response(exc.status_code, str(detail))


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Nested serializer errors as a flat list of dotted fields."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, here))))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}.{index}".strip(".") if nested else path)
    else:
        yield {"field": path, "message": str(detail)}
