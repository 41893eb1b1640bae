"""News is told in the sender's transaction, and every due receiver hears it at least once."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from core import clock, news, sweeping
from core.choices import DeliveryState
from core.models import NewsDelivery, NewsItem, Note, Practice, WorkItem
from core.services.deliver_news import MOST_TRIES, deliver_due_news
from core.tenancy import current_practice_id, practice_scope

heard: list[int] = []


@pytest.fixture
def topic() -> Iterator[news.Topic]:
    heard.clear()
    made = news.topic("test.note_written", "A note was written")
    yield made
    news._topics.pop(made.name)


def write_note(practice: Practice) -> Note:
    return Note.everywhere.create(
        practice=practice, subject_kind="core.practice", subject_id=practice.pk, text="hello"
    )


def tell(practice: Practice, topic: news.Topic) -> NewsItem:
    with transaction.atomic(), practice_scope(practice):
        return news.announce(topic, subject=write_note(practice), ids={"line_ids": [1, 2]})


@pytest.mark.django_db
def test_a_bound_receiver_runs_at_once_and_its_failure_is_the_senders(
    summit: Practice, topic: news.Topic
) -> None:
    def refuse(item: NewsItem) -> None:
        raise ValueError("no")

    news.bound(topic)(refuse)
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        tell(summit, topic)
    assert not NewsItem.everywhere.exists()
    assert not Note.everywhere.exists()


@pytest.mark.django_db
def test_a_due_receiver_hears_once_within_its_practice(summit: Practice, topic: news.Topic) -> None:
    def hear(item: NewsItem) -> None:
        assert current_practice_id() == summit.pk
        heard.extend(item.ids["line_ids"])

    news.due(topic)(hear)
    tell(summit, topic)
    assert heard == []
    sweeping.run_all()
    sweeping.run_all()
    assert heard == [1, 2]
    assert NewsDelivery.objects.get().state == DeliveryState.DELIVERED


@pytest.mark.django_db
def test_a_receiver_that_fails_is_tried_again_later_and_then_a_person_is_asked(
    summit: Practice, topic: news.Topic, settings: object
) -> None:
    settings.CLAIMLINE_RAISE_IN_SWEEPS = False  # type: ignore[attr-defined]

    def fail(item: NewsItem) -> None:
        raise OSError("the disk is gone")

    news.due(topic)(fail)
    tell(summit, topic)
    assert deliver_due_news() == 1
    delivery = NewsDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (DeliveryState.WAITING, "OSError")
    assert deliver_due_news() == 0, "it is put off, not tried at once"
    NewsDelivery.objects.update(attempts=MOST_TRIES - 1, due_at=clock.now())
    assert deliver_due_news() == 1
    assert NewsDelivery.objects.get().state == DeliveryState.FAILED
    assert WorkItem.everywhere.get().title == "A follow-on step failed"


@pytest.mark.django_db
def test_a_receiver_that_half_succeeds_leaves_nothing_behind(
    summit: Practice, topic: news.Topic, settings: object
) -> None:
    settings.CLAIMLINE_RAISE_IN_SWEEPS = False  # type: ignore[attr-defined]

    def write_then_fail(item: NewsItem) -> None:
        write_note(item.practice)
        raise ValueError("half way")

    news.due(topic)(write_then_fail)
    tell(summit, topic)
    deliver_due_news()
    assert Note.everywhere.count() == 1, "only the sender's own note stands"


@pytest.mark.django_db(transaction=True)
def test_news_cannot_be_told_outside_a_transaction(topic: news.Topic, summit: Practice) -> None:
    with pytest.raises(RuntimeError):
        news.announce(topic, subject=write_note(summit))


def test_a_topic_is_declared_once(topic: news.Topic) -> None:
    with pytest.raises(ValueError, match="twice"):
        news.topic(topic.name, "again")
