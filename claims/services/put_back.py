"""Ready claims that may not leave after all: checked again, so that somebody puts them right."""

from collections.abc import Collection, Sequence
from datetime import date

from claims.choices import VersionState
from claims.edi.fault_places import placed_faults
from claims.models import ClaimVersion, PayerFilingSettings, ScrubFinding, TradingPartner
from claims.paper.boxes import paper_claim
from claims.services.scrub_version import scrub_versions
from core.errors import ApplicationError

LATE = "TFL-01"


def put_back(versions: Sequence[ClaimVersion]) -> None:
    """Check `versions` again: what keeps them here stands on each as a finding, and they wait to be
    put right. Raises ApplicationError naming one in which the check finds nothing. The caller
    holds the versions' locks.
    """
    scrub_versions(versions)
    still = [version for version in versions if version.state == VersionState.READY]
    if still:
        raise ApplicationError(
            f"Claim {still[0].claim.control_number} cannot be written, and its check finds nothing."
        )


def late_ids(versions: Collection[ClaimVersion], today: date) -> set[int]:
    """Those whose filing limit has passed, but for what goes out all the same with a reason."""
    late = {
        version.pk
        for version in versions
        if version.filing_deadline_on is not None and version.filing_deadline_on < today
    }
    if not late:
        return late
    spoken = ScrubFinding.objects.filter(
        version__in=late, code=LATE, cleared_at__isnull=True, overridden_at__isnull=False
    )
    return late - set(spoken.values_list("version_id", flat=True))


def unwritable(partner: TradingPartner, versions: Sequence[ClaimVersion]) -> list[ClaimVersion]:
    """Those that cannot stand in a file, or on a form, even alone."""
    if not partner.is_paper:
        return [version for version in versions if placed_faults(version.snapshot)]
    totals_of = dict(
        PayerFilingSettings.objects.filter(
            payer__in={version.payer_id for version in versions}
        ).values_list("payer_id", "paper_totals")
    )
    return [
        version
        for version in versions
        if any(
            misfit.stops
            for misfit in paper_claim(version.snapshot, totals_of[version.payer_id]).misfits
        )
    ]
