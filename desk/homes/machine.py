"""Whether the workers keep up: what is due and nobody has done (reliability 3.4.7)."""

from django.http import HttpRequest
from django.urls import reverse

from claims.backlog import backlog
from core import clock
from desk.homes.cards import ACT, Card


def backlog_cards(request: HttpRequest) -> list[Card]:
    """One card a kind of row that is late, or one that says that nothing is."""
    practice = request.practice  # type: ignore[attr-defined]
    url = reverse("claims:connections")
    late = backlog(practice)
    if not late:
        return [Card("Due and not done", url, "0", meta="nothing is late by ten minutes")]
    return [
        Card(
            f"{one.noun.partition(',')[2].capitalize()} {one.what}",
            url,
            f"{one.count:,}",
            meta=f"due since {clock.local(one.since, practice):%m/%d/%Y %H:%M}: is a worker"
            " running?",
            tone=ACT,
        )
        for one in late
    ]
