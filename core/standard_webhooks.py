"""Signing as in Standard Webhooks, for both directions: HMAC-SHA256 over id, timestamp and body."""

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX, SCHEME = "whsec_", "v1"
SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh secret, as it is shown once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key of the HMAC. Raises ValueError where a stored secret is broken."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a stored secret is not base64") from error


def signed_bytes(event_id: str, timestamp: str, body: bytes) -> bytes:
    """What is signed: `id.timestamp.body`."""
    return f"{event_id}.{timestamp}.".encode("utf-8", "replace") + body


def signature(secret: str, message: bytes) -> str:
    """One signature of `message` as the header carries it: `v1,` and base64."""
    digest = hmac.new(key_of(secret), message, hashlib.sha256).digest()
    return f"{SCHEME},{base64.b64encode(digest).decode()}"
