"""Files posted to an HTTPS address, with a key by which the other side knows a repetition."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import requests

from claims.transport.allow_list import HostNotAllowed, check_url
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotFound,
    Outcome,
    Parcel,
    Rejected,
    Resolution,
    Throttled,
    Tried,
    Unknown,
)

TIMEOUT = (5, 30)  # seconds to connect, seconds to answer
MOST_ANSWER_BYTES = 64 * 1024
DEFAULT_WAIT, MOST_WAIT = 60, 3600
_OK = frozenset({200, 201, 202})
# The other side may have taken the file although it answered with one of these.
_UNCLEAR = frozenset({408, 409, 425})


@dataclass(frozen=True, slots=True)
class Answer:
    """As much of an HTTP answer as a judgement needs."""

    status: int
    retry_after: str
    body: bytes


class HttpsTransport:
    """Posts to `<base>/v1/claims` and asks at `<base>/v1/submissions/<key>`.

    No redirect is followed: it would carry the key and the claims to a host nobody allowed.
    """

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base = base_url.rstrip("/")
        self._api_key = api_key

    def submit(self, parcel: Parcel) -> Outcome:
        """Post the file once and judge the answer (reliability 1.4, retry rules a to f)."""
        try:
            answer = self._call(
                "POST",
                f"{self._base}/v1/claims",
                data=parcel.content,
                headers={
                    "Content-Type": "application/edi-x12",
                    "Idempotency-Key": parcel.idempotency_key,
                },
            )
        except HostNotAllowed as refusal:
            return Rejected(str(refusal))
        except requests.RequestException as error:
            return Unknown(type(error).__name__)
        return _judge(answer)

    def resolve(self, parcel: Parcel) -> Resolution:
        """Ask for the submission by its key."""
        url = f"{self._base}/v1/submissions/{quote(parcel.idempotency_key, safe='')}"
        try:
            answer = self._call("GET", url)
        except (HostNotAllowed, requests.RequestException) as error:
            return CannotTell(type(error).__name__, line_failed=True)
        if answer.status == requests.codes.ok:
            receipt = _receipt(answer)
            return CannotTell("unreadable answer") if receipt is None else Found(receipt)
        if answer.status == requests.codes.not_found:
            return NotFound()
        failed = answer.status >= requests.codes.server_error
        return CannotTell(f"HTTP {answer.status}", line_failed=failed)

    def try_out(self) -> Tried:
        """Ask for a submission that never was: it is unknown to a side that knows us."""
        try:
            answer = self._call("GET", f"{self._base}/v1/submissions/{uuid4().hex}")
        except HostNotAllowed as refusal:
            return Tried(is_well=False, words=f"Not called: {refusal}.")
        except requests.RequestException as error:
            return Tried(is_well=False, words=f"Nobody answered ({type(error).__name__}).")
        if answer.status in {requests.codes.ok, requests.codes.not_found}:
            return Tried(is_well=True, words="It answered and took our key.")
        if answer.status in {requests.codes.unauthorized, requests.codes.forbidden}:
            return Tried(is_well=False, words="It answered and refused our key.")
        return Tried(is_well=False, words=f"It answered HTTP {answer.status}.")

    def _call(self, method: str, url: str, **arguments: Any) -> Answer:
        check_url(url)
        headers = {"Authorization": f"Bearer {self._api_key}", **arguments.pop("headers", {})}
        with requests.Session() as session:
            # Neither a proxy nor a .netrc of this machine may change where claims go or as whom.
            session.trust_env = False
            with session.request(
                method,
                url,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
                **arguments,
            ) as response:
                return Answer(
                    response.status_code, response.headers.get("Retry-After", ""), _body(response)
                )


def _body(response: requests.Response) -> bytes:
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) >= MOST_ANSWER_BYTES:
            break
    return body


def _judge(answer: Answer) -> Outcome:
    status = answer.status
    if status in _OK:
        receipt = _receipt(answer)
        return Unknown("unreadable answer") if receipt is None else Accepted(receipt)
    if status == requests.codes.too_many_requests:
        return Throttled(_retry_after(answer))
    if status in _UNCLEAR or status >= requests.codes.server_error or status < requests.codes.ok:
        return Unknown(f"HTTP {status}")
    if status < requests.codes.bad_request:
        return Rejected(f"HTTP {status}: the address has moved")
    return Rejected(f"HTTP {status}")


def _receipt(answer: Answer) -> str | None:
    try:
        receipt = json.loads(answer.body)["receipt"]
    except (ValueError, KeyError, TypeError):
        return None
    return receipt[:100] if isinstance(receipt, str) and receipt else None


def _retry_after(answer: Answer) -> int:
    asked = answer.retry_after
    return min(int(asked), MOST_WAIT) if asked.isascii() and asked.isdigit() else DEFAULT_WAIT
