"""The checks before sending, in the order of domain B.10: pure functions over a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from claims.frequency import VOID
from claims.payer_rules.live import LiveRule
from claims.scrub import (
    balance,
    claim_data,
    cob,
    coverage,
    duplicates,
    enrolment,
    filing,
    identity,
    paper,
    parts,
    services,
    signatures,
)
from claims.scrub.authorization import Allowances, check_authorization
from claims.scrub.coding import CodedCase, check_coding
from claims.scrub.enrolment import NO_RULES, FilingFacts
from claims.scrub.payer_rules import check_payer_rules
from core.findings import Finding

Snapshot = dict[str, Any]
NOTHING_ASKED = Allowances()


@dataclass(frozen=True, slots=True)
class ScrubFacts:
    """What a scrub must know besides the snapshot: the day, the limit, what was billed before,
    what the coding edits find on the encounters, and the practice's own rules for payer and plan.
    """

    today: date
    filing_deadline_on: date | None = None
    has_route: bool = True
    on_paper: bool = False
    # For a line's control number, the claim that billed the same service before.
    earlier_claims: dict[str, str] = field(default_factory=dict)
    coding: tuple[CodedCase, ...] = ()
    allowances: Allowances = NOTHING_ASKED
    rules: tuple[LiveRule, ...] = ()
    filing: FilingFacts = NO_RULES


_CHECKS: tuple[Callable[[Snapshot, Any], list[Finding]], ...] = (
    identity.check_providers,
    identity.check_people,
    identity.check_payer,
    signatures.check_signatures,
    claim_data.check_claim_data,
    coverage.check_coverage,
    cob.check_order,
    check_coding,
    services.check_lines,
    parts.check_parts,
    filing.check_route,
    check_payer_rules,
    enrolment.check_referring,
    enrolment.check_taxonomy,
    enrolment.check_enrolment,
    balance.check_frequency,
    balance.check_balance,
    check_authorization,
    cob.check_earlier_payers,
    filing.check_filing_limit,
    duplicates.check_duplicates,
    paper.check_paper,
)


# A void takes back the very claim that was decided: whether its codes or its coverage were right is
# no question any more, only whether the payer can read which claim it is.
VOID_CHECKS = (
    identity.check_payer,
    filing.check_route,
    balance.check_frequency,
    balance.check_balance,
    paper.check_paper,
)


def scrub(snapshot: Snapshot, facts: ScrubFacts) -> list[Finding]:
    """Every finding on `snapshot`, all at once (domain B.10; the X12 check comes after)."""
    is_void = snapshot["claim"]["frequency_code"] == VOID
    checks = VOID_CHECKS if is_void else _CHECKS
    return [found for check in checks for found in check(snapshot, facts)]
