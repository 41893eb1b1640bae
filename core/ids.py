"""Identifiers that may leave the house: time-ordered public ids and unguessable numbers."""

import secrets
import time
import uuid

# No vowels (no words by accident), no 0/O or 1/I (no misreading on the phone).
_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"


def uuid7() -> uuid.UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.

    Time order keeps index pages warm; the random part keeps neighbours unguessable.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return uuid.UUID(int=value)


def opaque_number(prefix: str, length: int) -> str:
    """`prefix` followed by random capitals and digits, `length` characters in all.

    For numbers that people and payers read back (claim, line, encounter). Raises ValueError
    where fewer than six random characters would remain.
    """
    free = length - len(prefix)
    if free < 6:
        raise ValueError("an opaque number needs at least six random characters")
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(free))
