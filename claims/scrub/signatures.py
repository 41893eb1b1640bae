"""Nothing is said to be signed that is not on file (domain B.4, boxes 12 and 13)."""

from typing import Any

from claims.claim_facts import row_of
from claims.scrub.catalogue import finding
from claims.signatures import NOT_APPLICABLE
from core.findings import Finding
from patients.signatures import BY_LAW, NOT_ASSIGNED, SIGNED


def check_signatures(snapshot: dict[str, Any], _: Any) -> list[Finding]:
    """A release, signed or permitted by law; and whom the payer shall pay."""
    file = snapshot.get("signatures")
    if file is None:  # frozen before signatures were kept
        return []
    return [*_release(snapshot, file), *_benefits(snapshot, file)]


def _release(snapshot: dict[str, Any], file: dict[str, str]) -> list[Finding]:
    code = row_of(snapshot, "signatures").get("release") or file["release_code"]
    if code == BY_LAW or (code == SIGNED and file["release_signed_on"]):
        return []
    return [
        finding(
            "IDN-20",
            "No release of information is on file for the patient.",
            "patient.release_code",
            "Have it signed and enter the day, or say that the law permits it without.",
        )
    ]


def _benefits(snapshot: dict[str, Any], file: dict[str, str]) -> list[Finding]:
    code = row_of(snapshot, "signatures").get("benefits") or file["benefits_code"]
    if code in {NOT_ASSIGNED, NOT_APPLICABLE} or (code == SIGNED and file["benefits_signed_on"]):
        return []
    return [
        finding(
            "IDN-21",
            "No assignment of benefits is on file: the payer would pay the patient.",
            "patient.benefits_code",
            "Have it signed and enter the day, or say that benefits are not assigned.",
        )
    ]
