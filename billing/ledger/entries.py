"""Writing journals: the only code in the system that puts money into the books."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from billing.ledger.horizon import announce_numbers
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.month_ends import forget_from
from billing.ledger.period import posting_day, refuse_closed
from billing.models import Journal, JournalLine
from core import clock
from core.actors import current_actor
from core.copying import copy_rows, insert_with_ids
from core.errors import ApplicationError, Conflict
from core.models import Practice

MIRROR = "mirror"
_SIDES = [
    f"{end}_{name}"
    for end in ("debit", "credit")
    for name in ("account_id", "patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")
]
_LINE_COLUMNS = ["practice_id", "journal_id", "position", "posted_on", "amount", "reason_code",
                 "reference_number", *_SIDES]  # fmt: skip


def record_journal(*, practice: Practice, draft: JournalDraft) -> Journal:
    """Write one journal, once. See `record_journals`."""
    return record_journals(practice=practice, drafts=[draft])[0]


def record_journals(
    *,
    practice: Practice,
    drafts: Sequence[JournalDraft],
    reverses: Mapping[str, Journal] | None = None,
) -> list[Journal]:
    """Write `drafts`, whole or not at all, and return their journals in the same order.

    `reverses` names, by idempotency key, the journal that a draft is the mirror of. A key that is
    in the books already gives the journal of then, if what is asked is the same; raises Conflict
    if it is not. Raises ApplicationError for a day that has not come yet, ClosedPeriod for one
    that is closed.
    """
    try:
        with transaction.atomic():
            _check_days(practice, drafts)
            _forget_marks(practice, drafts)
            return _record(practice, drafts, reverses or {})
    except IntegrityError:
        # Another transaction may have written the same keys first; then theirs are the answer.
        known = _known(practice, drafts)
        if not all(draft.idempotency_key in known for draft in drafts):
            raise
        return [_same(known[draft.idempotency_key], draft) for draft in drafts]


@dataclass(frozen=True, slots=True)
class Mirror:
    """A journal to undo, what asks for it (by default the journal itself), and the words."""

    journal: Journal
    source: Source | None = None
    memo: str = ""


def mirror_journal(
    *, practice: Practice, journal: Journal, source: Source | None = None, memo: str = ""
) -> Journal:
    """Undo one journal. See `mirror_journals`."""
    return mirror_journals(practice=practice, mirrors=[Mirror(journal, source, memo)])[0]


def mirror_journals(*, practice: Practice, mirrors: Sequence[Mirror]) -> list[Journal]:
    """Undo journals: the same lines with their ends swapped, last first, pointing back at them.

    A journal is mirrored once: the second call gives the mirror of then. Raises Conflict for a
    mirror, which is corrected by posting anew (domain F.1, invariant 11).
    """
    if any(mirror.journal.reverses_id is not None for mirror in mirrors):
        raise Conflict("a mirror is not undone; post the corrected facts instead")
    originals = [mirror.journal for mirror in mirrors]
    done = {
        found.reverses_id: found
        for found in Journal.everywhere.filter(practice=practice, reverses__in=originals)
    }
    fresh = [mirror for mirror in mirrors if mirror.journal.pk not in done]
    lines = lines_by_journal(mirror.journal for mirror in fresh)
    day = posting_day(practice)
    drafts = [_mirror_draft(day, mirror, lines[mirror.journal.pk]) for mirror in fresh]
    journals = record_journals(
        practice=practice,
        drafts=drafts,
        reverses={
            draft.idempotency_key: mirror.journal
            for draft, mirror in zip(drafts, fresh, strict=True)
        },
    )
    for mirror, journal in zip(fresh, journals, strict=True):
        done[mirror.journal.pk] = journal
    return [done[journal.pk] for journal in originals]


def _mirror_draft(day: date, mirror: Mirror, lines: Sequence[Line]) -> JournalDraft:
    journal = mirror.journal
    return JournalDraft(
        posted_on=day,
        source=mirror.source or Source(MIRROR, journal.pk),
        idempotency_key=f"{MIRROR}:{journal.public_id}",
        lines=tuple(line.mirrored() for line in reversed(lines)),
        memo=mirror.memo or f"Undoes J{journal.number}",
    )


def lines_of(journal: Journal) -> list[Line]:
    """The lines of `journal` as values, in their order."""
    return lines_by_journal([journal])[journal.pk]


def lines_by_journal(journals: Iterable[Journal]) -> dict[int, list[Line]]:
    """The lines of each of `journals` by its id, with one query."""
    found: dict[int, list[Line]] = {journal.pk: [] for journal in journals}
    rows = JournalLine.everywhere.filter(journal_id__in=list(found))
    for row in rows.order_by("journal_id", "position"):
        found[row.journal_id].append(_line(row))
    return found


def _check_days(practice: Practice, drafts: Sequence[JournalDraft]) -> None:
    if any(not draft.lines for draft in drafts):
        raise ApplicationError("a journal has at least one line", field="lines")
    if not drafts:
        return
    # Where today is closed, what happens now is posted on the day after it (`posting_day`).
    last = posting_day(practice)
    if any(draft.posted_on > last for draft in drafts):
        raise ApplicationError("the posting date lies in the future", field="posted_on")
    if any(draft.posted_on < last for draft in drafts):
        refuse_closed(practice, min(draft.posted_on for draft in drafts))


def _forget_marks(practice: Practice, drafts: Sequence[JournalDraft]) -> None:
    """A posting of an earlier day makes the open balances kept since then wrong."""
    first = min((draft.posted_on for draft in drafts), default=clock.today(practice))
    if first < clock.today(practice):
        forget_from(practice, first)


def _record(
    practice: Practice, drafts: Sequence[JournalDraft], reverses: Mapping[str, Journal]
) -> list[Journal]:
    known = _known(practice, drafts)
    fresh = [draft for draft in drafts if draft.idempotency_key not in known]
    journals = [
        _journal(practice, draft, number, reverses.get(draft.idempotency_key))
        for draft, number in zip(fresh, _next_numbers(len(fresh)), strict=True)
    ]
    insert_with_ids(journals)
    _write_lines(fresh, journals)
    known |= {journal.idempotency_key: journal for journal in journals}
    return [_same(known[draft.idempotency_key], draft) for draft in drafts]


def _known(practice: Practice, drafts: Sequence[JournalDraft]) -> dict[str, Journal]:
    keys = [draft.idempotency_key for draft in drafts]
    found = Journal.everywhere.filter(practice=practice, idempotency_key__in=keys)
    return {journal.idempotency_key: journal for journal in found}


def _same(journal: Journal, draft: JournalDraft) -> Journal:
    if journal.input_hash != draft.fingerprint():
        raise Conflict(f"{journal} was posted under this key with other lines", code="conflict")
    return journal


def _next_numbers(count: int) -> list[int]:
    """`count` journal numbers. A sequence, so that postings never wait for each other; a number
    drawn by a posting that failed stays unused.
    """
    announce_numbers()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('billing_journal_number') FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _journal(
    practice: Practice, draft: JournalDraft, number: int, reverses: Journal | None
) -> Journal:
    actor = current_actor()
    return Journal(
        practice=practice,
        number=number,
        posted_on=draft.posted_on,
        source_kind=draft.source.kind,
        source_id=draft.source.row_id,
        source_part_id=draft.source.part_id,
        idempotency_key=draft.idempotency_key,
        input_hash=draft.fingerprint(),
        memo=draft.memo,
        line_count=len(draft.lines),
        amount=draft.amount(),
        user=actor.user,
        actor_kind=actor.kind,
        actor_name=actor.name,
        reverses=reverses,
    )


def _write_lines(drafts: Sequence[JournalDraft], journals: Sequence[Journal]) -> None:
    """Copied, not inserted: a long remittance writes its lines as fast as the database takes them,
    in little memory.
    """
    rows = (
        (journal.practice_id, journal.pk, position, draft.posted_on, line.amount,
         line.reason_code, line.reference_number, *_values(line.debit), *_values(line.credit))
        for draft, journal in zip(drafts, journals, strict=True)
        for position, line in enumerate(draft.lines, start=1)
    )  # fmt: skip
    copy_rows(JournalLine, _LINE_COLUMNS, rows)


def _values(side: Side) -> tuple[int | None, ...]:
    return (
        int(side.account), side.patient_id, side.guarantor_id, side.charge_line_id, side.payer_id,
        side.rank,
    )  # fmt: skip


def _line(row: JournalLine) -> Line:
    return Line(
        _side(row, "debit"),
        _side(row, "credit"),
        row.amount,
        row.reason_code,
        row.reference_number,
    )


def _side(row: JournalLine, end: str) -> Side:
    return Side(
        account=getattr(row, f"{end}_account_id"),
        patient_id=getattr(row, f"{end}_patient_id"),
        guarantor_id=getattr(row, f"{end}_guarantor_id"),
        charge_line_id=getattr(row, f"{end}_charge_line_id"),
        payer_id=getattr(row, f"{end}_payer_id"),
        rank=getattr(row, f"{end}_rank"),
    )
