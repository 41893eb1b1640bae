"""A payer's posted answers that stand: without those that a reversal took back (E.5, E.8)."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from claims.answer_codes import ELSEWHERE, REVERSAL
from claims.choices import RemittanceState
from claims.models import RemittanceClaim


def standing_answers(version_ids: Collection[int]) -> dict[int, list[RemittanceClaim]]:
    """By version: its posted answers that nobody took back, oldest first, with lines and
    adjustments, in a fixed number of queries.
    """
    rows = (
        RemittanceClaim.objects.filter(
            version_id__in=version_ids, remittance__state=RemittanceState.POSTED
        )
        .exclude(status_code__in=ELSEWHERE)
        .select_related("remittance")
        .prefetch_related("adjustments", "lines__adjustments")
        .order_by("remittance__posted_at", "remittance_id", "position")
    )
    found: dict[int, list[RemittanceClaim]] = defaultdict(list)
    for row in _reversals_first(rows):
        standing = found[row.version_id or 0]
        if row.status_code != REVERSAL:
            standing.append(row)
            continue
        undone = [one for one in standing if _undoes(row, one)]
        if undone:
            standing.remove(undone[-1])
        else:
            standing.clear()
    return found


def _reversals_first(rows: Iterable[RemittanceClaim]) -> list[RemittanceClaim]:
    """A remittance gives its reversals and corrections in any order (trap 7)."""
    order = {pk: place for place, pk in enumerate(dict.fromkeys(r.remittance_id for r in rows))}
    return sorted(
        rows, key=lambda r: (order[r.remittance_id], r.status_code != REVERSAL, r.position)
    )


def _undoes(reversal: RemittanceClaim, answer: RemittanceClaim) -> bool:
    return (
        reversal.paid_amount == -answer.paid_amount
        and reversal.charge_amount == -answer.charge_amount
    )
