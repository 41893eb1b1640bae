"""How often a key may call: counted in the database, told in headers with every answer.

It stands in PostgreSQL so that emptying the cache cannot open the door wider.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core import clock
from core.models import ApiToken, ApiTokenMinute

KEPT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a key stands in the running minute."""

    limit: int
    left: int
    resets_in: int

    def headers(self) -> dict[str, str]:
        """As drafts of the HTTP working group name them."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.resets_in),
        }


class KeyThrottle(BaseThrottle):
    """So many calls a minute for each key; 429 with Retry-After beyond."""

    resets_in = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call; whether it is within what the key may."""
        token: Any = request.auth
        if token is None:
            return True
        instant = int(clock.now().timestamp())
        count = _count(token, instant // 60)
        self.resets_in = 60 - instant % 60
        limit = token.calls_per_minute
        view.rate = Standing(limit, max(0, limit - count), self.resets_in)
        return count <= limit

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return self.resets_in


def _count(token: ApiToken, minute: int) -> int:
    """Count one more call of this minute, in one statement; returns how many there are by now."""
    table = connection.ops.quote_name(ApiTokenMinute._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (token_id, minute, count) VALUES (%s, %s, 1)"  # noqa: S608 - names of ours
            f" ON CONFLICT (token_id, minute)"
            f" DO UPDATE SET count = {table}.count + 1 RETURNING count",
            [token.pk, minute],
        )
        count = int(cursor.fetchone()[0])
    if count == 1:
        ApiTokenMinute.objects.filter(token=token, minute__lt=minute - KEPT_MINUTES).delete()
    return count
