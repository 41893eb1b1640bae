"""What the payer's filing settings ask for: an enrolled provider, a referring one (domain B.4)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.payer_choices import EnrolmentCheck
from claims.scrub.catalogue import finding
from core.findings import Finding


@dataclass(frozen=True, slots=True)
class Gap:
    """Who is not enrolled on which day (ISO); its place is `provider`, `billing` or a line's."""

    place: str
    who: str
    day: str

    @property
    def when(self) -> str:
        """The day in words."""
        return f"{date.fromisoformat(self.day):%m/%d/%Y}"


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What the payer wants, who of the claim is not enrolled on the day of a service, and whose
    enrolment for electronic claims the payer has not approved.
    """

    requires_referring: bool = False
    requires_taxonomy: bool = False
    enrolment_check: str = EnrolmentCheck.OFF
    not_enrolled: tuple[Gap, ...] = ()
    not_approved: tuple[Gap, ...] = ()


NO_RULES = FilingFacts()


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


def check_taxonomy(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Loop 2000A PRV: wanted where what is paid depends on it (B.5)."""
    billing = snapshot["billing_provider"]
    if not facts.filing.requires_taxonomy or billing["taxonomy_code"]:
        return []
    return [
        finding(
            "PAY-04",
            f"{snapshot['payer']['name']} pays {billing['name']} by its taxonomy, and there is"
            " none.",
            "billing_provider.taxonomy_code",
        )
    ]


def check_enrolment(snapshot: dict[str, Any], facts: Any) -> list[Finding]:
    """Enrolled on the day of each service, and approved; how much it weighs, the payer's settings
    say.
    """
    rules, payer = facts.filing, snapshot["payer"]["name"]
    if rules.enrolment_check == EnrolmentCheck.OFF:
        return []
    stops = rules.enrolment_check == EnrolmentCheck.STOP
    found = [
        finding(
            "ENR-01" if stops else "ENR-02",
            f"The {gap.who} is not enrolled with {payer} on {gap.when}.",
            f"enrolment.{gap.place}",
            "Record the enrolment, or hold the claim until the payer has approved it.",
        )
        for gap in rules.not_enrolled
    ]
    return found + [
        finding(
            "ENR-04" if stops else "ENR-03",
            f"{payer} has not approved electronic claims of the {gap.who} yet.",
            f"enrolment.{gap.place}.claims",
            "Ask the payer how far it is.",
        )
        for gap in rules.not_approved
    ]
