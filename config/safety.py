"""What production refuses to start with: one pure function from settings to problems.

The production settings call it while they load, so that no process of any kind starts unsafe; the
system checks call it again, so that ``manage.py check`` lists everything at once.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SHORTEST_SECRET = 50
KEY_BYTES = 32
SHORTEST_HSTS_SECONDS = 30 * 24 * 3600
PRODUCTION = "production"
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One unsafe value: a stable id, what is wrong, and what to do."""

    code: str
    message: str
    fix: str


def unsafe_settings(values: Settings) -> list[Problem]:
    """List everything that must not be so in production."""
    return [problem for look in _CHECKS for problem in look(values)]


def _debug(values: Settings) -> Iterator[Problem]:
    if values.get("DEBUG"):
        yield Problem("claimline.E001", "DEBUG is on.", "Unset CLAIMLINE_DEBUG.")
    if values.get("LOG_FULL_ERRORS"):
        yield Problem(
            "claimline.E002",
            "Error texts are logged in full; they can hold patients' data.",
            "Unset CLAIMLINE_LOG_FULL_ERRORS.",
        )
    if values.get("DEMO"):
        yield Problem(
            "claimline.E003",
            "Demo mode is on: its sign-ins are public.",
            "Unset CLAIMLINE_DEMO.",
        )


def _secret_key(values: Settings) -> Iterator[Problem]:
    key = str(values.get("SECRET_KEY", ""))
    if len(key) < SHORTEST_SECRET or len(set(key)) < 10 or "insecure" in key:
        yield Problem(
            "claimline.E004",
            f"The secret key is missing, known or shorter than {SHORTEST_SECRET} characters.",
            "Set CLAIMLINE_SECRET_KEY to a long random text.",
        )


def _hosts(values: Settings) -> Iterator[Problem]:
    hosts = list(values.get("ALLOWED_HOSTS", []))
    if not hosts or any(host.startswith("*") for host in hosts):
        yield Problem(
            "claimline.E005",
            "ALLOWED_HOSTS is empty or allows every host.",
            "Set CLAIMLINE_ALLOWED_HOSTS to the names people use.",
        )


def _keyring(values: Settings) -> Iterator[Problem]:
    ring = values.get("CLAIMLINE_KEYS") or {}
    # One byte repeated is what a placeholder looks like, not what a random generator makes.
    if not ring or any(len(key) != KEY_BYTES or len(set(key)) == 1 for key in ring.values()):
        yield Problem(
            "claimline.E006",
            "The keyring that encrypts documents is missing or not random.",
            'Set CLAIMLINE_KEYS to "name:<base64 of 32 random bytes>", newest first.',
        )


def _cookies(values: Settings) -> Iterator[Problem]:
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        if not values.get(name):
            yield Problem("claimline.E007", f"{name} is off.", f"Leave {name} on.")


def _transport(values: Settings) -> Iterator[Problem]:
    if not values.get("SECURE_SSL_REDIRECT"):
        yield Problem(
            "claimline.E008", "Plain HTTP is not redirected to HTTPS.", "Keep SECURE_SSL_REDIRECT."
        )
    if int(values.get("SECURE_HSTS_SECONDS") or 0) < SHORTEST_HSTS_SECONDS:
        yield Problem(
            "claimline.E009",
            "Strict transport security is off or shorter than 30 days.",
            "Set CLAIMLINE_HSTS_SECONDS to 2592000 or more.",
        )


def _database_roles(values: Settings) -> Iterator[Problem]:
    app = values.get("DATABASE_APP_USER", "")
    owner = values.get("DATABASE_OWNER_USER", "")
    if owner and app == owner:
        yield Problem(
            "claimline.E010",
            "The application runs as the role that owns the tables, so it could rewrite the "
            "ledger and the audit log.",
            "Give DATABASE_URL the app role and DATABASE_OWNER_URL the owner role.",
        )
    command = values.get("MANAGE_COMMAND", "")
    if values.get("DATABASE_ROLE") == "owner" and command not in values["SCHEMA_COMMANDS"]:
        yield Problem(
            "claimline.E014",
            "The owner role was asked for by something that does not change the schema.",
            "Unset CLAIMLINE_DB_ROLE: schema commands take the owner role by themselves.",
        )


SUPERUSERS = frozenset({"postgres", "root"})
LONGEST_SESSION_SECONDS = 12 * 3600


def _superuser(values: Settings) -> Iterator[Problem]:
    if str(values.get("DATABASE_APP_USER", "")) in SUPERUSERS:
        yield Problem(
            "claimline.E015",
            "The application signs in to the database as a superuser, whom no grant holds back.",
            "Give DATABASE_URL the app role (see docker/database).",
        )


def _passwords(values: Settings) -> Iterator[Problem]:
    parts = urlsplit(str(values.get("CELERY_BROKER_URL", "")))
    is_socket = parts.scheme in {"unix", "redis+socket"}  # its file's owner is its password
    if parts.scheme and not is_socket and not parts.password:
        yield Problem(
            "claimline.E016",
            "Redis is reached over the network without a password.",
            "Write it into REDIS_URL: redis://:password@host:6379/0.",
        )


def _session(values: Settings) -> Iterator[Problem]:
    if int(values.get("SESSION_COOKIE_AGE") or 0) > LONGEST_SESSION_SECONDS:
        yield Problem(
            "claimline.E017",
            "A sign-in that nobody uses stays open for more than 12 hours.",
            "Set CLAIMLINE_SESSION_SECONDS to 43200 or less; 900 is usual.",
        )


def _origins(values: Settings) -> Iterator[Problem]:
    for origin in values.get("CSRF_TRUSTED_ORIGINS", []):
        if not origin.startswith("https://"):
            yield Problem(
                "claimline.E018",
                f"The trusted origin {origin} is not HTTPS.",
                "Name only https:// addresses in CLAIMLINE_TRUSTED_ORIGINS.",
            )


def _outbound(values: Settings) -> Iterator[Problem]:
    for entry in values.get("CLAIMLINE_OUTBOUND_HOSTS", []):
        if is_loopback(entry):
            yield Problem(
                "claimline.E011",
                f"The list of outbound hosts names this machine itself ({entry}).",
                "Name only the payers' and clearinghouses' hosts in CLAIMLINE_OUTBOUND_HOSTS.",
            )
        elif entry.startswith("*"):
            yield Problem(
                "claimline.E012",
                "The list of outbound hosts allows every host.",
                "Name each host in CLAIMLINE_OUTBOUND_HOSTS.",
            )


def is_loopback(entry: str) -> bool:
    """Whether ``host`` or ``host:port`` names this machine."""
    host = entry.strip().lower().strip("[]")
    bracket = entry.strip().startswith("[")
    if bracket:
        host = entry.strip()[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


_CHECKS: tuple[Callable[[Settings], Iterator[Problem]], ...] = (
    _debug,
    _secret_key,
    _hosts,
    _keyring,
    _cookies,
    _transport,
    _database_roles,
    _superuser,
    _passwords,
    _session,
    _origins,
    _outbound,
)
