"""What is due and nobody has done: the age of the oldest row (reliability 3.4.7).

It is read where it is shown, from the rows themselves: a worker that stands still cannot tell of
itself, so no sweep, queue or cache takes part in it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from claims.choices import InquiryState, MessageState
from claims.models import EligibilityCheck, InboundMessage, StatusInquiry, Transmission
from claims.services.partner_lines import closed_lines
from claims.services.send_transmission import OPEN_STATES
from core import clock
from core.choices import DeliveryState
from core.models import Practice
from core.models.news import NewsDelivery

ALARM_AFTER = timedelta(minutes=10)
_ASKED = [InquiryState.QUEUED, InquiryState.ASKING]


@dataclass(frozen=True, slots=True)
class Backlog:
    """One kind of row that should have been taken by now: how many, and due since when."""

    noun: str
    what: str
    count: int
    since: datetime


def backlog(practice: Practice) -> list[Backlog]:
    """The kinds of row of `practice` that are due for longer than ten minutes, the oldest first.

    What waits for a line that rests or is stopped is not late: Connections says so by itself.
    """
    found = [_of(noun, what, rows) for noun, what, rows in _kinds(practice)]
    return sorted((one for one in found if one), key=lambda one: one.since)


def _kinds(practice: Practice) -> list[tuple[str, str, QuerySet[Any]]]:
    sending = Transmission.objects.filter(state__in=OPEN_STATES)
    return [
        ("file,files", "to be sent", sending.exclude(closed_lines("batch__partner"))),
        (
            "message,messages", "to be read",
            InboundMessage.objects.filter(state=MessageState.RECEIVED),
        ),
        (
            "question,questions", "about coverages to be asked",
            EligibilityCheck.objects.filter(state__in=_ASKED),
        ),
        (
            "question,questions", "about claims to be asked",
            StatusInquiry.objects.filter(state__in=_ASKED),
        ),
        (
            "follow-up,follow-ups", "of something that happened",
            NewsDelivery.objects.filter(state=DeliveryState.WAITING, news__practice=practice),
        ),
    ]  # fmt: skip


def _of(noun: str, what: str, rows: QuerySet[Any]) -> Backlog | None:
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    late = rows.filter(free, due_at__lte=now - ALARM_AFTER).order_by()
    numbers = late.aggregate(count=Count("pk"), since=Min("due_at"))
    return Backlog(noun, what, numbers["count"], numbers["since"]) if numbers["count"] else None
