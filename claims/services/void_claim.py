"""Taking a decided claim back from its payer: a void, frequency 8 (domain B.7)."""

from collections.abc import Sequence
from copy import deepcopy

from django.db import transaction

from claims import news
from claims.choices import VersionState
from claims.corrections import recoded_lines, way_to_void
from claims.models import Claim, ClaimChargeLine, ClaimVersion
from claims.services.build_claims import build_claims
from claims.services.correct_claim import (
    checked,
    end_recoding,
    lock_decided,
    make_version,
    take_its_place,
)
from claims.services.recheck_claim import lines_of
from claims.services.set_totals import set_totals
from claims.services.take_snapshot import Picture
from claims.snapshot import snapshot_hash
from coding.models import ChargeLine, CodingCase
from core.news import announce


def void_claim(*, claim: Claim, reason: str) -> ClaimVersion:
    """Make the claim that takes a decided one back from its payer: the very same claim with
    frequency 8 and the payer's number. What was coded anew for it is billed on claims of its own.

    Raises ApplicationError without a reason, or where the claim cannot be voided now.
    """
    with transaction.atomic():
        claim, old = lock_decided(claim, claim.version.number)
        reason, way = checked(reason, way_to_void(claim))
        recoded = recoded_lines(claim)
        snapshot = deepcopy(old.snapshot)
        snapshot["claim"]["frequency_code"] = way.frequency_code
        snapshot["claim"]["original_reference_number"] = old.payer_claim_number
        picture = Picture(snapshot, snapshot_hash(snapshot), None, claim.rendering_provider_id)
        lines = lines_of(old)
        new = make_version(claim, old, way.frequency_code, picture, lines)
        end_recoding(claim, "The claim is voided instead.")
        take_its_place(claim, old, new, VersionState.VOIDED, reason)
        if recoded:
            _part_with(claim, recoded, lines)
            announce(news.CLAIM_BUILT, subject=claim, ids={"version_id": new.pk})
            for case in CodingCase.objects.filter(lines__in=recoded).distinct().order_by("pk"):
                build_claims(case)
        return new


def _part_with(claim: Claim, recoded: Sequence[ChargeLine], lines: Sequence[ChargeLine]) -> None:
    """The claim holds again what its payer knows, and nothing else."""
    ClaimChargeLine.objects.filter(claim=claim, charge_line__in=recoded).delete()
    set_totals(claim, lines)
