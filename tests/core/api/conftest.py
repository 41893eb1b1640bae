"""A token of Summit's, and a client that sends it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.models import ApiToken, Practice
from core.services.api_tokens import issue_api_token

SCOPES = ("notes:read", "notes:write")


def bearer(secret: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def token_of() -> Callable[..., tuple[ApiToken, str]]:
    """Issue a token: the row and its secret."""

    def issue(practice: Practice, *scopes: str, **more: Any) -> tuple[ApiToken, str]:
        return issue_api_token(practice=practice, name="Test EHR", scopes=scopes or SCOPES, **more)

    return issue


@pytest.fixture
def api(summit: Practice, token_of: Callable[..., tuple[ApiToken, str]]) -> Client:
    """Summit's own system."""
    _row, secret = token_of(summit)
    return Client(headers=bearer(secret))
