"""Which hosts this installation may call: those that it names, and no others (DESIGN 4)."""

from urllib.parse import urlsplit

from django.conf import settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class HostNotAllowed(Exception):
    """The address is not on the list of hosts that this installation may call."""


def check_url(url: str) -> None:
    """Raise HostNotAllowed unless the host is listed and the line is encrypted or loopback."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError as error:
        raise HostNotAllowed("the address has no valid port") from error
    check_host(host, port)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise HostNotAllowed("the line must be encrypted: over https only")
    if parts.username or parts.password:
        raise HostNotAllowed("an address carries no password")


def check_host(host: str, port: int | None) -> None:
    """Raise HostNotAllowed unless `host`, or `host:port`, is listed. Enough for SSH lines."""
    name = host.lower()
    named = {name, f"{name}:{port}"} if port else {name}
    if not name or not named & {entry.lower() for entry in settings.CLAIMLINE_OUTBOUND_HOSTS}:
        raise HostNotAllowed("the host is not on the list of outbound hosts")
