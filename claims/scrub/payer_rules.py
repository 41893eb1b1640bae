"""The rules that the practice wrote for its payers (domain B.10, stage 4)."""

from typing import Any

from core.findings import Finding


def check_payer_rules(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """What the rules that are switched on for this payer and plan say, each of its own version."""
    return [found for rule in facts.rules for found in rule.findings(snapshot)]
