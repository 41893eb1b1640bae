"""A claim is parted when it is built, and never again: what must be parted since is said (B.1)."""

from typing import Any

from claims.scrub.catalogue import finding
from core.findings import Finding


def check_parts(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """Its lines would be several claims today."""
    parts = snapshot.get("parts", ())
    if not parts:
        return []
    reasons = "; ".join(dict.fromkeys(filter(None, parts)))
    return [
        finding(
            "SPL-01",
            f"These services belong on {len(parts)} claims: {reasons}.",
            "claim.parts",
            "Return the visit to the coder: coded again it makes claims apart.",
        )
    ]
