"""A clearinghouse that signs what it posts to the door."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from claims.callbacks.signature import sign
from claims.models import PayerCredential
from core import clock
from tests.factories.claims import World

X12, JSON = "application/edi-x12", "application/json"


class Sender:
    """One key and its secret, and the world it answers; `post` signs as the key's page says."""

    def __init__(
        self, credential: PayerCredential, secret: str, world: World | None = None
    ) -> None:
        self.credential, self.secret, self.world = credential, secret, world

    @property
    def address(self) -> str:
        """Where its events go."""
        return f"/payers/v1/{self.credential.key_id}/events"

    def headers(self, body: bytes, event_id: str = "evt_1", age: int = 0) -> dict[str, str]:
        """The three headers of Standard Webhooks."""
        stamp = str(int(clock.now().timestamp()) - age)
        return {
            "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": sign(self.secret, event_id, stamp, body),
        }

    def post(
        self,
        body: bytes | dict[str, Any],
        *,
        event_id: str = "evt_1",
        content_type: str = "",
        age: int = 0,
        **headers: str,
    ) -> HttpResponse:
        """Sign and post; `headers` replace or add to those of the signature, "" leaves one out."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.headers(raw, event_id, age) | headers
        return Client().generic(
            "POST",
            self.address,
            data=raw,
            content_type=content_type or (X12 if isinstance(body, bytes) else JSON),
            headers={name: value for name, value in signed.items() if value},
            REMOTE_ADDR="198.51.100.7",
        )


def event(payload: bytes, kind: str = "x12.received", **more: Any) -> dict[str, Any]:
    """An event that carries an X12 file."""
    return {"id": "evt_1", "type": kind, "data": {"payload": payload.decode()}, **more}
