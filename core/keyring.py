"""Encryption at rest: AES-256-GCM under a ring of keys from the environment.

The first key of `CLAIMLINE_KEYS` encrypts; every key on the ring decrypts, so keys can be rotated.
"""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class KeyMissing(Exception):
    """The bytes were encrypted under a key that is not on the ring."""


def encrypt(plain: bytes, *, bound_to: bytes) -> tuple[str, bytes]:
    """`plain` under the current key: the key's id and nonce + ciphertext.

    `bound_to` is authenticated with it: the bytes cannot be moved to another row.
    """
    key_id = next(iter(_ring()))
    nonce = os.urandom(_NONCE_BYTES)
    return key_id, nonce + AESGCM(_ring()[key_id]).encrypt(nonce, plain, bound_to)


def decrypt(key_id: str, sealed: bytes, *, bound_to: bytes) -> bytes:
    """The plain bytes. Raises KeyMissing, or InvalidTag where the bytes were changed or moved."""
    key = _ring().get(key_id)
    if key is None:
        raise KeyMissing(f"key {key_id} is not on the ring")
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)


def seal_text(text: str, *, bound_to: str = "") -> str:
    """A secret as one line for a text column: key id, colon, base64."""
    key_id, sealed = encrypt(text.encode(), bound_to=bound_to.encode())
    return f"{key_id}:{base64.b64encode(sealed).decode()}"


def open_text(sealed: str, *, bound_to: str = "") -> str:
    """The secret that `seal_text` sealed."""
    key_id, _, encoded = sealed.partition(":")
    return decrypt(key_id, base64.b64decode(encoded), bound_to=bound_to.encode()).decode()


def _ring() -> dict[str, bytes]:
    return settings.CLAIMLINE_KEYS
