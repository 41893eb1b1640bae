"""Trying the API from its own page: one call with a key, answered as any other is."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import resolve

TRIED = (
    "claims", "remittances", "denials", "charges", "payments", "journal", "patients",
    "appointments",
)  # fmt: skip
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """What was answered."""

    status: int
    body: str


def try_call(outer: HttpRequest, resource: str, key: str) -> Tried:
    """Read the first two rows of `resource` with `key`. Raises ValueError for another resource."""
    if resource not in TRIED:
        raise ValueError(f"{resource} is not tried")
    path = f"/api/v1/{resource}"
    request: Any = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict("limit=2")
    request.META = {
        **{name: outer.META[name] for name in ("SERVER_NAME", "SERVER_PORT") if name in outer.META},
        "HTTP_HOST": outer.get_host(),
        "HTTP_AUTHORIZATION": f"Bearer {key[:LONGEST_KEY]}",
        "QUERY_STRING": "limit=2",
    }
    with ExitStack() as scope:
        request.scope_stack = scope
        view, _, kwargs = resolve(path)
        response: Any = view(request, **kwargs)
        response.render()
    text = json.dumps(json.loads(response.content), indent=1, ensure_ascii=False)
    return Tried(response.status_code, text)
