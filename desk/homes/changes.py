"""What changed since a person was last here: a few sentences, one query each, with their list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Sum
from django.http import HttpRequest
from django.urls import reverse

from billing.models import Payment
from claims.choices import DenialState, VersionState
from claims.models import ClaimVersion, Denial, Remittance
from claims.states import REJECTED
from core import clock
from core.money import ZERO, format_money

MOST_REMITTANCES = 5


@dataclass(frozen=True)
class Change:
    """One thing that happened, when, and where to see it."""

    at: datetime
    icon: str
    words: str
    url: str = ""


def since(request: HttpRequest, instant: datetime | None) -> list[Change]:
    """What happened after `instant` (or in the last seven days), newest first."""
    start = instant or clock.now() - timedelta(days=7)
    found = [*_remittances(start), *_denials(start), *_versions(start), *_payments(start)]
    return sorted(found, key=lambda change: change.at, reverse=True)


def _remittances(start: datetime) -> list[Change]:
    rows = Remittance.objects.filter(received_at__gte=start).order_by("-received_at")
    return [
        Change(
            row.received_at,
            "remits",
            f"{row.payer_name or 'A payer'} paid ${format_money(row.payment_amount)}: "
            f"{row.get_state_display().lower()}",
            reverse("billing:remittance", args=[row.public_id]),
        )
        for row in rows[:MOST_REMITTANCES]
    ]


def _denials(start: datetime) -> list[Change]:
    rows = Denial.objects.filter(opened_at__gte=start, state=DenialState.OPEN)
    count, amount, at = _numbers(
        rows.aggregate(n=Count("pk"), s=Sum("amount"), at=Max("opened_at"))
    )
    if not count or at is None:
        return []
    words = f"{count} new {_plural(count, 'denial')}, ${format_money(amount)}"
    return [Change(at, "denials", words, f"{reverse('claims:denials')}?everyone=1")]


def _versions(start: datetime) -> list[Change]:
    rows = ClaimVersion.objects.filter(state_changed_at__gte=start)
    found = []
    for states, icon, words, bucket in (
        (REJECTED, "x", "came back rejected", "rejected"),
        # No list has just these: the words stand without a link.
        ({VersionState.PAYER_ACCEPTED}, "check", "were accepted by payers", ""),
    ):
        numbers = rows.filter(state__in=states).aggregate(
            n=Count("pk"), s=Sum("charge_amount"), at=Max("state_changed_at")
        )
        count, amount, at = _numbers(numbers)
        if count and at:
            url = f"{reverse('claims:worklist')}?bucket={bucket}" if bucket else ""
            text = f"{count} {_plural(count, 'claim')} {words}, ${format_money(amount)}"
            found.append(Change(at, icon, text, url))
    return found


def _payments(start: datetime) -> list[Change]:
    rows = Payment.objects.filter(taken_at__gte=start, journal__mirror__isnull=True)
    count, amount, at = _numbers(rows.aggregate(n=Count("pk"), s=Sum("amount"), at=Max("taken_at")))
    if not count or at is None:
        return []
    words = f"{count} patient {_plural(count, 'payment')}, ${format_money(amount)}"
    return [Change(at, "remits", words, reverse("billing:ledger"))]


def _numbers(row: dict[str, Any]) -> tuple[int, Decimal, datetime | None]:
    return row["n"], row["s"] or ZERO, row["at"]


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
