"""What a payer's filing settings put on the claim: assignment and its own provider numbers."""

from datetime import date
from typing import Any

from claims.enrolments import enrolments_of, numbered_enrolments
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
    _number_line_providers(snapshot, filing.payer_id)


def _number_line_providers(snapshot: dict[str, Any], payer_id: int) -> None:
    """The same for those who gave single lines (2420A), as enrolled on the day of the line."""
    lines = [line for line in snapshot["lines"] if line.get("rendering_provider")]
    npis = {line["rendering_provider"]["npi"] for line in lines}
    rows = list(numbered_enrolments(payer_id, npis)) if npis else []
    for line in lines:
        on = date.fromisoformat(line["service_date_from"])
        for row in rows:
            is_theirs = (
                row.provider is not None and row.provider.npi == line["rendering_provider"]["npi"]
            )
            if (
                is_theirs
                and row.effective_from <= on
                and not (row.effective_to and row.effective_to < on)
            ):
                line["rendering_provider"]["payer_provider_number"] = row.payer_provider_number
