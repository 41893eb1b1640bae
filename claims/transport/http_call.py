"""One HTTP call of ours: to an allowed host, without a redirect, with an end to the waiting."""

import time
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from claims.transport.allow_list import check_url

TIMEOUT = (5, 30)  # seconds to connect, seconds to answer
MOST_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """As much of an HTTP answer as a judgement needs."""

    status: int
    retry_after: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Limit:
    """How much is read of an answer, and for how long."""

    size: int
    seconds: int


class TooLong(Exception):
    """The answer dripped in for longer than anybody waits."""


def call(method: str, url: str, *, limit: Limit | None = None, **arguments: Any) -> Answer:
    """Make the call. Raises HostNotAllowed, requests.RequestException and TooLong.

    No redirect is followed: it would carry our key and the claims to a host nobody allowed.
    """
    check_url(url)
    ends_at = time.monotonic() + limit.seconds if limit else None
    with requests.Session() as session:
        # Neither a proxy nor a .netrc of this machine may change where claims go or as whom.
        session.trust_env = False
        with session.request(
            method,
            url,
            timeout=(TIMEOUT[0], limit.seconds) if limit else TIMEOUT,
            allow_redirects=False,
            stream=True,
            **arguments,
        ) as response:
            return Answer(
                response.status_code,
                response.headers.get("Retry-After", ""),
                _body(response, limit.size if limit else MOST_ANSWER_BYTES, ends_at),
            )


def _body(response: requests.Response, most: int, ends_at: float | None) -> bytes:
    """The body, no more of it than `most`. Raises TooLong when it drips past `ends_at`.

    Taken as it comes: waiting for a full buffer would let a dripping line hold us for ever.
    """
    body = b""
    while len(body) < most and (chunk := _chunk(response)):
        body += chunk
        if ends_at is not None and time.monotonic() > ends_at:
            raise TooLong
    return body


def _chunk(response: requests.Response) -> bytes:
    """What has come since; below requests, so its errors are put into the words of requests."""
    try:
        return bytes(response.raw.read1(8192, decode_content=True))
    except ReadTimeoutError as error:
        raise requests.ReadTimeout from error
    except (HTTPError, OSError) as error:
        raise requests.ConnectionError from error
