"""The door described in OpenAPI 3.1, made of the very tables that it answers from.

`docs/callbacks.openapi.json` is this document as a file; tests hold it against what the door does.
"""

from http import HTTPStatus
from typing import Any

from claims.callbacks.answers import (
    ACCEPTED,
    DUPLICATE,
    JSON,
    KEPT,
    METHOD_NOT_ALLOWED,
    PROBLEM,
    PROBLEMS,
    RETRIES,
    Problem,
)
from claims.callbacks.events import CHARSETS, X12
from claims.callbacks.signature import LONGEST_ID
from claims.models import PayerCredential
from claims.services.process_message import PING_EVENT, X12_EVENT
from core.strict_json import MOST_DEPTH

Node = dict[str, Any]
VERSION = "1.0.0"
_STRING: Node = {"type": "string"}


def document() -> Node:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Claimline: the door for payers and clearinghouses",
            "version": VERSION,
            "description": "Answers to claims come here: TA1, 999, 277CA, 277 and 835. Calls are"
            " signed as in Standard Webhooks; the same event may be sent any number of times.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "The practice's Claimline"}],
        "security": [{"signature": []}],
        "paths": {"/payers/v1/{key}/events": {"parameters": [_key()], "post": _post()}},
        "components": {
            "securitySchemes": {"signature": _security()},
            "schemas": {
                "Event": _event(), "Taken": _taken(), "Problem": _problem(),
            },
        },
    }  # fmt: skip


def _post() -> Node:
    return {
        "operationId": "postEvent",
        "summary": "Deliver one event or one X12 file",
        "description": "It is stored and committed before it is answered; it is read afterwards."
        " Retry on 429, 5xx and time-outs with the same webhook-id and a new timestamp.",
        "parameters": [_id(), _timestamp()],
        "requestBody": {
            "required": True,
            "content": {
                JSON: {
                    "schema": {"$ref": "#/components/schemas/Event"},
                    "examples": {"ping": {"value": {"id": "evt_1", "type": PING_EVENT}}},
                },
                X12: {"schema": {**_STRING, "description": "The file as it is: " + _charsets(X12)}},
            },
        },
        "responses": _responses(),
    }


def _responses() -> Node:
    found = {
        "202": _answer("New: stored, and read in a moment.", ACCEPTED),
        "200": _answer("The same event came before with the same bytes: nothing.", DUPLICATE),
    }
    by_status: dict[int, list[Problem]] = {}
    for problem in PROBLEMS:
        if problem is not METHOD_NOT_ALLOWED:  # other methods have no place in this document
            by_status.setdefault(problem.status, []).append(problem)
    for status, problems in sorted(by_status.items()):
        found[str(status)] = _refusal(status, problems)
    return found


def _answer(words: str, status: str) -> Node:
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Taken"},
            {"properties": {"status": {"const": status}}},
        ]
    }
    return {"description": words, "content": {JSON: {"schema": schema}}}


def _refusal(status: int, problems: list[Problem]) -> Node:
    narrowed: Node = {
        "status": {"const": status},
        "code": {"enum": [problem.code for problem in problems]},
    }
    inner: Node = {"properties": narrowed}
    if all(problem in KEPT for problem in problems):
        inner["required"] = ["id"]
    found: Node = {
        "description": f"{HTTPStatus(status).phrase}: "
        + "; ".join(f"`{problem.code}`, {problem.when}" for problem in problems),
        "content": {
            PROBLEM: {"schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, inner]}}
        },
    }
    if any(problem in RETRIES for problem in problems):
        found["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait",
                "required": True,
                "schema": {"type": "integer", "minimum": 1, "maximum": 60},
            }
        }
    return found


def _event() -> Node:
    base: Node = {
        "id": {**_STRING, "description": "As webhook-id, which is the one that counts"},
        "occurred_at": {**_STRING, "description": "When it happened with you"},
        "test": {
            "type": "boolean",
            "default": False,
            "description": "True: it is read, its faults are told, and nothing is done with it",
        },
    }
    payload = {**_STRING, "minLength": 1, "description": "The X12 file as text: ISA*00*…"}
    x12: Node = {
        "title": "An X12 file",
        "type": "object",
        "required": ["type", "data"],
        "properties": {
            **base,
            "type": {"const": X12_EVENT},
            "data": {"type": "object", "required": ["payload"], "properties": {"payload": payload}},
        },
    }
    ping: Node = {
        "title": "A call that does nothing",
        "type": "object",
        "required": ["type"],
        "properties": {**base, "type": {"const": PING_EVENT}, "data": {"type": "object"}},
    }
    return {
        "description": f"UTF-8, at most {MOST_DEPTH} levels deep, no key named twice. Events of"
        " other types are taken, kept and set aside.",
        "anyOf": [x12, ping],
    }


def _taken() -> Node:
    return {
        "type": "object",
        "required": ["status", "id"],
        "properties": {
            "status": {"enum": [ACCEPTED, DUPLICATE]},
            "id": {**_STRING, "format": "uuid", "description": "Our name for the message"},
        },
        "additionalProperties": False,
    }


def _problem() -> Node:
    return {
        "description": "RFC 9457",
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": _STRING,
            "status": {"type": "integer"},
            "detail": _STRING,
            "code": {"enum": [problem.code for problem in PROBLEMS]},
            "id": {**_STRING, "format": "uuid", "description": "Of the message that was kept"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": {"field": _STRING, "message": _STRING},
                },
            },
        },
        "additionalProperties": False,
    }


def _key() -> Node:
    return {
        "name": "key",
        "in": "path",
        "required": True,
        "description": "The key's name, from the practice",
        "schema": {**_STRING, "pattern": "^pk[a-z0-9]{18}$"},
    }


def _id() -> Node:
    return {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "The event's name, the same for every retry of it; no dot",
        "schema": {"type": "string", "pattern": f"^[!-\\-/-~]{{1,{LONGEST_ID}}}$"},
    }


def _timestamp() -> Node:
    tolerance = PayerCredential._meta.get_field("tolerance_seconds").default
    return {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": f"Seconds since 1970 of this attempt, within {tolerance} s of our clock"
        " unless agreed otherwise",
        "schema": {"type": "string", "pattern": "^[0-9]{1,12}$"},
    }


def _security() -> Node:
    return {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with what"
        " follows `whsec_` in the secret, decoded from base64; several with blanks between them",
    }


def _charsets(media_type: str) -> str:
    return ", ".join(sorted(CHARSETS[media_type] - {""}))
