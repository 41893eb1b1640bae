"""News travels right: an app announces, apps to its right hear (DESIGN 2).

A *bound* receiver runs in the sender's transaction: database only, and its failure rolls the
sender back. A *due* receiver gets a row of its own, delivered by the sweeper, retried, idempotent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import connection, models

from core.copying import insert_models
from core.models.news import NewsDelivery, NewsItem
from core.subjects import kind_of
from core.waking import wake

Receiver = Callable[[NewsItem], None]
SWEEP = "news"


@dataclass(eq=False)
class Topic:
    """One kind of news: its stable name, its meaning, and who hears it."""

    name: str
    meaning: str
    bound: dict[str, Receiver] = field(default_factory=dict)
    due: dict[str, Receiver] = field(default_factory=dict)


_topics: dict[str, Topic] = {}


def topic(name: str, meaning: str) -> Topic:
    """Declare a topic, in the `news.py` of the app that announces it."""
    if name in _topics:
        raise ValueError(f"topic {name} is declared twice")
    _topics[name] = Topic(name, meaning)
    return _topics[name]


def topics() -> list[Topic]:
    """Every declared topic, by name."""
    return [_topics[name] for name in sorted(_topics)]


def bound(on: Topic) -> Callable[[Receiver], Receiver]:
    """Let the decorated function hear `on` within the sender's transaction."""

    def connect(receiver: Receiver) -> Receiver:
        on.bound[_name(receiver)] = receiver
        return receiver

    return connect


def due(on: Topic) -> Callable[[Receiver], Receiver]:
    """Let the decorated function hear `on` soon after the sender's transaction committed."""

    def connect(receiver: Receiver) -> Receiver:
        on.due[_name(receiver)] = receiver
        return receiver

    return connect


def receiver_of(topic_name: str, receiver_name: str) -> Receiver | None:
    """The due receiver of that name; None when code no longer has it."""
    found = _topics.get(topic_name)
    return found.due.get(receiver_name) if found else None


def announce(
    on: Topic, *, subject: models.Model, ids: dict[str, int | list[int]] | None = None
) -> NewsItem:
    """Write one piece of news in the caller's transaction and hand it to the bound receivers.

    Raises RuntimeError outside a transaction, and whatever a bound receiver raises.
    """
    return announce_all(on, [(subject, ids or {})])[0]


def announce_all(
    on: Topic, pieces: Sequence[tuple[models.Model, dict[str, int | list[int]]]]
) -> list[NewsItem]:
    """Announce the same kind of news about many subjects, each with its ids, in few statements."""
    if not connection.in_atomic_block:
        raise RuntimeError("news is announced inside the transaction that makes it true")
    items = NewsItem.everywhere.bulk_create(
        NewsItem(
            practice_id=subject.practice_id,  # type: ignore[attr-defined]
            topic=on.name,
            subject_kind=kind_of(subject),
            subject_id=subject.pk,
            ids=ids,
        )
        for subject, ids in pieces
    )
    for item in items:
        for receiver in on.bound.values():
            receiver(item)
    deliveries = [NewsDelivery(news=item, receiver=name) for item in items for name in on.due]
    if deliveries:
        insert_models(deliveries)
        wake(SWEEP)
    return items


def _name(receiver: Receiver) -> str:
    return f"{receiver.__module__}.{receiver.__qualname__}"
