"""Whether the codes of a decided claim may be changed (domain B.7): its charges go back to the
coder, and what is coded then replaces the claim at its payer, under the same claim number.
"""

from claims import states
from claims.choices import VersionState
from claims.corrections import Way, way_to_correct
from claims.models import Claim, ClaimVersion, ClaimVersionLine
from coding.choices import LineState

_STEPPED_BACK = (VersionState.VOIDED, VersionState.REPLACED)


def version_to_recode(claim: Claim) -> ClaimVersion:
    """The version whose decision other codes would replace: the current one. Where that waits here
    for a later payer, who has heard nothing of it yet, the newest before it.
    """
    version = claim.version
    waits = version.state in states.UNSENT | states.REJECTED and not version.corrects_id
    if version.rank == 1 or not waits:
        return version
    earlier = claim.versions.filter(rank__lt=version.rank).exclude(state__in=_STEPPED_BACK)
    return earlier.select_related("payer").order_by("-number").first() or version


def why_not_recoded(claim: Claim, way: Way | None = None) -> str:
    """Why the codes of this claim cannot be changed now, in words; "" where they can. `way` is how
    the version to recode may be corrected, where the caller has looked already.
    """
    version = version_to_recode(claim)
    way = way or way_to_correct(claim, version)
    if not way.is_open:
        return way.refusal
    if claim.recoded_since is not None:
        return "Its codes are being changed already."
    other = _other_payer(claim, version)
    if other is not None:
        return (
            f"{other.payer.name} has a part in it, too. Codes that two payers know are changed by"
            " voiding the claim at both."
        )
    return ""


def _other_payer(claim: Claim, version: ClaimVersion) -> ClaimVersion | None:
    rows = claim.versions.exclude(rank=version.rank).exclude(state__in=_STEPPED_BACK)
    if claim.version.pk != version.pk:
        rows = rows.exclude(pk=claim.version.pk)  # it waits here, and is taken back
    return rows.select_related("payer").defer("snapshot").first()


def was_recoded(version: ClaimVersion) -> bool:
    """Whether a correction bills other charges than the version that it corrects."""
    if version.corrects_id is None:
        return False
    rows = ClaimVersionLine.objects.filter(version=version.corrects_id)
    return rows.filter(charge_line__state=LineState.VOID).exists()
