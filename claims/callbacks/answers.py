"""What the door answers: every case of the contract by its code (docs/callbacks.md).

Refusals have the shape of RFC 9457, as everywhere in the REST API; `code` tells them apart.
"""

from dataclasses import dataclass, field
from typing import Any

PROBLEM, JSON = "application/problem+json", "application/json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One way to refuse: its code and status, a short title, and when it is said."""

    code: str
    status: int
    title: str
    detail: str
    when: str


UNREADABLE = Problem(
    "unreadable", 400, "Bad request", "The body could not be read to its end.",
    "the connection ended before the body did",
)  # fmt: skip
MALFORMED = Problem(
    "malformed", 400, "Bad request", "The body is not a JSON event.",
    "broken JSON, or no event; the bytes are kept and set aside",
)  # fmt: skip
UNAUTHORIZED = Problem(
    "unauthorized", 401, "Unauthorized",
    "The key, the signature or the time is not right. The key's page says which.",
    "anything wrong with key, signature, time, network or certificate; always the same words",
)  # fmt: skip
OUT_OF_SCOPE = Problem(
    "out_of_scope", 403, "Forbidden", "This key may not deliver this kind of message.",
    "the key may not deliver this kind; the bytes are kept and set aside",
)  # fmt: skip
METHOD_NOT_ALLOWED = Problem(
    "method_not_allowed", 405, "Method not allowed", "Events are posted: use POST.",
    "any method but POST",
)  # fmt: skip
CONFLICT = Problem(
    "id_used_with_other_content", 409, "Conflict",
    "An event with this id came before with other content.",
    "the same id with other bytes; they are kept, set aside, and somebody is told",
)  # fmt: skip
TOO_LARGE = Problem(
    "too_large", 413, "Content too large", "The body has more bytes than this key may send.",
    "more bytes than agreed: nothing is kept, the rest is not read",
)  # fmt: skip
MEDIA_TYPE = Problem(
    "unsupported_media_type", 415, "Unsupported media type",
    "Send application/json in UTF-8 or application/edi-x12.",
    "another content type or character set",
)  # fmt: skip
ENCODING = Problem(
    "unsupported_content_encoding", 415, "Unsupported media type",
    "Send the body as it is, without Content-Encoding.",
    "a Content-Encoding, gzip too: what is signed is what is sent",
)  # fmt: skip
RATE_LIMITED = Problem(
    "rate_limited", 429, "Too many requests", "Too many events in this minute.",
    "more events in a minute than agreed, or more than 60 refused calls from one address; come"
    " again after Retry-After seconds",
)  # fmt: skip
TRY_AGAIN = Problem(
    "try_again", 503, "Service unavailable", "Nothing was stored. Try again.",
    "the database is away; come again after Retry-After seconds",
)  # fmt: skip
PROBLEMS = (
    UNREADABLE, MALFORMED, UNAUTHORIZED, OUT_OF_SCOPE, METHOD_NOT_ALLOWED, CONFLICT, TOO_LARGE,
    MEDIA_TYPE, ENCODING, RATE_LIMITED, TRY_AGAIN,
)  # fmt: skip
# What has a message behind it names it in `id`.
KEPT = frozenset({MALFORMED, OUT_OF_SCOPE, CONFLICT})
RETRIES = frozenset({RATE_LIMITED, TRY_AGAIN})

ACCEPTED, DUPLICATE = "accepted", "duplicate"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON body and headers of the response; `why` is for the key's page only."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON
    why: str = ""

    @property
    def word(self) -> str:
        """What was answered, in one word: accepted, duplicate, or the problem's code."""
        return str(self.body.get("code") or self.body["status"])


def taken(status: str, message_id: str) -> Answer:
    """The answer to an event that is stored: 202 when it is new, 200 when it came before."""
    return Answer(202 if status == ACCEPTED else 200, {"status": status, "id": message_id})


def refusal(
    problem: Problem,
    *,
    why: str = "",
    detail: str = "",
    message_id: str = "",
    errors: list[dict[str, str]] | None = None,
    retry_after: int = 0,
) -> Answer:
    """A problem as an answer. `detail` may say more than the standing sentence."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": detail or problem.detail,
        "code": problem.code,
    }
    if message_id:
        body["id"] = message_id
    if errors:
        body["errors"] = errors
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    if problem is METHOD_NOT_ALLOWED:
        headers["Allow"] = "POST"
    return Answer(problem.status, body, headers, PROBLEM, why or detail or problem.detail)
