"""Keys for the practice's own systems: issued, renewed, revoked; each is shown once."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core import clock, timeline
from core.api.scopes import all_scopes
from core.errors import ApplicationError, Conflict
from core.models.api_token import ApiToken

OVERLAP = timedelta(days=7)
DEFAULT_CALLS = 600


def issue_api_token(
    *,
    practice: Any,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    calls_per_minute: int = DEFAULT_CALLS,
) -> tuple[ApiToken, str]:
    """Make a key. Returns the row and the key itself, which is shown once and not kept."""
    secret = _new_secret()
    with transaction.atomic():
        row = ApiToken.everywhere.create(
            practice=practice,
            name=name,
            prefix=secret[:12],
            token_hash=hash_token(secret),
            scopes=sorted(scopes),
            expires_at=expires_at,
            calls_per_minute=calls_per_minute,
        )
        timeline.record(
            row, kind="api_token.issued", sentence="made the key",
            details={"note": ", ".join(row.scopes)},
            after={"name": name, "scopes": row.scopes},
        )  # fmt: skip
    return row, secret


def renew_api_token(token: ApiToken, *, drops_oldest: bool = False) -> str:
    """A new key in the place of the old one, never shown again.

    The one before opens the door for a week, so that the other system can change over. It stays
    the same caller. Raises ApplicationError for a revoked one, and Conflict while an earlier change
    still runs, unless `drops_oldest` says that the oldest may end at once.
    """
    secret = _new_secret()
    with transaction.atomic():
        row = (
            ApiToken.everywhere.select_for_update(of=("self",))
            .select_related("practice")
            .get(pk=token.pk)
        )
        if row.revoked_at:
            raise ApplicationError("The key is revoked: make a new one.")
        if (until := overlap_until(row)) and not drops_oldest:
            raise Conflict(
                f"It was renewed lately, and the key before is good until"
                f" {clock.local(until, row.practice):%m/%d/%Y}: another one would end it at once."
            )
        row.previous_hash, row.previous_until = row.token_hash, clock.now() + OVERLAP
        row.prefix, row.token_hash = secret[:12], hash_token(secret)
        row.save(update_fields=["previous_hash", "previous_until", "prefix", "token_hash"])
        timeline.record(
            row, kind="api_token.renewed",
            sentence="renewed the key; the one before stays good for a while",
            details={"note": f"until {clock.local(row.previous_until, row.practice):%m/%d/%Y}"},
        )  # fmt: skip
    return secret


def change_api_token(
    token: ApiToken, *, scopes: Iterable[str], expires_at: datetime | None, calls_per_minute: int
) -> None:
    """Let a key do more or less, or live longer, from its next call on.

    Raises ApplicationError at `scopes` for none or one that does not exist.
    """
    wanted = sorted(set(scopes))
    known = {name for name, _ in all_scopes()}
    if not wanted or not set(wanted) <= known:
        raise ApplicationError("Choose what the key may do.", field="scopes")
    after = {"scopes": wanted, "expires_at": expires_at, "calls_per_minute": calls_per_minute}
    with transaction.atomic():
        row = ApiToken.everywhere.select_for_update(of=("self",)).get(pk=token.pk)
        before = {name: getattr(row, name) for name in after}
        if before == after:
            return
        ApiToken.everywhere.filter(pk=row.pk).update(**after)
        timeline.record(
            row, kind="api_token.changed", sentence="changed what the key may do",
            details={"note": ", ".join(wanted)}, before=before, after=after,
        )  # fmt: skip


def revoke_api_token(token: ApiToken) -> None:
    """Refuse the key from the next request on."""
    with transaction.atomic():
        rows = ApiToken.everywhere.filter(pk=token.pk, revoked_at__isnull=True)
        if rows.update(revoked_at=clock.now()):
            timeline.record(token, kind="api_token.revoked", sentence="revoked the key")


def overlap_until(token: ApiToken) -> datetime | None:
    """Until when the key before this one is good, too; None where no change runs."""
    until = token.previous_until
    return until if token.previous_hash and until and until > clock.now() else None


def hash_token(secret: str) -> str:
    """What is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _new_secret() -> str:
    return f"clk_{secrets.token_urlsafe(32)}"
