"""Whether a caller is who its key says: signature, time, certificate, network, life of the key."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from claims.callbacks.signature import Signed, complaint
from claims.models import PayerCredential
from claims.services.credentials import live_secrets
from core import clock, keyring
from core.standard_webhooks import new_secret

NO_KEY = "There is no key of this name: compare the address."


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of the connection, as our own proxy (or, without one, the server) saw it."""

    address: str = ""
    fingerprint: str = ""


NOBODY_KNOWN = Peer()


def peer_of(headers: Mapping[str, str], remote_address: str) -> Peer:
    """Who is at the other end. What only a proxy may say is believed only behind one.

    Without a proxy anybody could write these headers, so no certificate is known then. The last
    address of X-Forwarded-For is the one that our own proxy put there.
    """
    if not settings.BEHIND_PROXY:
        return Peer(remote_address)
    forwarded = headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    shown = headers.get(settings.CLAIMLINE_CLIENT_CERTIFICATE_HEADER, "")
    return Peer(forwarded or remote_address, shown.strip().lower().replace(":", ""))


def distrust(credential: PayerCredential | None, signed: Signed, peer: Peer) -> str:
    """Why the call is refused, in words for the key's own page; "" when it is genuine.

    The same work is done for every cause, so that a stranger learns nothing from the time it takes.
    """
    known = credential or PayerCredential()
    now = clock.now()
    secrets = live_secrets(credential) if credential else _of_nobody()
    unsigned = complaint(
        signed,
        secrets if credential else [],
        now=int(now.timestamp()),
        tolerance=known.tolerance_seconds,
        base=known.signing_base,
    )
    wanted = known.allowed_fingerprint.lower()
    reasons = [
        "" if credential else NO_KEY,
        _life(known),
        _network(known.allowed_networks, peer.address),
        "" if not wanted or peer.fingerprint == wanted else _certificate(peer),
        unsigned,
    ]
    return next(filter(None, reasons), "")


def _life(credential: PayerCredential) -> str:
    if credential.revoked_at is not None:
        return "The key was revoked."
    return "" if credential.is_live else "The key has expired."


def _network(allowed: Sequence[str], address: str) -> str:
    if not allowed:
        return ""
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return "The address of the caller is not known, and the key is bound to networks."
    if any(caller in ipaddress.ip_network(one, strict=False) for one in allowed):
        return ""
    return f"The call came from {caller}, which is outside the networks of this key."


def _certificate(peer: Peer) -> str:
    if not peer.fingerprint:
        return "No client certificate was shown, and the key is bound to one."
    return f"The client certificate is another one: its SHA-256 begins {peer.fingerprint[:16]}."


def _of_nobody() -> list[str]:
    """Open a sealed secret as for a real key; the answer is thrown away."""
    return [keyring.open_text(_sealed(), bound_to="nobody")]


@cache
def _sealed() -> str:
    return keyring.seal_text(new_secret(), bound_to="nobody")
