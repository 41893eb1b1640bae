"""What becomes of a claim to a later payer when an earlier one takes its decision back (E.5, 6)."""

from collections.abc import Collection
from datetime import date

from claims import states
from claims.choices import VersionState
from claims.models import Claim, ClaimVersion
from claims.services.move_versions import Move, move_versions
from core import clock
from core.choices import Role
from core.services.work import open_work_item

STALE = "claim.secondary_stale"


def take_back_decisions(versions: Collection[ClaimVersion]) -> None:
    """`take_back_decision` of each of `versions`: only those with a later payer are looked at."""
    ranks = {version.pk: version.rank for version in versions}
    current = Claim.objects.filter(pk__in={version.claim_id for version in versions})
    rank_of = dict(current.values_list("pk", "current_version__rank"))
    for version in versions:
        if (rank_of.get(version.claim_id) or 0) > ranks[version.pk]:
            take_back_decision(version)


def take_back_decision(version: ClaimVersion) -> None:
    """`version` was reversed. A later claim that waits here is made void, for it tells amounts that
    no longer hold; one that is out becomes work. What the payer itself forwarded stays awaited: it
    forwards the correction, too. The caller holds the claim's lock.
    """
    claim = Claim.objects.select_related("practice").get(pk=version.claim_id)
    later = ClaimVersion.objects.select_related("payer").get(pk=claim.version.pk)
    if later.rank <= version.rank or later.state in states.OVER:
        return
    if later.state in states.UNSENT | states.REJECTED:
        void_waiting(claim, later, "took its claim back: the payer before changes its decision")
    elif later.state != VersionState.CROSSED_OVER:
        report_stale(claim, later, version.payer.name)


def void_waiting(claim: Claim, version: ClaimVersion, sentence: str) -> ClaimVersion:
    """Make an unsent later version void; the newest one of an earlier payer is current again."""
    move_versions([Move(version.pk, VersionState.VOIDED, "claim.voided", sentence)])
    earlier = claim.versions.filter(rank__lt=version.rank).exclude(state=VersionState.VOIDED)
    claim.current_version = earlier.order_by("-number")[0]
    claim.save(update_fields=["current_version"])
    return claim.version


def newest_of_later(claim: Claim, version: ClaimVersion) -> ClaimVersion | None:
    """The version that stands with the last payer after the one of `version`, if one was asked."""
    later = claim.versions.filter(rank__gt=version.rank).exclude(
        state__in=[VersionState.VOIDED, VersionState.REPLACED]
    )
    return later.select_related("payer").order_by("-rank", "-number").first()


def report_stale(claim: Claim, later: ClaimVersion, earlier_payer: str) -> None:
    """The later payer was told amounts that an earlier one changed since."""
    today: date = clock.today(claim.practice)
    open_work_item(
        subject=claim,
        kind=STALE,
        title=f"{earlier_payer} changed its decision after {later.payer.name} was billed",
        reason=f"Correct or void the claim at {later.payer.name}: it was told the old amounts.",
        role=Role.BILLER,
        due_on=today,
        amount=later.charge_amount,
    )
