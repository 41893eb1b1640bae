"""The chain of closed days (invariant 16): fingerprints of journals, hashed day by day.

Every figure is computed by PostgreSQL over whole days, so that neither closing nor proving needs
memory for them, and one text says what a fingerprint is. SHA-256 of rows written as text: a row
as text is unambiguous, and the dates in it are written out.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.ledger.invariants import MOST_NAMED, count, fetch, wrong_rows
from billing.models import ClosedDay
from core.models import Practice
from core.verification import Checked

_LINE = """(ROW(position, to_char(posted_on, 'YYYYMMDD'), amount, reason_code, reference_number,
    debit_account_id, debit_patient_id, debit_guarantor_id, debit_charge_line_id, debit_payer_id,
    debit_rank, credit_account_id, credit_patient_id, credit_guarantor_id, credit_charge_line_id,
    credit_payer_id, credit_rank))::text"""
_JOURNAL = """encode(sha256(convert_to((ROW(journal.practice_id, journal.number,
    to_char(journal.posted_on, 'YYYYMMDD'), journal.source_kind, journal.source_id,
    journal.source_part_id, journal.idempotency_key, journal.input_hash, journal.memo,
    journal.line_count, journal.amount, journal.user_id, journal.actor_kind, journal.actor_name,
    journal.reverses_id))::text || coalesce(content.lines, ''), 'UTF8')), 'hex')"""
_SEAL = """encode(sha256(convert_to((ROW({previous}::text, to_char({from_on}::date, 'YYYYMMDD'),
    to_char({day}::date, 'YYYYMMDD'), {journals}::bigint, {lines}::bigint, {totals}::jsonb,
    {differences}::jsonb))::text || coalesce({content}, ''), 'UTF8')), 'hex')"""

# The journals of some days with the fingerprint each has now.
_NOW = f"""
    SELECT journal.id, journal.number, journal.practice_id, journal.posted_on,
           journal.line_count, {_JOURNAL} AS hash
      FROM billing_journal journal
      LEFT JOIN LATERAL (
           SELECT string_agg({_LINE}, '' ORDER BY position) AS lines
             FROM billing_journalline WHERE journal_id = journal.id) content ON true
"""  # noqa: S608 - our own text


def write_fingerprints(closed: ClosedDay) -> None:
    """Keep the fingerprint of every journal of the days that `closed` covers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO billing_closedjournal (closed_day_id, journal_id, hash)
            SELECT %s, now.id, now.hash
              FROM ({_NOW} WHERE journal.practice_id = %s
                     AND journal.posted_on BETWEEN %s AND %s) now
             ORDER BY now.number
            """,  # noqa: S608 - our own text
            [closed.pk, closed.practice_id, closed.from_on, closed.day],
        )


def count_journals(practice: Practice, from_on: date, day: date) -> tuple[int, int]:
    """How many journals these days have, and how many lines."""
    [(journals, lines)] = fetch(
        "SELECT count(*), coalesce(sum(line_count), 0) FROM billing_journal"
        " WHERE practice_id = %s AND posted_on BETWEEN %s AND %s",
        [practice.pk, from_on, day],
    )
    return int(journals), int(lines)


def seal(
    practice: Practice, *, previous: str, from_on: date, day: date, journals: int, lines: int,
    totals: str, differences: str,
) -> str:  # fmt: skip
    """The hash of a day about to be closed; `totals` and `differences` are JSON as text."""
    expression = _SEAL.format(
        previous="%(previous)s", from_on="%(from_on)s", day="%(day)s", journals="%(journals)s",
        lines="%(lines)s", totals="%(totals)s", differences="%(differences)s",
        content="(SELECT string_agg(now.hash, '' ORDER BY now.number) FROM moved now)",
    )  # fmt: skip
    values: dict[str, Any] = {
        "previous": previous, "from_on": from_on, "day": day, "journals": journals,
        "lines": lines, "totals": totals, "differences": differences, "practice": practice.pk,
    }  # fmt: skip
    [(found,)] = fetch(
        f"""
        WITH moved AS ({_NOW} WHERE journal.practice_id = %(practice)s
                        AND journal.posted_on BETWEEN %(from_on)s AND %(day)s)
        SELECT {expression}
        """,
        values,
    )
    return str(found)


def check_chain() -> Checked:
    """A closed day does not change (16): every journal is the one that was closed, none was added
    or lost, and each day's hash is that of its facts and of the day before.
    """
    problems = _changed_journals() + _broken_days()
    return Checked(count("billing_closedday"), problems[:MOST_NAMED])


def _changed_journals() -> list[str]:
    """Journals that differ from their fingerprint, are not there, or came after the close."""
    wrong = wrong_rows(
        f"""
        WITH now AS ({_NOW} WHERE journal.posted_on <=
                     (SELECT max(day) FROM billing_closedday))
        SELECT closed.day, now.number, kept.journal_id,
               CASE WHEN now.id IS NULL THEN 'is gone'
                    WHEN kept.id IS NULL THEN 'came after the close'
                    ELSE 'is not as it was closed' END
          FROM now
          FULL JOIN billing_closedjournal kept ON kept.journal_id = now.id
          LEFT JOIN LATERAL (
               SELECT day.day FROM billing_closedday day
                WHERE day.id = kept.closed_day_id
                   OR (kept.id IS NULL AND day.practice_id = now.practice_id
                       AND now.posted_on BETWEEN day.from_on AND day.day)
                LIMIT 1) closed ON true
         WHERE kept.hash IS DISTINCT FROM now.hash AND closed.day IS NOT NULL
         ORDER BY closed.day, now.number
        """,  # noqa: S608 - our own text
    )
    return [
        f"{day:%m/%d/%Y}, {f'J{number}' if number else f'journal row {row}'}: it {what}"
        for day, number, row, what in wrong
    ]


def _broken_days() -> list[str]:
    """Days whose hash is not that of what they hold, or that do not follow the day before."""
    expression = _SEAL.format(
        previous="day.previous_hash", from_on="day.from_on", day="day.day",
        journals="day.journal_count", lines="day.line_count", totals="day.totals",
        differences="day.differences", content="kept.hashes",
    )  # fmt: skip
    wrong = wrong_rows(
        f"""
        SELECT day.day, day.hash = {expression}, coalesce(kept.journals, 0) = day.journal_count,
               day.previous_hash = coalesce(before.hash, '')
               AND day.from_on > coalesce(before.day, day.from_on - 1)
          FROM (SELECT *, lag(id) OVER (PARTITION BY practice_id ORDER BY day) AS before_id
                  FROM billing_closedday) day
          LEFT JOIN billing_closedday before ON before.id = day.before_id
          LEFT JOIN LATERAL (
               SELECT string_agg(closed.hash, '' ORDER BY journal.number) AS hashes,
                      count(*) AS journals
                 FROM billing_closedjournal closed
                 JOIN billing_journal journal ON journal.id = closed.journal_id
                WHERE closed.closed_day_id = day.id) kept ON true
         WHERE NOT (day.hash = {expression} AND coalesce(kept.journals, 0) = day.journal_count
                    AND day.previous_hash = coalesce(before.hash, '')
                    AND day.from_on > coalesce(before.day, day.from_on - 1))
         ORDER BY day.day
        """,  # noqa: S608 - our own text
    )
    said = (" its hash is not that of its facts", " it has lost journals",
            " it does not follow the day before")  # fmt: skip
    return [
        f"{day:%m/%d/%Y}:" + ";".join(words for words, holds in zip(said, held, strict=True)
                                      if not holds)
        for day, *held in wrong
    ]  # fmt: skip


def plain(values: dict[str, Decimal | int | str]) -> dict[str, str]:
    """Figures as they are kept with a closed day: text, so that no reader rounds them."""
    return {name: str(value) for name, value in values.items()}
