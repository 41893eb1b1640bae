"""The filing limit: past it a payer may refuse what is right in every other way (domain B.8)."""

from datetime import date, timedelta
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding

WARN_DAYS = 30


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
                f"The filing limit is {deadline:%m/%d/%Y}, in {left} days.",
                "claim.filing_limit",
            )
        ]
    return []
