"""Signatures of callbacks as in Standard Webhooks: id, timestamp and body under a shared secret."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from claims.choices import SigningBase
from core.standard_webhooks import SCHEME, SECRET_BYTES, key_of, signature, signed_bytes

LONGEST_ID = 200
MOST_SECRETS, MOST_SIGNATURES = 2, 5  # during a rotation two secrets are live
_NOBODY = bytes(SECRET_BYTES)  # compared against when there is no secret, to take the same time


@dataclass(frozen=True, slots=True)
class Signed:
    """What a caller sent: the three headers and the raw body."""

    event_id: str
    timestamp: str
    signatures: str
    body: bytes


def sign(
    secret: str, event_id: str, timestamp: str, body: bytes, base: str = SigningBase.STANDARD
) -> str:
    """The signature header's value for one secret."""
    return signature(secret, _signed_bytes(event_id, timestamp, body, base))


def is_genuine(
    signed: Signed,
    secrets_in_force: Sequence[str],
    *,
    now: int,
    tolerance: int,
    base: str = SigningBase.STANDARD,
) -> bool:
    """Whether one of the signatures was made with one of the secrets, and in time."""
    return not complaint(signed, secrets_in_force, now=now, tolerance=tolerance, base=base)


def complaint(
    signed: Signed,
    secrets_in_force: Sequence[str],
    *,
    now: int,
    tolerance: int,
    base: str = SigningBase.STANDARD,
) -> str:
    """What is wrong with the signing, in a sentence for the sender's engineers; "" for nothing.

    As many keys are tried as may ever be live, whatever the others gave, so that time tells
    nothing. Malformed headers are simply not genuine.
    """
    given = [part.partition(",")[2] for part in signed.signatures.split(" ") if _is_v1(part)]
    message = _signed_bytes(signed.event_id, signed.timestamp, signed.body, base)
    keys = [(key_of(secret), True) for secret in secrets_in_force]
    keys += [(_NOBODY, False)] * (MOST_SECRETS - len(keys))
    matched = False
    for key, counts in keys:
        expected = base64.b64encode(hmac.new(key, message, hashlib.sha256).digest())
        for candidate in given[:MOST_SIGNATURES]:
            matched |= hmac.compare_digest(expected, candidate.encode("utf-8", "replace")) & counts
    return _first_fault(signed, given, now, tolerance) or ("" if matched else _no_match(base))


def _first_fault(signed: Signed, given: Sequence[str], now: int, tolerance: int) -> str:
    """What is wrong with the headers, before any signature is looked at."""
    named = {
        "webhook-id": signed.event_id,
        "webhook-timestamp": signed.timestamp,
        "webhook-signature": signed.signatures,
    }
    missing = [name for name, value in named.items() if not value]
    if missing:
        return f"The header {missing[0]} is missing."
    if not _id_is_sound(signed.event_id):
        return f"webhook-id has 1 to {LONGEST_ID} printable characters and no dot."
    if not _is_number(signed.timestamp):
        return "webhook-timestamp is not a number of seconds since 1970."
    off = now - int(signed.timestamp)
    if abs(off) > tolerance:
        side = "behind" if off > 0 else "ahead of"
        return f"webhook-timestamp is {abs(off)} s {side} our clock; {tolerance} s are allowed."
    return "" if given else f"webhook-signature holds no signature of the scheme {SCHEME}."


def _no_match(base: str) -> str:
    return f"No signature fits: compare the secret, and sign {base} with the body byte for byte."


def _signed_bytes(event_id: str, timestamp: str, body: bytes, base: str) -> bytes:
    if base == SigningBase.TIMESTAMP:
        return f"{timestamp}.".encode("utf-8", "replace") + body
    return signed_bytes(event_id, timestamp, body)


def _is_v1(part: str) -> bool:
    return part.partition(",")[0] == SCHEME


def _id_is_sound(event_id: str) -> bool:
    """No dot: it would let two ids and bodies sign to the same bytes."""
    return 0 < len(event_id) <= LONGEST_ID and "." not in event_id and event_id.isprintable()


def _is_number(timestamp: str) -> bool:
    return timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12
