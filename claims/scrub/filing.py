"""The filing limit: past it a payer may refuse what is right in every other way (domain B.8)."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding

WARN_DAYS = 30
# The nearer the limit, the plainer the words (domain B.8: 30, 15 and 7 days).
_STEPS = ((7, "send it today"), (15, "let it go before others"), (WARN_DAYS, ""))
GRACE_MONTHS = 6


def filing_deadline(service_date: date, limit_days: int, *, calendar_year: bool = False) -> date:
    """The last day on which the claim is on time, counted from the service date (W-09).

    With `calendar_year` it is the same day next year, as Medicare counts (42 CFR 424.44).
    """
    if not calendar_year:
        return service_date + timedelta(days=limit_days)
    try:
        return service_date.replace(year=service_date.year + 1)
    except ValueError:  # February 29th
        return service_date.replace(year=service_date.year + 1, day=28)


def with_grace(deadline: date) -> date:
    """Six months more: Medicare's limit where it decided late who is entitled (domain B.8)."""
    months = deadline.month - 1 + GRACE_MONTHS
    year, month = deadline.year + months // 12, months % 12 + 1
    return date(year, month, min(deadline.day, monthrange(year, month)[1]))


def check_route(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """A claim for a payer without a trading partner would wait for ever."""
    if facts.has_route:
        return []
    name = snapshot["payer"]["name"]
    return [
        finding(
            "PAY-02",
            f"There is no route to {name}.",
            "payer.route",
            "An admin chooses its trading partner.",
        )
    ]


def check_filing_limit(_: dict[str, Any], facts: Any) -> list[Finding]:
    """Late is for a person to decide; near is a warning."""
    deadline = facts.filing_deadline_on
    if deadline is None:
        return []
    left = (deadline - facts.today).days
    if left < 0:
        return [
            finding(
                "TFL-01",
                f"The filing limit was {deadline:%m/%d/%Y}.",
                "claim.filing_limit",
                "Send it with a reason, or write it off.",
            )
        ]
    if left <= WARN_DAYS:
        return [
            finding(
                "TFL-02",
                f"The filing limit is {deadline:%m/%d/%Y}, {_in_days(left)}.",
                "claim.filing_limit",
                _advice(left),
            )
        ]
    return []


def _in_days(left: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")


def _advice(left: int) -> str:
    words = next(words for most, words in _STEPS if left <= most)
    return f"{words[:1].upper()}{words[1:]}." if words else ""
