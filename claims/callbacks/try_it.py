"""Trying the door from a key's page: a test event, signed and taken in as any other."""

import json
from uuid import uuid4

from claims.callbacks.answers import Answer
from claims.callbacks.events import JSON
from claims.callbacks.receive import Callback, receive_callback
from claims.callbacks.samples import KINDS, sample
from claims.callbacks.signature import sign
from claims.callbacks.trust import Peer
from claims.models import PayerCredential
from claims.services.credentials import live_secrets
from claims.services.process_message import PING_EVENT, X12_EVENT
from core import clock

PING = "ping"
CHOICES = [
    (PING, "A ping"),
    ("ta1", "TA1, the envelope arrived"),
    ("999", "999, the file was accepted"),
    ("277ca", "277CA, one claim accepted"),
    ("835", "835, one claim paid"),
]


def try_door(credential: PayerCredential, kind: str) -> Answer:
    """Send a test event of `kind` to the credential's own door; nothing comes of it but the answer.

    It is signed with the live secret and counts as any other call. It comes from this server, so
    the key's network and certificate are taken as shown; those are tried from the payer's side.
    """
    event_id, now = f"evt_test_{uuid4().hex}", clock.now()
    body = json.dumps(_event(credential, kind, event_id), indent=1).encode()
    stamp = str(int(now.timestamp()))
    secret = live_secrets(credential)[0]
    headers = {
        "Content-Type": JSON,
        "Webhook-Id": event_id,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": sign(secret, event_id, stamp, body, credential.signing_base),
    }
    return receive_callback(
        credential, Callback(credential.key_id, headers, body, _own(credential))
    )


def _event(credential: PayerCredential, kind: str, event_id: str) -> dict[str, object]:
    if kind not in KINDS:
        return {"id": event_id, "type": PING_EVENT}
    file = sample(kind, credential.partner, clock.local(clock.now(), credential.practice))
    return {"id": event_id, "type": X12_EVENT, "test": True, "data": {"payload": file}}


def _own(credential: PayerCredential) -> Peer:
    network = credential.allowed_networks[0] if credential.allowed_networks else ""
    return Peer(network.partition("/")[0], credential.allowed_fingerprint.lower())
