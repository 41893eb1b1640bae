"""Counting what a claim's lines use of the authorizations that its snapshot names."""

from collections.abc import Sequence

from claims.frequency import VOID
from claims.models import ClaimVersion
from coding.models import ChargeLine
from patients.models import PriorAuthorization
from patients.services.record_authorization import Use, count_uses, give_back_uses


def use_authorizations(version: ClaimVersion, lines: Sequence[ChargeLine]) -> None:
    """Let these lines use the authorizations in the version's snapshot, and no others.

    Done again it counts nothing twice: a line's use is known by its control number for life. A
    number that was typed for the visit stands instead of the recorded one, which is then not used.
    A claim that takes an earlier one back from its payer gives back what that one used.
    """
    if version.frequency_code == VOID:
        give_back_uses(line.control_number for line in lines)
        return
    named = version.snapshot.get("authorizations", {})
    typed = (version.snapshot.get("claim_data", {}).get("numbers") or [{}])[0]
    wanted = [found["public_id"] for kind, found in named.items() if kind not in typed]
    count_uses(
        authorizations=list(PriorAuthorization.objects.filter(public_id__in=wanted)),
        uses=[
            Use(line.control_number, line.procedure_code, line.service_date_from, line.units)
            for line in lines
        ],
    )
