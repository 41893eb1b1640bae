"""How one payer takes appeals, level by level; its open denials get their deadlines anew."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from claims.models import AppealRule
from claims.services.open_denials import refresh_cases_of
from core import timeline
from core.errors import ApplicationError
from patients.models import Payer


def save_appeal_rules(*, payer: Payer, levels: Sequence[dict[str, Any]]) -> int:
    """Put these levels, in order from 1, in the place of what the payer had; none at all means the
    usual ones. Returns how many open denials were worked out anew. Raises ApplicationError where
    there are more than five.
    """
    if len(levels) > 5:
        raise ApplicationError("A payer has at most five levels.")
    with transaction.atomic():
        before = AppealRule.objects.filter(payer=payer).count()
        AppealRule.objects.filter(payer=payer).delete()
        AppealRule.objects.bulk_create(
            AppealRule(practice_id=payer.practice_id, payer=payer, level=number, **level)
            for number, level in enumerate(levels, 1)
        )
        timeline.record(
            payer,
            kind="payer.appeals_changed",
            sentence=f"changed its levels of appeal, {len(levels) or 'the usual'} now",
            before={"levels": before},
            after={"levels": len(levels)},
        )
        return refresh_cases_of(payer)
