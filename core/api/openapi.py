"""The whole API in OpenAPI 3.1, made from the views that answer and the events that are told."""

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from core.api import schema  # noqa: F401  (describes keys to the generator)
from core.api.errors import PROBLEM, TITLES
from core.webhooks.events import EventKind, all_event_kinds

Node = dict[str, Any]
_STRING: Node = {"type": "string"}
# What may be answered to whom, besides what the view says itself.
_EVERYWHERE = (401, 403, 406, 429)
_WITH_BODY = (400, 409, 413, 415, 422)
_WITH_QUERY = (404, 422)
_RATE_HEADERS = {
    "RateLimit-Limit": "Calls a minute that the key may make",
    "RateLimit-Remaining": "Calls left in this minute",
    "RateLimit-Reset": "Seconds until the next minute",
}
_WEBHOOK_HEADERS = {
    "webhook-id": "The event's name, the same at every try: what you have seen, pass over",
    "webhook-timestamp": "Seconds since 1970 of this try",
    "webhook-signature": "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; two with a"
    " blank between them while the secret changes",
}


def document() -> Node:
    """The description; the same for everybody, and no secret."""
    return _document(settings.ROOT_URLCONF)


@cache
def _document(urlconf: str) -> Node:
    with GENERATOR_STATS.silence():
        found: Node = SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
    return found


def complete(result: Node, generator: Any, request: Any, public: bool) -> Node:
    """The last step of the generator: refusals, rate headers and webhooks."""
    for path, item in result["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and operation.get("security") != [{}]:
                _complete_operation(path, method, operation)
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _problem()
    result["webhooks"] = {kind.name: {"post": _webhook(kind)} for kind in all_event_kinds()}
    return result


def _complete_operation(path: str, method: str, operation: Node) -> None:
    answers: Node = operation["responses"]
    for answer in answers.values():
        answer["headers"] = {**answer.get("headers", {}), **_headers(_RATE_HEADERS)}
    codes = set(_EVERYWHERE)
    if "requestBody" in operation:
        codes |= set(_WITH_BODY)
    elif operation.get("parameters"):
        codes |= set(_WITH_QUERY)
    if "{" in path:
        codes.add(404)
    for code in sorted(codes):
        answers.setdefault(str(code), _refusal(code))


def _refusal(code: int) -> Node:
    found: Node = {
        "description": TITLES[code],
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if code == 429:
        found["headers"] = _headers({"Retry-After": "Seconds to wait"})
    return found


def _headers(named: dict[str, str]) -> Node:
    return {
        name: {"description": words, "schema": {"type": "integer", "minimum": 0}}
        for name, words in named.items()
    }


def _problem() -> Node:
    error = {
        "type": "object",
        "required": ["field", "message"],
        "properties": {"field": _STRING, "message": _STRING},
    }
    return {
        "description": "RFC 9457. `errors` names each field at fault; `detail` says it in words.",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": _STRING,
            "status": {"type": "integer"},
            "detail": _STRING,
            "code": _STRING,
            "errors": {"type": "array", "items": error},
        },
    }


def _webhook(kind: EventKind) -> Node:
    """One event as it is posted to the practice's own systems."""
    event = {
        "type": "object",
        "required": ["id", "type", "occurred_at", "data"],
        "properties": {
            "id": _STRING,
            "type": {"const": kind.name},
            "occurred_at": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "required": sorted(kind.example)},
        },
        "examples": [
            {
                "id": "evt_0193f0c8a1b27e6b8a4e0d2c5f7a9b31",
                "type": kind.name,
                "occurred_at": "2026-11-03T15:04:05.000+00:00",
                "data": dict(kind.example),
            }
        ],
    }
    return {
        "operationId": kind.name.replace(".", "_"),
        "summary": kind.meaning,
        "tags": ["webhooks"],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": words,
             "schema": _STRING}
            for name, words in _WEBHOOK_HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": event}}},
        "responses": {
            "2XX": {"description": "Taken. Anything else, or nothing, is tried again."},
            "410": {"description": "Gone: nothing is sent there any more."},
        },
    }  # fmt: skip
