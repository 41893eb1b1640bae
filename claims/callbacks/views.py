"""The insurers' door: one address for each credential, POST only."""

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from claims.callbacks.receive import (
    Answer,
    Callback,
    find_credential,
    receive_callback,
    refuse_by_head,
    size_limit,
    too_big,
)

log = structlog.get_logger(__name__)
RETRY_SECONDS = "30"


@csrf_exempt  # callers prove themselves by signature; there is no cookie to abuse
@require_POST
def events(request: HttpRequest, key_id: str) -> HttpResponse:
    """Take one event; the answers are those of the contract (docs/callbacks.md)."""
    try:
        answer = _answer(request, key_id)
    except (OperationalError, InterfaceError) as error:
        log.error("callback_database_away", error=type(error).__name__)
        answer = Answer(503, {"error": "try_again"}, {"Retry-After": RETRY_SECONDS})
    return JsonResponse(answer.body, status=answer.status, headers=answer.headers)


def _answer(request: HttpRequest, key_id: str) -> Answer:
    credential = find_credential(key_id)
    refusal = refuse_by_head(credential, request.headers)
    if refusal:
        return refusal
    # Read once, one byte more than allowed: without a Content-Length the limit still holds.
    limit = size_limit(credential, (request.content_type or "").lower())
    try:
        body = request.read(limit + 1)
    except (RawPostDataException, OSError):
        return Answer(400, {"error": "unreadable"})
    if len(body) > limit:
        return too_big(credential, len(body))
    return receive_callback(credential, Callback(key_id, request.headers, body))
