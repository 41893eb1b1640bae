"""Where events may be sent to: the guard against being made to call what stands inside.

A practice's admin types the address, so the host is not on a list of ours. It is looked up each
time, every answer of the look-up must be a public address, and the call goes to the very address
that was judged: a name that points elsewhere a moment later (DNS rebinding) gains nothing.
A host within the house is called only where the installation names it in
CLAIMLINE_OUTBOUND_HOSTS, as for every other outbound call (core.outbound).
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from core.outbound import HostNotAllowed, check_url

PORTS = {"https": 443, "http": 80}
LONGEST = 300
_WITHIN = "the address lies inside this network: only public addresses are called"
# Carry an IPv4 address inside, which the routers on the way take out: NAT64, 6to4, Teredo.
_TUNNELS = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "2001::/32"))


@dataclass(frozen=True, slots=True)
class Target:
    """A judged address: where to connect to, and what to ask for there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


class NoSuchHost(Exception):
    """The name cannot be looked up now."""


def check_address(url: str) -> None:
    """Refuse what can be refused without a look-up. Raises HostNotAllowed with the reason."""
    parts = _parts(url)
    if _is_named(url):
        return
    if parts.scheme != "https":
        raise HostNotAllowed("events are sent over https only")
    host = parts.hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise HostNotAllowed(_WITHIN)
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        if "." not in host:
            raise HostNotAllowed("the host has no full name, such as hooks.example.com") from None
        return
    _judge(str(literal))


def target_of(url: str) -> Target:
    """Look the host up, judge every address of it, and choose the first.

    Raises HostNotAllowed with the reason, and NoSuchHost where the look-up fails.
    """
    check_address(url)
    parts = _parts(url)
    host, port = (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoSuchHost("the host's name cannot be looked up") from error
    addresses = [str(one[4][0]) for one in found]
    if not _is_named(url):
        for address in addresses:
            _judge(address)
    path = parts.path or "/"
    return Target(
        parts.scheme, host, port, addresses[0], f"{path}?{parts.query}" if parts.query else path
    )


def _judge(address: str) -> None:
    """Raise HostNotAllowed unless `address` is one of the public internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    tunnelled = parsed.version == 6 and any(parsed in network for network in _TUNNELS)
    if not parsed.is_global or parsed.is_multicast or tunnelled:
        raise HostNotAllowed(_WITHIN)


def _is_named(url: str) -> bool:
    """Whether the installation itself names this host as one that it may call."""
    try:
        check_url(url)
    except HostNotAllowed:
        return False
    return True


def _parts(url: str) -> SplitResult:
    """The parts of an address that is one. Raises HostNotAllowed for anything else."""
    is_plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    try:
        parts = urlsplit(url if is_plain else "")
        port = parts.port
    except ValueError as error:
        raise HostNotAllowed("this is no address, such as https://hooks.example.com/x") from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise HostNotAllowed("this is no address, such as https://hooks.example.com/x")
    if parts.username or parts.password:
        raise HostNotAllowed("an address carries no password: the signature proves us")
    if parts.fragment:
        raise HostNotAllowed("an address has no part after #")
    return parts
