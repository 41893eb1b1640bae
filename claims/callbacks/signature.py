"""Signatures of callbacks as in Standard Webhooks: id, timestamp and body under a shared secret."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from claims.choices import SigningBase

PREFIX, SCHEME = "whsec_", "v1"
SECRET_BYTES = 32
LONGEST_ID = 200
_NOBODY = bytes(SECRET_BYTES)  # compared against when there is no secret, to take the same time


@dataclass(frozen=True, slots=True)
class Signed:
    """What a caller sent: the three headers and the raw body."""

    event_id: str
    timestamp: str
    signatures: str
    body: bytes


def new_secret() -> str:
    """A fresh secret, as it is shown to the sender once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(
    secret: str, event_id: str, timestamp: str, body: bytes, base: str = SigningBase.STANDARD
) -> str:
    """The signature header's value for one secret."""
    digest = hmac.new(_key(secret), _signed_bytes(event_id, timestamp, body, base), hashlib.sha256)
    return f"{SCHEME},{base64.b64encode(digest.digest()).decode()}"


def is_genuine(
    signed: Signed,
    secrets_in_force: Sequence[str],
    *,
    now: int,
    tolerance: int,
    base: str = SigningBase.STANDARD,
) -> bool:
    """Whether one of the signatures was made with one of the secrets, and in time.

    Every secret is tried whatever the others gave, so that time tells nothing. Malformed headers
    are simply not genuine.
    """
    given = [part.partition(",")[2] for part in signed.signatures.split(" ") if _is_v1(part)]
    message = _signed_bytes(signed.event_id, signed.timestamp, signed.body, base)
    matched = False
    for key in [_key(secret) for secret in secrets_in_force] or [_NOBODY]:
        expected = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest())
        for candidate in given[:5]:
            matched |= hmac.compare_digest(expected, candidate.encode("utf-8", "replace"))
    return (
        matched
        and bool(secrets_in_force)
        and _id_is_sound(signed.event_id)
        and _is_in_time(signed.timestamp, now, tolerance)
    )


def _signed_bytes(event_id: str, timestamp: str, body: bytes, base: str) -> bytes:
    head = f"{timestamp}." if base == SigningBase.TIMESTAMP else f"{event_id}.{timestamp}."
    return head.encode("utf-8", "replace") + body


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a stored secret is not base64") from error


def _is_v1(part: str) -> bool:
    return part.partition(",")[0] == SCHEME


def _id_is_sound(event_id: str) -> bool:
    """No dot: it would let two ids and bodies sign to the same bytes."""
    return 0 < len(event_id) <= LONGEST_ID and "." not in event_id and event_id.isprintable()


def _is_in_time(timestamp: str, now: int, tolerance: int) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now - int(timestamp)) <= tolerance
