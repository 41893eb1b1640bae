"""What a payer's filing settings put on the claim: assignment and its own provider numbers."""

from datetime import date
from typing import Any

from claims.enrolments import enrolments_of
from claims.models import PayerFilingSettings
from claims.payer_choices import Assignment
from patients.models import Encounter


def add_filing_rules(
    snapshot: dict[str, Any],
    filing: PayerFilingSettings,
    encounter: Encounter,
    rendering_provider_id: int,
    served: date,
) -> None:
    """Write into `snapshot` what `filing` asks for; what it does not ask for leaves no key."""
    if filing.assignment_code != Assignment.ACCEPTED:
        snapshot["claim"]["assignment_code"] = filing.assignment_code
    if not filing.wants_provider_number:
        return
    for enrolment in enrolments_of(
        filing.payer_id,
        provider_ids=[rendering_provider_id],
        billing_ids=[encounter.billing_provider_id],
        on=served,
    ):
        if enrolment.payer_provider_number:
            name = "rendering_provider" if enrolment.provider_id else "billing_provider"
            snapshot[name]["payer_provider_number"] = enrolment.payer_provider_number
