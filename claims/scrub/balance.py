"""Whether the amounts add up and the frequency tells the truth (domain B.4, B.7)."""

from decimal import Decimal
from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding
from core.money import ZERO

REPLACEMENT_CODES = frozenset({"7", "8"})


def check_frequency(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """Frequency 7 and 8 name the payer's claim number, frequency 1 does not."""
    claim = snapshot["claim"]
    replaces = claim["frequency_code"] in REPLACEMENT_CODES
    if replaces == bool(claim["original_reference_number"]):
        return []
    text = (
        "A replacement needs the payer's claim number."
        if replaces
        else "An original claim must not name a payer claim number."
    )
    return [finding("PAY-01", text, "claim.original_reference_number")]


def check_balance(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """The lines add up to the total; none is negative; the total is not zero."""
    total = Decimal(snapshot["claim"]["charge_amount"])
    charges = [Decimal(line["charge_amount"]) for line in snapshot["lines"]]
    found = []
    if sum(charges, ZERO) != total:
        found.append(
            finding(
                "BAL-01",
                f"The lines add up to {sum(charges, ZERO)}, the claim says {total}.",
                "claim.charge_amount",
            )
        )
    if any(charge < 0 for charge in charges):
        found.append(finding("BAL-02", "A line has a negative charge.", "lines.charge_amount"))
    if total == 0:
        found.append(finding("BAL-03", "The claim asks for nothing.", "claim.charge_amount"))
    return found
