"""Charge lines whose payer decision is being corrected: no money leaves on them (domain F.3)."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from claims.choices import VersionState
from claims.models import ClaimChargeLine

_OVER = frozenset(
    {
        VersionState.ADJUDICATED,
        VersionState.CLOSED,
        VersionState.CROSSED_OVER,
        VersionState.VOIDED,
        VersionState.REPLACED,
    }
)
REVERSED_WORDS = "the payer took its decision back and its correction is awaited"
CORRECTED_WORDS = "a corrected claim is on its way"


def awaiting_correction(charge_line_ids: Collection[int]) -> dict[int, str]:
    """By charge line, in words, what is awaited; lines that wait for nothing are left out."""
    return _found(Q(charge_line_id__in=set(charge_line_ids)))


def patient_awaits_correction(patient_id: int) -> str:
    """What the patient's money waits for, in words; empty where nothing is awaited."""
    return next(iter(_found(Q(claim__patient_id=patient_id)).values()), "")


def _found(where: Q) -> dict[int, str]:
    rows = ClaimChargeLine.objects.filter(where).filter(_awaited("claim__current_version__"))
    return {
        line_id: REVERSED_WORDS if state == VersionState.REVERSED else CORRECTED_WORDS
        for line_id, state in rows.values_list("charge_line_id", "claim__current_version__state")
    }


def _awaited(prefix: str) -> Q:
    """The version was taken back, or corrects a decided one and is not decided itself."""
    state, corrects = f"{prefix}state", f"{prefix}corrects__isnull"
    correction: dict[str, Any] = {corrects: False}
    return Q(**{state: VersionState.REVERSED}) | (Q(**correction) & ~Q(**{f"{state}__in": _OVER}))
