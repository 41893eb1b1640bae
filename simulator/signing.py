"""Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over id, time of the attempt and body."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"


def secret_bytes(secret: str) -> bytes:
    """The key inside `whsec_<base64>`. Raises ValueError when it is none."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"a signing secret begins with {PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a signing secret is base64 after its prefix") from error
    if not 24 <= len(key) <= 64:
        raise ValueError("a signing secret has 24 to 64 bytes")
    return key


def signed_headers(
    secret: str, event_id: str, attempted_at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of one attempt."""
    timestamp = str(int(attempted_at.timestamp()))
    message = b".".join([event_id.encode(), timestamp.encode(), body])
    digest = hmac.new(secret_bytes(secret), message, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
