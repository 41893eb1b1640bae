"""Proofs over the books alone: they know journals, lines and keys, and no claim (domain F.4).

Each is one statement over the whole database, and names the rows that break it.
"""

from typing import Any

from django.conf import settings
from django.db import connection

from core.verification import Checked

MOST_NAMED = 20
APPEND_ONLY = (
    "billing_journal",
    "billing_journalline",
    "billing_payment",
    "billing_paymentallocation",
    "billing_statementline",
    "core_auditevent",
    "core_auditblock",
    "core_auditseal",
    "core_timelineentry",
)
_SIDE = (
    "{0}_account_id, {0}_patient_id, {0}_guarantor_id, {0}_charge_line_id, {0}_payer_id, {0}_rank"
)
_DEBIT, _CREDIT = _SIDE.format("debit"), _SIDE.format("credit")


def fetch(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def count(table: str) -> int:
    """How many rows `table` has."""
    return int(fetch(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names


def check_journals() -> Checked:
    """Every journal has the lines and the sum it says, of its own day and practice (1, 15)."""
    wrong = fetch(
        """
        SELECT journal.number FROM billing_journal journal
          LEFT JOIN (SELECT journal_id, count(*) AS lines, sum(amount) AS total,
                            min(posted_on) AS first_on, max(posted_on) AS last_on,
                            min(practice_id) AS low, max(practice_id) AS high
                       FROM billing_journalline GROUP BY journal_id) found
            ON found.journal_id = journal.id
         WHERE (found.lines, found.total, found.first_on, found.last_on, found.low, found.high)
               IS DISTINCT FROM (journal.line_count::bigint, journal.amount::numeric,
                                 journal.posted_on, journal.posted_on,
                                 journal.practice_id, journal.practice_id)
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    return Checked(
        count("billing_journal"), [f"J{number}: its lines are not its own" for (number,) in wrong]
    )


def check_zero() -> Checked:
    """All accounts of a practice sum to zero (2)."""
    wrong = fetch(
        "SELECT practice_id, sum(amount) FROM billing_ledger_entry"
        " GROUP BY practice_id HAVING sum(amount) <> 0"
    )
    return Checked(
        count("billing_journalline"),
        [f"practice {practice}: the accounts sum to {total}" for practice, total in wrong],
    )


def check_keys() -> Checked:
    """Receivables and credits carry their whole key, so sub-ledger and control agree (4)."""
    wrong = fetch(
        """
        SELECT line_id FROM billing_ledger_entry
         WHERE (account_id = 1100 AND (patient_id IS NULL OR charge_line_id IS NULL
                                       OR payer_id IS NULL OR rank IS NULL))
            OR (account_id IN (1200, 1250, 2000) AND (patient_id IS NULL OR guarantor_id IS NULL))
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    counted = fetch(
        "SELECT count(*) FROM billing_ledger_entry WHERE account_id IN (1100, 1200, 1250, 2000)"
    )
    return Checked(
        counted[0][0], [f"journal line {line}: its key is not whole" for (line,) in wrong]
    )


def check_mirrors() -> Checked:
    """Every mirror is exactly one original the other way round (11)."""
    wrong = fetch(
        f"""
        SELECT mirror.number FROM billing_journal mirror
          JOIN billing_journal original ON original.id = mirror.reverses_id
         WHERE original.practice_id <> mirror.practice_id
            OR original.line_count <> mirror.line_count
            OR original.reverses_id IS NOT NULL
            OR EXISTS (
                 SELECT {_CREDIT}, {_DEBIT}, amount FROM billing_journalline
                  WHERE journal_id = original.id
                 EXCEPT ALL
                 SELECT {_DEBIT}, {_CREDIT}, amount FROM billing_journalline
                  WHERE journal_id = mirror.id)
         LIMIT %s
        """,  # noqa: S608 - column names only
        [MOST_NAMED],
    )
    counted = fetch("SELECT count(*) FROM billing_journal WHERE reverses_id IS NOT NULL")
    return Checked(counted[0][0], [f"J{number}: it is not a mirror" for (number,) in wrong])


def check_append_only() -> Checked:
    """The app role may not change the books or the audit log, and triggers refuse everybody."""
    role = settings.DATABASE_APP_ROLE
    problems = [
        f"{role} may {right} {table}"
        for table, right in fetch(
            """
            SELECT wanted.name, asked.privilege FROM unnest(%s) AS wanted(name)
             CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS asked(privilege)
             WHERE has_table_privilege(%s, wanted.name, asked.privilege)
            """,
            [list(APPEND_ONLY), role],
        )
    ]
    problems += [
        f"{table} lacks trigger {trigger}"
        for table, trigger in fetch(
            """
            SELECT wanted.name, asked.name FROM unnest(%s) AS wanted(name)
             CROSS JOIN unnest(ARRAY['refuse_row_change', 'refuse_truncate']) AS asked(name)
             WHERE NOT EXISTS (SELECT 1 FROM pg_trigger
                                WHERE tgrelid = wanted.name::regclass AND tgname = asked.name
                                  AND tgenabled IN ('O', 'A'))
            """,
            [list(APPEND_ONLY)],
        )
    ]
    return Checked(len(APPEND_ONLY), problems)
