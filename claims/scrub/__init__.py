"""The checks before sending, in the order of domain B.10: pure functions over a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from claims.scrub import balance, cob, coverage, duplicates, filing, identity, paper, services
from claims.scrub.coding import CodedCase, check_coding
from core.findings import Finding

Snapshot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScrubFacts:
    """What a scrub must know besides the snapshot: the day, the limit, what was billed before,
    and what the coding edits find on the encounters.
    """

    today: date
    filing_deadline_on: date | None = None
    has_route: bool = True
    on_paper: bool = False
    # For a line's control number, the claim that billed the same service before.
    earlier_claims: dict[str, str] = field(default_factory=dict)
    coding: tuple[CodedCase, ...] = ()


_CHECKS: tuple[Callable[[Snapshot, Any], list[Finding]], ...] = (
    identity.check_providers,
    identity.check_people,
    identity.check_payer,
    coverage.check_coverage,
    cob.check_order,
    check_coding,
    services.check_lines,
    filing.check_route,
    balance.check_frequency,
    balance.check_balance,
    cob.check_earlier_payers,
    filing.check_filing_limit,
    duplicates.check_duplicates,
    paper.check_paper,
)


def scrub(snapshot: Snapshot, facts: ScrubFacts) -> list[Finding]:
    """Every finding on `snapshot`, all at once (domain B.10; the X12 check comes after)."""
    return [found for check in _CHECKS for found in check(snapshot, facts)]
