"""Which posting of ours a payer's reversal takes back, and which answers already stand on it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from billing.ledger.entries import lines_by_journal
from billing.ledger.lines import Line
from billing.models import Journal
from billing.posting.facts import ClaimFact, LaterFact, OriginalFact
from claims.answer_codes import REVERSAL
from claims.choices import RemittanceState
from claims.models import Remittance, RemittanceClaim
from core.among import among

SOURCE = "remittance"
# A journal of ours and the answer it posted.
_Posted = tuple[Journal, RemittanceClaim]
Loader = Callable[[Sequence[RemittanceClaim]], Mapping[int, ClaimFact]]


def load_originals(
    rows: Sequence[RemittanceClaim], taken: set[int], load: Loader
) -> dict[int, OriginalFact]:
    """For each reversal among `rows`, our own posting that it takes back (domain E.5 rule 2): of
    the same version, not mirrored yet, in the same amounts, that payer claim number first, newest
    first. `taken` are journals that an earlier part of the remittance mirrors; it is added to.

    `load` reads answers into facts: those that were posted on top come along.
    """
    reversals = [row for row in rows if row.status_code == REVERSAL and row.version_id]
    if not reversals:
        return {}
    open_ones = _standing(reversals, taken)
    lines = lines_by_journal([journal for journal, _ in open_ones])
    chosen: dict[int, _Posted] = {}
    for row in reversals:
        fitting = [pair for pair in open_ones if _fits(row, pair[1])]
        if fitting:
            chosen[row.pk] = _closest(row, fitting)
            open_ones.remove(chosen[row.pk])
            taken.add(chosen[row.pk][0].pk)
    later = {pk: _on_top(pair, open_ones, lines) for pk, pair in chosen.items()}
    facts = load([answer for pairs in later.values() for _, answer in pairs])
    found: dict[int, OriginalFact] = {}
    for pk, (journal, answer) in chosen.items():
        on_top = tuple(
            LaterFact(above.pk, tuple(lines[above.pk]), facts[row.pk]) for above, row in later[pk]
        )
        taken.update(fact.journal_id for fact in on_top)
        found[pk] = OriginalFact(
            journal.pk,
            answer.charge_amount,
            answer.paid_amount,
            tuple(lines[journal.pk]),
            on_top,
            answer.pk,
            was_second=any(
                _same_decision(answer, other)
                and _charge_lines(lines[above.pk]) == _charge_lines(lines[journal.pk])
                for above, other in open_ones
            ),
        )
    return found


def _standing(reversals: Sequence[RemittanceClaim], taken: set[int]) -> list[_Posted]:
    """Our postings of answers on the same claims and ranks that nothing has undone, newest first.

    An answer that stood on another may have been posted again by the remittance of a reversal,
    and a posting that was undone may have put back what it had mirrored: such journals bear the
    answer, and stand under the remittance that wrote them.
    """
    versions = {row.version_id for row in reversals}
    claims = set(
        RemittanceClaim.objects.filter(version_id__in=versions).values_list(
            "version__claim_id", flat=True
        )
    )
    answers = {
        answer.pk: answer
        for answer in RemittanceClaim.objects.filter(
            version__claim_id__in=claims, remittance__state=RemittanceState.POSTED
        )
        .exclude(status_code=REVERSAL)
        .select_related("version__claim__patient")
        .defer("version__snapshot")
    }
    writers = set(
        Remittance.objects.filter(claims__version__claim_id__in=claims).values_list("pk", flat=True)
    )
    journals = Journal.objects.filter(
        source_kind=SOURCE,
        source_id__in=writers,
        source_part_id__in=answers,
        reverses__isnull=True,
        mirror__isnull=True,
    ).exclude(pk__in=taken)
    return [
        (journal, answers[journal.source_part_id or 0]) for journal in journals.order_by("-number")
    ]


def _on_top(
    original: _Posted, standing: Sequence[_Posted], lines: Mapping[int, Sequence[Line]]
) -> list[_Posted]:
    """Corrections that were posted after `original` for the same claim and rank, on charge lines
    of its own; oldest first.
    """
    journal, answer = original
    version = answer.version
    if version is None:
        return []
    touched = _charge_lines(lines[journal.pk])
    return [
        (above, row)
        for above, row in reversed(standing)
        if above.number > journal.number
        and row.version is not None
        and (row.version.claim_id, row.version.rank) == (version.claim_id, version.rank)
        and _charge_lines(lines[above.pk]) & touched
    ]


def _charge_lines(lines: Sequence[Line]) -> set[int]:
    sides = (side for line in lines for side in (line.debit, line.credit))
    return {side.charge_line_id for side in sides if side.charge_line_id is not None}


def _closest(reversal: RemittanceClaim, pairs: list[_Posted]) -> _Posted:
    """The newest posting that the payer numbers as it numbers its reversal, else the newest."""
    number = reversal.payer_claim_number
    return min(pairs, key=lambda pair: pair[1].payer_claim_number != number)


def _same_decision(answer: RemittanceClaim, other: RemittanceClaim) -> bool:
    return (answer.version_id, answer.paid_amount, answer.charge_amount) == (
        other.version_id, other.paid_amount, other.charge_amount,
    )  # fmt: skip


def _fits(reversal: RemittanceClaim, answer: RemittanceClaim) -> bool:
    return (
        reversal.version_id == answer.version_id
        and reversal.paid_amount == -answer.paid_amount
        and reversal.charge_amount == -answer.charge_amount
    )


def seen_before(remittance: Remittance, rows: Sequence[RemittanceClaim]) -> set[int]:
    """Answers whose payer claim number and amounts another posted remittance had (E.8).

    What a reversal took back, there or in this remittance, does not count: its repetition is the
    decision that the payer made anew.
    """
    candidates = [row for row in rows if row.version_id and row.paid_amount > 0]
    versions = [row.version_id for row in candidates]
    answered = RemittanceClaim.objects.filter(among("version_id", versions))
    posted = list(
        answered.filter(remittance__state=RemittanceState.POSTED).exclude(remittance=remittance)
    )
    reversals = answered.filter(remittance=remittance, status_code=REVERSAL)
    taken_back = Counter(
        (row.version_id, -row.paid_amount, -row.charge_amount)
        for row in (*posted, *reversals)
        if row.status_code == REVERSAL
    )
    answers = Counter(
        (row.version_id, row.payer_claim_number, row.paid_amount, row.charge_amount)
        for row in posted
        if row.status_code != REVERSAL
    )
    return {
        row.pk
        for row in candidates
        if answers[row.version_id, row.payer_claim_number, row.paid_amount, row.charge_amount]
        > taken_back[row.version_id, row.paid_amount, row.charge_amount]
    }
