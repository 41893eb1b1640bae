"""One call with one event: to the judged address, without a redirect, and not for ever."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import ConnectTimeoutError as NoConnection
from urllib3.exceptions import (
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from core.outbound import HostNotAllowed
from core.webhooks.address import NoSuchHost, Target, target_of

CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
KEPT_BYTES = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one call. Status 0: no answer, and `problem` says why."""

    status: int = 0
    problem: str = ""
    answer: str = ""
    retry_after: str = ""
    milliseconds: int = 0
    is_refused: bool = False  # by our own guard: it was not called


def post_event(url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Make the call. Never raises for what the other side does."""
    start = time.monotonic()
    reply = _call(url, body, headers, start + CONNECT_SECONDS + ANSWER_SECONDS)
    taken = int((time.monotonic() - start) * 1000)
    return Reply(
        reply.status, reply.problem, reply.answer, reply.retry_after, taken, reply.is_refused
    )


def _call(url: str, body: bytes, headers: Mapping[str, str], ends_at: float) -> Reply:
    try:
        target = target_of(url)
    except HostNotAllowed as refusal:
        return Reply(problem=f"Not called: {refusal}.", is_refused=True)
    except NoSuchHost as error:
        return Reply(problem=f"Not reached: {error}.")
    try:
        with _pool(target) as pool:
            response = pool.urlopen(
                "POST",
                target.path,
                body=body,
                headers={**headers, "Host": target.authority},
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
            return _reply(response, ends_at)
    except HTTPError as error:
        return Reply(problem=_words(error))
    except (OSError, ValueError) as error:
        return Reply(problem=f"The line broke: {type(error).__name__}.")


def _pool(target: Target) -> HTTPConnectionPool:
    timeout = Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS)
    if target.scheme == "http":
        return HTTPConnectionPool(target.address, target.port, timeout=timeout)
    return HTTPSConnectionPool(
        target.address,
        target.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _reply(response: BaseHTTPResponse, ends_at: float) -> Reply:
    """Status and how the answer began: read as it drips, but not for ever."""
    begun = b""
    while len(begun) < KEPT_BYTES and time.monotonic() < ends_at:
        chunk = response.read1(KEPT_BYTES)
        if not chunk:
            break
        begun += chunk
    response.close()
    text = begun[:KEPT_BYTES].decode("utf-8", "replace")
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return Reply(
        response.status,
        answer=shown[:KEPT_BYTES],
        retry_after=response.headers.get("Retry-After", ""),
    )


def _words(error: HTTPError) -> str:
    """What went wrong on the line, for the practice's engineers."""
    if isinstance(error, NewConnectionError):
        return "Not reached: nobody listens there."
    if isinstance(error, NoConnection):
        return f"Not reached within {CONNECT_SECONDS} seconds."
    if isinstance(error, ReadTimeoutError):
        return f"No answer within {ANSWER_SECONDS} seconds."
    if isinstance(error, SSLError):
        return "The certificate is not good for this host."
    if isinstance(error, ProtocolError):
        return "The line broke before there was an answer."
    return f"The call failed: {type(error).__name__}."
