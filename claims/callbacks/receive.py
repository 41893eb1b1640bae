"""The answer to one callback: every case of the contract in one place (reliability 2.2)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from claims.callbacks.rate import seconds_to_wait
from claims.callbacks.signature import Signed, is_genuine
from claims.callbacks.strict_json import NotSound, read_object
from claims.choices import MessageSource
from claims.edi.envelope import kinds_in
from claims.models import PayerCredential
from claims.selectors import scopes_needed
from claims.services.credentials import live_secrets, touch
from claims.services.process_message import PING_EVENT, X12_EVENT
from claims.services.receive_message import Arrival, receive_event
from core import audit, clock
from core.actors import API, Actor, acting_as
from core.tenancy import practice_scope

JSON, X12 = "application/json", "application/edi-x12"
_CHARSETS = {JSON: {"", "utf-8"}, X12: {"", "utf-8", "us-ascii", "iso-8859-1"}}
FINGERPRINT = "X-Client-Certificate-Sha256"


@dataclass(frozen=True, slots=True)
class Callback:
    """A request as it came, before anything of it is believed."""

    key_id: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON body and headers of the response."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


UNAUTHORIZED = Answer(401, {"error": "unauthorized"})


def find_credential(key_id: str) -> PayerCredential | None:
    """The credential of that name, alive or not."""
    return (
        PayerCredential.everywhere.filter(key_id=key_id)
        .select_related("practice", "partner")
        .first()
    )


def refuse_by_head(credential: PayerCredential | None, headers: Mapping[str, str]) -> Answer | None:
    """What can be refused before the body is read: its kind, its coding, its size."""
    media_type, charset = _content_type(headers.get("Content-Type", ""))
    if media_type not in _CHARSETS or charset not in _CHARSETS[media_type]:
        return Answer(415, {"error": "unsupported_media_type"})
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        return Answer(415, {"error": "unsupported_content_encoding"})
    length = headers.get("Content-Length", "")
    if length.isascii() and length.isdigit() and int(length) > size_limit(credential, media_type):
        return too_big(credential, int(length))
    return None


def size_limit(credential: PayerCredential | None, media_type: str) -> int:
    """How many bytes this caller may send of that kind; strangers get the defaults."""
    source = credential or PayerCredential()
    return source.max_file_bytes if media_type == X12 else source.max_event_bytes


def too_big(credential: PayerCredential | None, length: int) -> Answer:
    """Refuse a body for its size; kept in the audit log."""
    _audit("callback.too_big", credential, f"{length} bytes")
    return Answer(413, {"error": "too_large"})


def receive_callback(credential: PayerCredential | None, callback: Callback) -> Answer:
    """Verify, store, answer. Nothing of the content is acted on here.

    Everything that is accepted is committed before the answer is given; the caller turns a
    database that is away into 503.
    """
    headers, body = callback.headers, callback.body
    media_type, _ = _content_type(headers.get("Content-Type", ""))
    if len(body) > size_limit(credential, media_type):
        return too_big(credential, len(body))
    if not _is_authentic(credential, headers, body) or credential is None:
        _audit("callback.refused", credential, _hint(callback))
        return UNAUTHORIZED
    wait = seconds_to_wait(credential)
    if wait:
        return Answer(429, {"error": "rate_limited"}, {"Retry-After": str(wait)})
    with (
        practice_scope(credential.practice),
        acting_as(Actor(API, credential.partner.name, source="callback")),
    ):
        touch(credential)
        return _store(credential, headers["Webhook-Id"], media_type, body)


def _store(credential: PayerCredential, event_id: str, media_type: str, body: bytes) -> Answer:
    event_type, payload, problem = "", body, ""
    if media_type == JSON:
        try:
            event = read_object(body)
            event_type, payload = _event(event)
        except NotSound as error:
            problem = f"broken JSON: {error}"
    set_aside = problem or _out_of_scope(credential, event_type, payload)
    received = receive_event(
        practice=credential.practice,
        partner=credential.partner,
        source=MessageSource.CALLBACK,
        content=body,
        content_type=media_type,
        credential=credential,
        event_id=event_id,
        event_type=event_type,
        set_aside=set_aside,
    )
    answer = {"id": str(received.message.public_id)}
    if received.arrival == Arrival.REPEATED:
        return Answer(200, {"status": "duplicate", **answer})
    if received.arrival == Arrival.CONFLICTING:
        return Answer(409, {"error": "id_used_with_other_content", **answer})
    if problem:
        return Answer(400, {"error": "malformed", **answer})
    if set_aside:
        return Answer(403, {"error": "out_of_scope", **answer})
    return Answer(202, {"status": "accepted", **answer})


def _event(event: dict[str, Any]) -> tuple[str, bytes]:
    """The type and, for X12, the file in an event. Raises NotSound for another shape."""
    kind, data = event.get("type"), event.get("data")
    if not isinstance(kind, str) or not kind or not isinstance(data, dict | None):
        raise NotSound("an event has a type and data")
    if kind != X12_EVENT:
        return kind, b""
    payload = (data or {}).get("payload")
    if not isinstance(payload, str) or not payload:
        raise NotSound("data.payload is missing")
    return kind, payload.encode()


def _out_of_scope(credential: PayerCredential, event_type: str, payload: bytes) -> str:
    """Words for what the credential may not deliver, or "". Scopes never limit a test call."""
    if event_type == PING_EVENT:
        return ""
    missing = scopes_needed(kinds_in(payload)) - set(credential.scopes)
    return f"This key may not deliver: {', '.join(sorted(missing))}." if missing else ""


def _is_authentic(
    credential: PayerCredential | None, headers: Mapping[str, str], body: bytes
) -> bool:
    """Same work for every cause of refusal: a stranger learns nothing from the time it takes."""
    known = credential or PayerCredential()
    signed = Signed(
        headers.get("Webhook-Id", ""),
        headers.get("Webhook-Timestamp", ""),
        headers.get("Webhook-Signature", ""),
        body,
    )
    genuine = is_genuine(
        signed,
        live_secrets(credential) if credential else [],
        now=int(clock.now().timestamp()),
        tolerance=known.tolerance_seconds,
        base=known.signing_base,
    )
    fingerprint = _fingerprint(headers)
    wanted = known.allowed_fingerprint.lower()
    return genuine and known.is_live and (not wanted or fingerprint == wanted)


def _fingerprint(headers: Mapping[str, str]) -> str:
    """Of the caller's certificate, as our own proxy saw it; without one anybody could write it."""
    if not settings.BEHIND_PROXY:
        return ""
    return headers.get(FINGERPRINT, "").lower().replace(":", "")


def _content_type(value: str) -> tuple[str, str]:
    media_type, _, rest = value.partition(";")
    charset = ""
    for parameter in rest.split(";"):
        name, _, text = parameter.strip().partition("=")
        if name.lower() == "charset":
            charset = text.strip('"').lower()
    return media_type.strip().lower(), charset


def _hint(callback: Callback) -> str:
    """Enough to recognise an attempt, nothing that a body could have put there."""
    return f"key {callback.key_id[:8]}, body sha256 {hashlib.sha256(callback.body).hexdigest()}"


def _audit(action: str, credential: PayerCredential | None, note: str) -> None:
    with acting_as(Actor(API, "Unknown caller", source="callback")):
        audit.record(
            action,
            subject=credential,
            practice=credential.practice if credential else None,
            note=note,
        )
