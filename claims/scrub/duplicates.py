"""The same service, billed twice to the same payer, comes back as a duplicate (domain B.10)."""

from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding


def check_duplicates(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """One finding for each line that another live claim bills alike."""
    return [
        finding(
            "DUP-01",
            f"Line {line['number']} was billed before on claim "
            f"{facts.earlier_claims[line['control_number']]}.",
            f"lines.{line['number']}.duplicate",
            "Send it only if it was done twice.",
        )
        for line in snapshot["lines"]
        if line["control_number"] in facts.earlier_claims
    ]
