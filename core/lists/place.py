"""Where a record stands in the list it was opened from, for "4 of 17", previous and next.

A page of a list leaves the addresses of its rows in the cache under a token; the record's own page
finds itself there. The order stays as it was seen, though the rows may have moved on since.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

PARAM = "list"
KEPT_SECONDS = 12 * 3600
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """A record's place in a list."""

    title: str
    url: str
    index: int
    total: int
    previous_url: str
    next_url: str


def token_for(request: HttpRequest, list_url: str) -> str:
    """The same list of the same person has the same token; nobody else can make it."""
    who = f"{request.user.pk}:{getattr(request.practice, 'pk', '')}"  # type: ignore[attr-defined]
    return salted_hmac("claimline.list", f"{who}:{list_url}").hexdigest()[:20]


def keep(
    request: HttpRequest, *, title: str, url: str, start: int, total: int, rows: Sequence[str]
) -> str:
    """Leave the rows of a page behind and return the token for their links."""
    token = token_for(request, url)
    page = {"title": title, "url": url, "start": start, "total": total, "rows": list(rows)}
    try:
        cache.set(f"list:{token}", page, KEPT_SECONDS)
    except (RedisError, OSError):
        log.warning("list places are not kept", reason="cache is away")
    return token


def with_token(url: str, token: str) -> str:
    """A row's address that remembers its list."""
    return f"{url}{'&' if '?' in url else '?'}{PARAM}={token}"


def place_of(request: HttpRequest) -> Place | None:
    """The place of this page in the list named by its token; None when it has none."""
    token = request.GET.get(PARAM, "")
    if not token:
        return None
    try:
        page = cache.get(f"list:{token}")
    except (RedisError, OSError):
        return None
    if not page or token_for(request, page["url"]) != token:
        return None
    rows = page["rows"]
    try:
        here = [_path(row) for row in rows].index(request.path)
    except ValueError:
        return None
    return Place(
        title=page["title"],
        url=f"{page['url']}#row-{_row_of(request.path)}",
        index=page["start"] + here,
        total=page["total"],
        previous_url=with_token(rows[here - 1], token) if here else "",
        next_url=with_token(rows[here + 1], token) if here + 1 < len(rows) else "",
    )


def _row_of(path: str) -> str:
    """The row a page was opened from: addresses end with the record's public id."""
    return path.rstrip("/").rsplit("/", 1)[-1]


def _path(url: str) -> str:
    return url.split("?", 1)[0]
