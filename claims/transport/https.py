"""Files posted to an HTTPS address, in the form that the other side declares."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import requests
from urllib3.exceptions import NewConnectionError

from claims.choices import HttpsBody, LineStop
from claims.transport.allow_list import HostNotAllowed
from claims.transport.base import (
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Outcome,
    Parcel,
    Rejected,
    Replied,
    Reply,
    Resolution,
    Stopped,
    Throttled,
    Tried,
    Unknown,
)
from claims.transport.http_call import Answer, Limit, TooLong, call
from claims.transport.sign_in import NotSignedIn, SignIn
from core import clock

ANSWER_WITHIN = 20  # seconds: CORE's limit for an answer in real time
SEND_WITHIN = 30  # seconds; twice that and two sign-ins stay below the lease of the row
MOST_REPLY_BYTES = 2 * 1024 * 1024
MOST_ANSWER_BYTES = 64 * 1024
DEFAULT_WAIT, MOST_WAIT = 60, 3600
REFUSED_KEY = "it does not take our key any more (HTTP 401)"
_OK = frozenset({200, 201, 202})
# The other side may have taken the file although it answered with one of these.
_UNCLEAR = frozenset({408, 409, 425})
_X12 = "application/edi-x12"


@dataclass(frozen=True, slots=True)
class Profile:
    """How a partner wants to be called (claims.models.HttpsRoad says more of each)."""

    base_url: str
    body: str = HttpsBody.X12
    body_member: str = "x12"
    claims_path: str = "/v1/claims"
    status_path: str = "/v1/submissions/{key}"
    questions_path: str = "/v1/inquiries"
    idempotency_header: str = "Idempotency-Key"
    receipt_member: str = "receipt"

    def url(self, path: str, key: str = "", number: str = "") -> str:
        """The whole address, with the key or the interchange number in its place."""
        filled = path.replace("{key}", quote(key, safe="")).replace("{number}", quote(number))
        return self.base_url.rstrip("/") + filled


class HttpsTransport:
    """Posts files, asks questions, and asks what became of a file. No redirect is followed."""

    def __init__(self, profile: Profile, sign_in: SignIn) -> None:
        self._profile, self._sign_in = profile, sign_in

    def submit(self, parcel: Parcel) -> Outcome:
        """Post the file once and judge the answer (reliability 1.4, retry rules a to f)."""
        try:
            answer = self._post(
                self._profile.claims_path, parcel, Limit(MOST_ANSWER_BYTES, SEND_WITHIN)
            )
        except NotSignedIn as refusal:
            return refusal.outcome
        except HostNotAllowed as refusal:
            return Rejected(str(refusal))
        except (requests.RequestException, TooLong) as error:
            if _never_connected(error):
                return NotDelivered("nobody took the call")
            return Unknown(type(error).__name__)
        return self._judge(answer)

    def ask(self, parcel: Parcel) -> Reply:
        """Post a question and read the answer, all within 20 seconds."""
        if not self._profile.questions_path:
            return Rejected("this partner takes no questions")
        try:
            answer = self._post(
                self._profile.questions_path,
                parcel,
                Limit(MOST_REPLY_BYTES, ANSWER_WITHIN),
                {"Accept": self._content_type()},
            )
        except NotSignedIn as refusal:
            return _as_reply(refusal)
        except HostNotAllowed as refusal:
            return Rejected(str(refusal))
        except (requests.RequestException, TooLong) as error:
            return Unknown(_why(error))
        if answer.status == requests.codes.ok and (content := self._unpacked(answer)):
            return Replied(content)
        outcome = self._judge(answer)
        if isinstance(outcome, Rejected | Throttled | Stopped):
            return outcome
        return Unknown(_status(answer))

    def resolve(self, parcel: Parcel) -> Resolution:
        """Ask for the submission by its key or its number."""
        path = self._profile.status_path
        if not path:
            return CannotTell("it cannot be asked what became of a file")
        url = self._profile.url(path, parcel.idempotency_key, parcel.control_number)
        try:
            answer = self._call("GET", url)
        except NotSignedIn as refusal:
            failed = isinstance(refusal.outcome, NotDelivered)
            if isinstance(refusal.outcome, Stopped):
                return refusal.outcome
            return CannotTell(refusal.words, line_failed=failed)
        except (HostNotAllowed, requests.RequestException, TooLong) as error:
            return CannotTell(type(error).__name__, line_failed=True)
        if answer.status == requests.codes.ok:
            receipt = self._receipt(answer)
            return CannotTell("unreadable answer") if receipt is None else Found(receipt)
        if answer.status == requests.codes.not_found:
            return NotFound()
        if answer.status == requests.codes.unauthorized:
            return Stopped(LineStop.SIGN_IN, REFUSED_KEY)
        failed = answer.status >= requests.codes.server_error
        return CannotTell(f"HTTP {answer.status}", line_failed=failed)

    def try_out(self) -> Tried:
        """Ask for a submission that never was: it is unknown to a side that knows us."""
        path = self._profile.status_path or self._profile.claims_path
        method = "GET" if self._profile.status_path else "HEAD"
        try:
            answer = self._call(method, self._profile.url(path, uuid4().hex, "0" * 9))
        except NotSignedIn as refusal:
            stopped = refusal.outcome if isinstance(refusal.outcome, Stopped) else None
            return Tried(is_well=False, words=_sentence(refusal.words), stopped=stopped)
        except HostNotAllowed as refusal:
            return Tried(is_well=False, words=f"Not called: {refusal}.")
        except (requests.RequestException, TooLong) as error:
            return Tried(is_well=False, words=f"Nobody answered ({type(error).__name__}).")
        if answer.status in {requests.codes.ok, requests.codes.not_found}:
            return Tried(is_well=True, words="It answered and took our key.")
        if answer.status == requests.codes.method_not_allowed and not self._profile.status_path:
            return Tried(is_well=True, words="It answered and took our key.")
        if answer.status in {requests.codes.unauthorized, requests.codes.forbidden}:
            return Tried(is_well=False, words="It answered and refused our key.")
        return Tried(is_well=False, words=f"It answered HTTP {answer.status}.")

    def _post(
        self, path: str, parcel: Parcel, limit: Limit, more: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"Content-Type": self._content_type(), **(more or {})}
        if self._profile.idempotency_header:
            headers[self._profile.idempotency_header] = parcel.idempotency_key
        url = self._profile.url(path, parcel.idempotency_key, parcel.control_number)
        return self._call(
            "POST", url, limit=limit, data=self._packed(parcel.content), headers=headers
        )

    def _call(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """One call; once more where it answers 401 and we can get another token.

        A 401 is the answer of a side that has not looked at the file, so the second is no repeat.
        """
        own = dict(headers or {})
        limit = more.pop("limit", Limit(MOST_ANSWER_BYTES, SEND_WITHIN))
        answer = call(method, url, limit=limit, headers=own | self._sign_in.headers(), **more)
        if answer.status == requests.codes.unauthorized and self._sign_in.renewed():
            answer = call(method, url, limit=limit, headers=own | self._sign_in.headers(), **more)
        return answer

    def _content_type(self) -> str:
        return "application/json" if self._profile.body == HttpsBody.JSON else _X12

    def _packed(self, content: bytes) -> bytes:
        if self._profile.body == HttpsBody.X12:
            return content
        inner: Any = content.decode("latin-1")  # each byte one character: never raises
        for name in reversed(self._profile.body_member.split(".")):
            inner = {name: inner}
        return json.dumps(inner).encode()

    def _unpacked(self, answer: Answer) -> bytes:
        """The X12 of an answer; b"" where there is none."""
        if self._profile.body == HttpsBody.X12:
            return answer.body
        found = _member(answer.body, self._profile.body_member)
        return found.encode() if isinstance(found, str) else b""

    def _judge(self, answer: Answer) -> Outcome:
        status = answer.status
        if status in _OK:
            receipt = self._receipt(answer)
            return Unknown("unreadable answer") if receipt is None else Accepted(receipt)
        if status == requests.codes.too_many_requests:
            return Throttled(_retry_after(answer))
        if status == requests.codes.unauthorized:
            return Stopped(LineStop.SIGN_IN, REFUSED_KEY)
        if status in _UNCLEAR or status >= requests.codes.server_error or status < _least_ok():
            return Unknown(f"HTTP {status}")
        if status < requests.codes.bad_request:
            return Rejected(f"HTTP {status}: the address has moved")
        return Rejected(f"HTTP {status}")

    def _receipt(self, answer: Answer) -> str | None:
        """Their receipt; "" where they give none; None for what is no answer of theirs."""
        name = self._profile.receipt_member
        if not name:
            return "" if _is_json_or_empty(answer.body) else None
        receipt = _member(answer.body, name)
        return receipt[:100] if isinstance(receipt, str) and receipt else None


def _never_connected(error: Exception) -> bool:
    """Whether there was no line at all, so that no byte of ours can have arrived."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, requests.ConnectionError) and error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _least_ok() -> int:
    return int(requests.codes.ok)


def _is_json_or_empty(body: bytes) -> bool:
    """A page of HTML that says 200 comes from something in between, not from them."""
    try:
        return not body.strip() or isinstance(json.loads(body), dict)
    except ValueError:
        return False


def _member(body: bytes, name: str) -> Any:
    """The member at `name` (a way down is written with dots); None where it is not there."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _as_reply(refusal: NotSignedIn) -> Reply:
    """A question that could not be asked, because we are not signed in."""
    outcome = refusal.outcome
    return outcome if isinstance(outcome, Throttled | Stopped) else Unknown(refusal.words)


def _why(error: Exception) -> str:
    """In a person's words what kept an answer from coming."""
    if isinstance(error, requests.Timeout | TooLong):
        return f"no answer within {ANSWER_WITHIN} seconds"
    return f"the line broke ({type(error).__name__})"


def _status(answer: Answer) -> str:
    if answer.status == requests.codes.ok:
        return "an empty answer"
    return f"the other side is out of order (HTTP {answer.status})"


def _retry_after(answer: Answer) -> int:
    """Seconds to wait, from a count or a date; a sensible span where neither can be read."""
    asked = answer.retry_after
    if asked.isascii() and asked.isdigit():
        return min(int(asked), MOST_WAIT)
    try:
        until: datetime = parsedate_to_datetime(asked)
        seconds = int((until - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(seconds, 1), MOST_WAIT)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
