"""A system of the practice that calls the API, as tests see it."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from core.models import Practice
from core.services.api_tokens import issue_api_token

_numbers = count(1)


@dataclass
class Caller:
    """Reads and writes with a key of its own."""

    secret: str
    client: Client

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a GET below /api/v1/, or of a link as it was given."""
        return self.client.get(_url(path), query)

    def post(self, path: str, body: Any, *, key: str = "") -> Any:
        """The answer to a POST; each has its own Idempotency-Key unless one is given."""
        return self.client.post(
            _url(path),
            body if isinstance(body, str) else json.dumps(body),
            content_type="application/json",
            headers={"Idempotency-Key": key or f"test-{next(_numbers)}"},
        )

    def all(self, path: str, **query: Any) -> list[Any]:
        """Every row of a list, page by page."""
        rows, url = [], path
        while url:
            page = self.get(url, **query).json()
            rows += page["data"]
            url, query = page["next"], {}
        return rows


def caller(practice: Practice, *scopes: str, **more: Any) -> Caller:
    """A system of `practice` with these scopes."""
    _, secret = issue_api_token(practice=practice, name="Test EHR", scopes=scopes, **more)
    return Caller(secret, Client(headers={"Authorization": f"Bearer {secret}"}))


def _url(path: str) -> str:
    return path if path.startswith(("http", "/")) else f"/api/v1/{path}"
