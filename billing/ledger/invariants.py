"""Proofs over the books alone: they know journals, lines and keys, and no claim (domain F.4).

Each is one statement over the whole database, and names the rows that break it.
"""

from typing import Any

from django.conf import settings
from django.db import connection

from core.verification import Checked

MOST_NAMED = 20
APPEND_ONLY = (
    "billing_closedday",
    "billing_closedjournal",
    "billing_closedmonth",
    "billing_journal",
    "billing_journalline",
    "billing_payment",
    "billing_paymentallocation",
    "billing_statementline",
    "billing_variancetolerance",
    "claims_expectedline",
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


def wrong_rows(statement: str, params: Any = None) -> list[tuple[Any, ...]]:
    """The first rows that a proof finds; none where it holds.

    The proof is planned for all its rows. With a LIMIT of its own PostgreSQL hopes to come upon a
    few wrong rows soon, and goes line by line; it never does, since there are none.
    """
    return fetch(
        f"WITH wrong AS MATERIALIZED ({statement}) SELECT * FROM wrong LIMIT {MOST_NAMED}",  # noqa: S608
        params,
    )


def count(table: str) -> int:
    """How many rows `table` has."""
    return int(fetch(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names


def check_journals() -> Checked:
    """Every journal has the lines and the sum it says, of its own day and practice; every amount is
    above zero and in cents (1).
    """
    wrong = wrong_rows(
        """
        SELECT journal.number FROM billing_journal journal
          LEFT JOIN (SELECT journal_id, count(*) AS lines, sum(amount) AS total,
                            min(posted_on) AS first_on, max(posted_on) AS last_on,
                            min(practice_id) AS low, max(practice_id) AS high,
                            bool_and(amount > 0 AND amount = round(amount, 2)) AS is_money
                       FROM billing_journalline GROUP BY journal_id) found
            ON found.journal_id = journal.id
         WHERE (found.lines, found.total, found.first_on, found.last_on, found.low, found.high)
               IS DISTINCT FROM (journal.line_count::bigint, journal.amount::numeric,
                                 journal.posted_on, journal.posted_on,
                                 journal.practice_id, journal.practice_id)
            OR NOT found.is_money
        """,
    )
    return Checked(
        count("billing_journal"), [f"J{number}: its lines are not its own" for (number,) in wrong]
    )


def check_zero() -> Checked:
    """All accounts of a practice sum to zero, and each line's two sides name accounts of the
    chart (2).
    """
    wrong = wrong_rows(
        """
        SELECT practice_id, sum(entry.amount) FILTER (WHERE account.number IS NOT NULL),
               min(line_id) FILTER (WHERE account.number IS NULL)
          FROM billing_ledger_entry entry
          LEFT JOIN billing_ledgeraccount account ON account.number = entry.account_id
         GROUP BY practice_id
        HAVING coalesce(sum(entry.amount) FILTER (WHERE account.number IS NOT NULL), 0) <> 0
        """,
    )
    return Checked(
        count("billing_journalline"),
        [
            f"practice {practice}: the accounts sum to {total} (journal line {line})"
            for practice, total, line in wrong
        ],
    )


def check_keys() -> Checked:
    """Sub-ledger and control account agree, per payer and in all: what is on a receivable or a
    credit carries its whole key, and the key is of one patient and one practice (4).
    """
    wrong = wrong_rows(
        """
        SELECT entry.account_id, payer.name, sum(entry.amount),
               sum(entry.amount) FILTER (WHERE entry.is_whole),
               min(entry.line_id) FILTER (WHERE NOT entry.is_whole)
          FROM (SELECT found.account_id, found.practice_id, found.payer_id, found.amount,
                       found.line_id,
                       found.patient_id IS NOT NULL
                       AND CASE WHEN found.account_id = 1100
                                THEN found.charge_line_id IS NOT NULL
                                     AND found.payer_id IS NOT NULL AND found.rank IS NOT NULL
                                ELSE found.guarantor_id IS NOT NULL END
                       AND (found.charge_line_id IS NULL
                            OR (line.patient_id = found.patient_id
                                AND line.practice_id = found.practice_id)) AS is_whole
                  FROM billing_ledger_entry found
                  LEFT JOIN coding_chargeline line ON line.id = found.charge_line_id
                 WHERE found.account_id IN (1100, 1200, 1250, 2000)) entry
          LEFT JOIN patients_payer payer ON payer.id = entry.payer_id
         GROUP BY entry.practice_id, entry.account_id, entry.payer_id, payer.name
        HAVING count(*) FILTER (WHERE NOT coalesce(entry.is_whole, false)) > 0
        """,
    )
    counted = fetch(
        "SELECT count(*) FROM billing_ledger_entry WHERE account_id IN (1100, 1200, 1250, 2000)"
    )
    return Checked(
        counted[0][0],
        [
            f"{account}{f' of {payer}' if payer else ''}: control {control}, sub-ledger"
            f" {whole or 0}; the key of journal line {line} is not whole"
            for account, payer, control, whole, line in wrong
        ],
    )


def check_mirrors() -> Checked:
    """Every mirror is exactly one original the other way round, and the only one of it (11)."""
    wrong = wrong_rows(
        f"""
        WITH pairs AS (
             SELECT mirror.id AS mirror_id, original.id AS original_id
               FROM billing_journal mirror JOIN billing_journal original
                 ON original.id = mirror.reverses_id),
        undone AS (
             SELECT mirror_id, {_CREDIT}, {_DEBIT}, amount FROM pairs
               JOIN billing_journalline ON journal_id = original_id),
        written AS (
             SELECT mirror_id, {_DEBIT}, {_CREDIT}, amount FROM pairs
               JOIN billing_journalline ON journal_id = mirror_id)
        SELECT journal.number FROM billing_journal journal
         WHERE journal.id IN (
               SELECT mirror_id FROM (SELECT * FROM undone EXCEPT ALL SELECT * FROM written) less
                UNION
               SELECT mirror_id FROM (SELECT * FROM written EXCEPT ALL SELECT * FROM undone) more
                UNION
               SELECT mirror.id FROM billing_journal mirror JOIN billing_journal original
                   ON original.id = mirror.reverses_id
                WHERE original.practice_id <> mirror.practice_id
                   OR original.reverses_id IS NOT NULL
                UNION
               SELECT max(id) FROM billing_journal WHERE reverses_id IS NOT NULL
                GROUP BY reverses_id HAVING count(*) > 1)
         ORDER BY journal.number
        """,  # noqa: S608 - column names only
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
