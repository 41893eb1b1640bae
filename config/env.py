"""Typed readers of environment variables that fail loudly.

A value that is missing or malformed stops the program with the variable's name and what was
expected; nothing is guessed. A secret may stand in a file instead (``NAME_FILE``), as container
platforms provide it.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class _Required:
    """Marks a variable that has no default."""


REQUIRED: Final = _Required()
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
KEY_BYTES = 32
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
POSTGRES_SCHEMES = frozenset({"postgres", "postgresql"})
REDIS_SCHEMES = frozenset({"redis", "rediss", "unix", "redis+socket"})
# libpq options that may be given after the question mark of a database address.
DATABASE_OPTIONS = frozenset(
    {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "target_session_attrs"}
)


def text(name: str, default: str | _Required = REQUIRED) -> str:
    """Read a text; surrounding blanks are dropped."""
    value = os.environ.get(name)
    if value is not None:
        return value.strip()
    if isinstance(default, _Required):
        raise ImproperlyConfigured(f"{name} is not set.")
    return default


def secret(name: str, default: str | _Required = REQUIRED) -> str:
    """Read a secret from the variable, or from the file that ``NAME_FILE`` names."""
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return text(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them.")
    try:
        return Path(path).read_text().strip()
    except OSError as problem:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {problem.strerror}.") from None


def flag(name: str, default: bool | _Required = REQUIRED) -> bool:
    """Read a yes-or-no value."""
    fallback: str | _Required = default if isinstance(default, _Required) else str(default)
    value = text(name, fallback).lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def whole_number(name: str, default: int | _Required = REQUIRED, *, least: int = 0) -> int:
    """Read a whole number that is not smaller than `least`."""
    fallback: str | _Required = default if isinstance(default, _Required) else str(default)
    value = text(name, fallback)
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} must be {least} or more, not {number}.")
    return number


def words(name: str, default: str | _Required = REQUIRED) -> list[str]:
    """Read a list separated by commas; empty places are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def choice(name: str, allowed: Mapping[str, Any], default: str | _Required = REQUIRED) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in allowed:
        expected = ", ".join(allowed)
        raise ImproperlyConfigured(f"{name} must be one of {expected}, not {value!r}.")
    return value


def database(name: str, default: str | _Required = REQUIRED) -> dict[str, Any]:
    """Read a PostgreSQL address into Django's settings; a unix socket is given as its folder.

    ``postgresql://role:password@host:5432/name?sslmode=require`` or
    ``postgresql://role@/name?host=/folder/of/the/socket``.
    """
    return parse_database(name, secret(name, default))


def parse_database(name: str, address: str) -> dict[str, Any]:
    """Turn an address that was read elsewhere into Django's settings; `name` is for messages."""
    parts = urlsplit(address)
    if parts.scheme not in POSTGRES_SCHEMES:
        raise ImproperlyConfigured(f"{name} must start with postgresql:// (the only engine).")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host, port = _host_and_port(name, parts)
    host = query.pop("host", "") or host
    unknown = sorted(set(query) - DATABASE_OPTIONS)
    if unknown:
        # A password with a question mark in it ends up here: show what can only be a name.
        shown = ", ".join(word for word in unknown if word.isidentifier()) or "unreadable"
        raise ImproperlyConfigured(f"{name} has an option we do not know: {shown}.")
    found = {"NAME": unquote(parts.path.lstrip("/")), "USER": unquote(parts.username or "")}
    missing = [part.lower() for part, value in found.items() if not value]
    if missing:
        raise ImproperlyConfigured(f"{name} lacks its {' and '.join(missing)}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        **found,
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": dict(query),
    }


def _host_and_port(name: str, parts: SplitResult) -> tuple[str, str]:
    """Take host and port; a percent-encoded socket folder keeps its upper case."""
    place = parts.netloc.rpartition("@")[2]
    encoded = "%2f" in place.lower()
    host = unquote(place.partition(":")[0]) if encoded else (parts.hostname or "")
    try:
        return host, str(parts.port or "")
    except ValueError:
        raise ImproperlyConfigured(f"{name} has a port that is not a number.") from None


def redis(name: str, default: str | _Required = REQUIRED) -> tuple[str, str]:
    """Read a Redis address; answers it as the task queue spells it and as the cache spells it.

    The cache uses the next database number, so that neither can empty the other.
    """
    address = secret(name, default)
    parts = urlsplit(address)
    if parts.scheme not in REDIS_SCHEMES:
        raise ImproperlyConfigured(
            f"{name} must start with redis://, rediss:// or unix:// (a socket)."
        )
    query = parse_qs(parts.query)
    if parts.scheme in {"unix", "redis+socket"}:
        number = _number(name, (query.get("db") or query.get("virtual_host") or ["0"])[-1])
        place = f"{parts.netloc}{parts.path}"
        return (
            f"redis+socket://{place}?virtual_host={number}",
            f"unix://{place}?db={number + 1}",
        )
    number = _number(name, parts.path.strip("/") or "0")
    base = f"{parts.scheme}://{parts.netloc}"
    rest = f"?{parts.query}" if parts.query else ""
    return f"{base}/{number}{rest}", f"{base}/{number + 1}{rest}"


def _number(name: str, value: str) -> int:
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} has a database number that is not a number.")
    return int(value)


def keyring(name: str, default: str | _Required = REQUIRED) -> dict[str, bytes]:
    """Read ``name:<base64 of 32 bytes>,…`` into a ring of keys; the first encrypts."""
    ring: dict[str, bytes] = {}
    for position, entry in enumerate(secret(name, default).split(","), start=1):
        label, colon, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not label or not colon or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                f"{name}: entry {position} must read name:<base64 of {KEY_BYTES} random bytes>."
            )
        if label in ring:
            raise ImproperlyConfigured(f"{name} has two keys with the name {label}.")
        ring[label] = key
    return ring
