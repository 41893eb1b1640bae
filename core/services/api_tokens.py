"""Issuing and revoking tokens for the practice's own systems."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core import audit, clock
from core.models.api_token import ApiToken


def issue_api_token(
    *, practice: Any, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token. Returns the row and the token itself, which is shown once and not kept."""
    secret = f"clk_{secrets.token_urlsafe(32)}"
    row = ApiToken.everywhere.create(
        practice=practice,
        name=name,
        prefix=secret[:12],
        token_hash=hash_token(secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    audit.record("api_token.issued", subject=row, after={"name": name, "scopes": row.scopes})
    return row, secret


def revoke_api_token(token: ApiToken) -> None:
    """Refuse the token from the next request on."""
    ApiToken.everywhere.filter(pk=token.pk).update(revoked_at=clock.now())
    audit.record("api_token.revoked", subject=token)


def hash_token(secret: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
