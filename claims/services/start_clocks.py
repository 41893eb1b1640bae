"""Starting the clocks of a batch that went out: each claim's payer has its own patience."""

from collections import defaultdict
from datetime import datetime

from claims import states
from claims.choices import AttemptState
from claims.clocks import Clocks
from claims.models import SubmissionAttempt, SubmissionBatch


def start_clocks(batch: SubmissionBatch, kind: str, instant: datetime) -> None:
    """The attempts that nobody has answered yet are out since `instant` and await `kind`."""
    rank = states.EVIDENCE_RANK[AttemptState.SENT]
    clocks = Clocks(batch.practice)
    going = SubmissionAttempt.everywhere.filter(batch=batch, evidence_rank__lt=rank)
    by_due: dict[datetime, list[int]] = defaultdict(list)
    for payer_id in set(going.values_list("version__payer_id", flat=True)):
        by_due[clocks.due(kind, instant, payer_id=payer_id)].append(payer_id)
    for due, payer_ids in by_due.items():
        going.filter(version__payer_id__in=payer_ids).update(
            state=AttemptState.SENT,
            evidence_rank=rank,
            sent_at=instant,
            clock_kind=kind,
            clock_due_at=due,
        )
