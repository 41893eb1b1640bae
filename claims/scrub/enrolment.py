"""What the payer's filing settings ask for: an enrolled provider, a referring one (domain B.4)."""

from dataclasses import dataclass
from typing import Any

from claims.payer_choices import EnrolmentCheck
from claims.scrub.catalogue import finding
from core.findings import Finding


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What the payer wants, who of the claim is not enrolled on the day, and whose enrolment for
    electronic claims the payer has not approved. `provider` and `billing` are the places.
    """

    requires_referring: bool = False
    enrolment_check: str = EnrolmentCheck.OFF
    not_enrolled: tuple[str, ...] = ()
    not_approved: tuple[str, ...] = ()


NO_RULES = FilingFacts()
_WHO = {"provider": "rendering provider", "billing": "billing provider"}


def check_referring(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Box 17, loop 2310A."""
    if not facts.filing.requires_referring or snapshot["referring_provider"]:
        return []
    return [
        finding(
            "PAY-03",
            f"{snapshot['payer']['name']} wants a referring provider on every claim.",
            "encounter.referring_provider",
            "Name who referred the patient on the encounter.",
        )
    ]


def check_enrolment(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Enrolled on the first service date; how much it weighs, the payer's settings say."""
    rules, payer = facts.filing, snapshot["payer"]["name"]
    if rules.enrolment_check == EnrolmentCheck.OFF:
        return []
    code = "ENR-01" if rules.enrolment_check == EnrolmentCheck.STOP else "ENR-02"
    found = [
        finding(
            code,
            f"The {_WHO[place]} is not enrolled with {payer} on the service date.",
            f"enrolment.{place}",
            "Record the enrolment, or hold the claim until the payer has approved it.",
        )
        for place in rules.not_enrolled
    ]
    return found + [
        finding(
            "ENR-03",
            f"{payer} has not approved electronic claims of the {_WHO[place]} yet.",
            f"enrolment.{place}.claims",
            "Ask the payer how far it is.",
        )
        for place in rules.not_approved
    ]
