"""Telling of something that happened: rows written in the transaction that makes it true.

Where no address of the practice wants the event, one small query is all it costs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from core import clock
from core.choices import EndpointState
from core.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from core.money import CENT
from core.waking import wake
from core.webhooks.events import EventKind

SWEEP = "webhooks"
Data = Mapping[str, Any]
Row = TypeVar("Row")


def tell(
    kind: EventKind, practice_id: int, rows: Sequence[Row], told: Callable[[Row], Data]
) -> int:
    """Queue one event for each of `rows` for each address that wants them, in their order.

    `told` gives a row's data, with the keys of the kind's example: ids, states and amounts, never a
    name, a birth date or a number by which a payer knows a person. Returns how many events there
    are. Raises RuntimeError outside a transaction, ValueError for other keys.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is told inside the transaction that makes it true")
    if not rows:
        return 0
    endpoints = list(
        WebhookEndpoint.everywhere.filter(
            practice_id=practice_id, state=EndpointState.ON, events__contains=[kind.name]
        )
    )
    if not endpoints:
        return 0
    queue(kind, [told(row) for row in rows], endpoints)
    return len(rows)


def queue(kind: EventKind, pieces: Sequence[Data], endpoints: Sequence[WebhookEndpoint]) -> None:
    """Queue the events for just these addresses, whatever they want."""
    now, practice_id = clock.now(), endpoints[0].practice_id
    events = []
    for data in pieces:
        if data.keys() != kind.example.keys():
            raise ValueError(f"{kind.name} has other keys: {sorted(data.keys())}")
        event = WebhookEvent(practice_id=practice_id, kind=kind.name, happened_at=now)
        event.body = _body(event, data)
        events.append(event)
    WebhookEvent.everywhere.bulk_create(events, batch_size=1000)
    WebhookDelivery.everywhere.bulk_create(
        [
            WebhookDelivery(practice_id=practice_id, endpoint=endpoint, event=event, due_at=now)
            for event in events
            for endpoint in endpoints
        ],
        batch_size=1000,
    )
    wake(SWEEP)


class _Encoder(DjangoJSONEncoder):
    """Money as everywhere in the API: a string with two decimals."""

    def default(self, o: Any) -> Any:
        """What JSON has no word for."""
        return str(o.quantize(CENT)) if isinstance(o, Decimal) else super().default(o)


def _body(event: WebhookEvent, data: Data) -> str:
    """What is sent, the same bytes at every try: a signature is over bytes."""
    content = {
        "id": event.name,
        "type": event.kind,
        "occurred_at": event.happened_at.isoformat(timespec="milliseconds"),
        "data": data,
    }
    return json.dumps(content, cls=_Encoder)
