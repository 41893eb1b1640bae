"""Feeding an outcome back into the chances of the open denials like it (domain G.1)."""

from claims.denial_choices import CaseState
from claims.denials.chances import learned_of_rows
from claims.denials.history import NOTHING, records_of
from claims.models import DenialCase


def learn_chances(payer_id: int, category: str) -> int:
    """Count anew what was won at that payer in that category; returns how many open cases changed
    their chance. One statement: the seed of each row and the counts give its chance.
    """
    record = records_of([(payer_id, category)]).get((payer_id, category), NOTHING)
    return (
        DenialCase.objects.filter(payer=payer_id, category=category)
        .exclude(state=CaseState.SETTLED)
        .update(
            chance=learned_of_rows(record.wins, record.tried),
            won_count=record.won,
            partly_count=record.partly,
            tried_count=record.tried,
        )
    )
