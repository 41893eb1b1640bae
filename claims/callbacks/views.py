"""The insurers' door: one address for each credential, POST only."""

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from claims.callbacks import answers
from claims.callbacks.answers import Answer, refusal
from claims.callbacks.events import content_type
from claims.callbacks.openapi import document
from claims.callbacks.rate import count_refusal, wait_of_address
from claims.callbacks.receive import (
    Callback,
    find_credential,
    keep_call,
    receive_callback,
    refuse_by_head,
    size_limit,
    too_big,
)
from claims.callbacks.trust import Peer, peer_of

log = structlog.get_logger(__name__)
RETRY_SECONDS = 30
# What is answered before a call is believed: not genuine, too big, of a kind that is not read.
NOT_BELIEVED = frozenset({401, 413, 415})


@csrf_exempt  # callers prove themselves by signature; there is no cookie to abuse
def events(request: HttpRequest, key_id: str) -> HttpResponse:
    """Take one event; the answers are those of the contract (docs/callbacks.md)."""
    if request.method != "POST":
        return _response(refusal(answers.METHOD_NOT_ALLOWED))
    try:
        answer = _answer(request, key_id)
    except (OperationalError, InterfaceError) as error:
        log.error("callback_database_away", error=type(error).__name__)
        answer = refusal(answers.TRY_AGAIN, retry_after=RETRY_SECONDS)
    return _response(answer)


@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The door's description in OpenAPI 3.1; the same for everybody, and no secret."""
    return JsonResponse(document(), json_dumps_params={"indent": 1})


def _response(answer: Answer) -> HttpResponse:
    return JsonResponse(
        answer.body, status=answer.status, headers=answer.headers, content_type=answer.content_type
    )


def _answer(request: HttpRequest, key_id: str) -> Answer:
    peer = peer_of(request.headers, request.META.get("REMOTE_ADDR", ""))
    if wait := wait_of_address(peer.address):
        return refusal(answers.RATE_LIMITED, retry_after=wait)
    answer = _answer_of(request, key_id, peer)
    if answer.status in NOT_BELIEVED:
        count_refusal(peer.address)
    return answer


def _answer_of(request: HttpRequest, key_id: str, peer: Peer) -> Answer:
    credential = find_credential(key_id)
    early = Callback(key_id, request.headers, b"", peer)
    answer = refuse_by_head(credential, request.headers)
    body = b""
    if answer is None:
        # Read once, one byte more than allowed: without a Content-Length the limit still holds.
        limit = size_limit(credential, content_type(request.headers.get("Content-Type", ""))[0])
        try:
            body = request.read(limit + 1)
        except (RawPostDataException, OSError):
            answer = refusal(answers.UNREADABLE)
        else:
            answer = too_big(limit) if len(body) > limit else None
    if answer is not None:
        keep_call(credential, early, answer)
        return answer
    return receive_callback(credential, Callback(key_id, request.headers, body, peer))
