"""Letting a claim go out in spite of a finding that may be overridden, with a reason."""

from django.db import transaction

from claims import states
from claims.models import ClaimVersion, ScrubFinding
from claims.scrub.coding import place_of
from claims.services.scrub_version import scrub_version
from coding.models import CodingCase
from coding.services.check_case import override_finding as override_in_case
from core import clock, timeline
from core.actors import current_actor
from core.errors import ApplicationError
from core.findings import Severity

LEAST_REASON = 10


def override_finding(*, finding: ScrubFinding, reason: str) -> None:
    """Override an O finding (domain 0); the claim is checked again at once.

    Raises ApplicationError for any other severity, a finding no longer open, a claim that is out,
    or a reason too short to mean anything. Called again for the same finding it does nothing.
    What coding found is overridden in its case, so that the reason counts there as well.
    """
    reason = reason.strip()
    if finding.severity != Severity.OVERRIDABLE or finding.cleared_at:
        raise ApplicationError("This finding cannot be overridden: it must be put right.")
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why it may go out.", field="reason")
    with transaction.atomic():
        version = ClaimVersion.objects.select_for_update().get(pk=finding.version_id)
        finding.refresh_from_db()
        if finding.overridden_at is not None:
            return  # pressed twice
        if version.state not in states.UNSENT | states.REJECTED:
            raise ApplicationError("This claim is out: nothing on it can be overridden now.")
        place = place_of(finding.field)
        if place is not None:
            override_in_case(
                case=CodingCase.objects.get(pk=place.case_id),
                code=finding.code,
                facts=finding.message,
                reason=reason,
            )
        finding.overridden_at = clock.now()
        finding.overridden_by = current_actor().user
        finding.override_reason = reason[:300]
        finding.save(update_fields=["overridden_at", "overridden_by", "override_reason"])
        timeline.record(
            version.claim,
            kind="claim.overridden",
            sentence=f"overrode {finding.code}: {reason}",
            details={"note": finding.message},
        )
        scrub_version(version)
