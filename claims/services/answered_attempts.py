"""Which of our sendings a 277CA speaks of: the set that it names, and each claim's attempt."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from claims.edi.records import BatchAnswer
from claims.models import InboundMessage, SubmissionAttempt, SubmissionBatch
from claims.selectors import payer_of_remittance
from claims.waiting import may_answer_for
from core import clock

# BHT03 of a file of several sets: the batch's reference, S and the set's number (write_837p).
_SET_REFERENCE = re.compile(r"^(?P<batch>[A-Z]+\d{9})(?:S(?P<set>\d{1,4}))?$")


@dataclass(frozen=True, slots=True)
class AnsweredSet:
    """One set of one of our batches: whoever answers for "the batch" has seen no more than it.

    `theirs` is what the one who answers may speak of (`claims.waiting.may_answer_for`).
    """

    batch: SubmissionBatch
    set_control_number: str
    theirs: Q

    def attempts(self) -> "QuerySet[SubmissionAttempt]":
        """The sendings in it."""
        return SubmissionAttempt.objects.filter(
            self.theirs, batch=self.batch, set_control_number=self.set_control_number
        )


def answered_set(message: InboundMessage, reference: str) -> AnsweredSet | None:
    """The set with that BHT03, if we sent it to the partner that answers; for a payer's own key
    also one that went by another route and holds claims billed to it.

    None, too, where two routes have used that number: then each claim is looked for by itself.
    """
    found = _SET_REFERENCE.match(reference)
    if found is None:
        return None
    theirs, number = may_answer_for(message), f"{int(found['set'] or 1):04d}"
    attempts = SubmissionAttempt.objects.filter(theirs, set_control_number=number)
    batches = SubmissionBatch.objects.filter(
        pk__in=attempts.values("batch"), reference=found["batch"], is_test=False
    )[:2]
    return AnsweredSet(batches[0], number, theirs) if len(batches) == 1 else None


def answered_attempts(
    message: InboundMessage, answer: BatchAnswer, within: AnsweredSet | None
) -> tuple[dict[str, SubmissionAttempt], set[str]]:
    """By claim number the attempt that is meant: the one in the named set, else the newest one
    that `_meant` can tell; and the numbers of claims of which it cannot be told, for a person
    (DESIGN 3.3: never a guess).

    Others' attempts are not theirs to answer.
    """
    days = {claim.control_number: claim.effective_on for claim in answer.claims}
    rows = within.attempts() if within else _sent_to(message, answer)
    candidates: dict[str, list[SubmissionAttempt]] = defaultdict(list)
    named = rows.filter(version__claim__control_number__in=days).order_by("pk")
    for attempt in named.select_related("practice", "version__claim").defer("version__snapshot"):
        candidates[attempt.version.claim.control_number].append(attempt)
    meant = {number: _meant(rows, days[number]) for number, rows in candidates.items()}
    found = {number: attempt for number, attempt in meant.items() if attempt}
    return found, meant.keys() - found.keys()


def _sent_to(message: InboundMessage, answer: BatchAnswer) -> "QuerySet[SubmissionAttempt]":
    """What that side may answer for; of a payer that speaks for itself, only what it was billed."""
    rows = SubmissionAttempt.objects.filter(may_answer_for(message), sent_at__isnull=False)
    if answer.source_is_payer:
        payer = payer_of_remittance(answer.source_id, answer.source_name)
        rows = rows.filter(version__payer=payer) if payer else rows
    return rows


def _meant(attempts: Sequence[SubmissionAttempt], day: date | None) -> SubmissionAttempt | None:
    """The newest that was out by the date of the status; None where two payers' turns remain."""
    was_out = [attempt for attempt in attempts if day is None or _sent_on(attempt) <= day]
    left = was_out or attempts
    if len({attempt.version.rank for attempt in left}) > 1:
        return None
    return left[-1]


def _sent_on(attempt: SubmissionAttempt) -> date:
    return clock.local(attempt.sent_at or attempt.created_at, attempt.practice).date()
