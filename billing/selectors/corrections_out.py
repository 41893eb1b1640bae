"""Charge lines whose payer decision is being corrected, in words: no money leaves on them (F.3)."""

from collections.abc import Collection

from claims.choices import VersionState
from claims.corrections_awaited import lines_awaiting_correction
from claims.models import ClaimChargeLine

REVERSED_WORDS = "the payer took its decision back and its correction is awaited"
CORRECTED_WORDS = "a corrected claim is on its way"


def awaiting_correction(charge_line_ids: Collection[int]) -> dict[int, str]:
    """By charge line, in words, what is awaited; lines that wait for nothing are left out."""
    waiting = lines_awaiting_correction(charge_line_ids)
    taken_back = set(
        ClaimChargeLine.objects.filter(
            charge_line_id__in=waiting, claim__versions__state=VersionState.REVERSED
        ).values_list("charge_line_id", flat=True)
    )
    return {
        line_id: REVERSED_WORDS if line_id in taken_back else CORRECTED_WORDS for line_id in waiting
    }


def patient_awaits_correction(patient_id: int) -> str:
    """What the patient's money waits for, in words; empty where nothing is awaited."""
    lines = ClaimChargeLine.objects.filter(claim__patient=patient_id)
    found = awaiting_correction(lines.values_list("charge_line_id", flat=True))
    return next(iter(found.values()), "")
