"""Proofs that money, claims, lists and statements agree with the ledger (domain F.4).

`manage.py verify` runs them over all practices; each is set-based and names what breaks it.
"""

from billing.ledger import day_chain, invariants
from billing.ledger.invariants import count, fetch, wrong_rows
from billing.verify_claims import check_claims, check_decisions
from billing.verify_lines import (
    check_adjusted_once,
    check_adjustments,
    check_charges,
    check_credits,
    check_explained,
    check_owed_once,
    check_voided,
)
from billing.verify_underpayments import check_underpaid, check_variances
from core import verification
from core.verification import Checked


def register() -> None:
    """The books first, then what rests on them. The numbers are those of domain F.4."""
    verification.register("journals and their lines (1)", invariants.check_journals)
    verification.register("accounts sum to zero (2)", invariants.check_zero)
    verification.register("released charges are in the ledger (3)", check_charges)
    verification.register("each charge line explained (3)", check_explained)
    verification.register("voided charges are out of the ledger (3)", check_voided)
    verification.register("sub-ledger and control accounts (4)", invariants.check_keys)
    verification.register("credits are listed (5)", check_credits)
    verification.register("remittances in the ledger (6)", check_remittances)
    verification.register("remit clearing (7)", check_clearing)
    verification.register("nobody owes a dollar twice (8)", check_owed_once)
    verification.register("decided claims and their lines (9)", check_decisions)
    verification.register("adjustments, who and why (10)", check_adjustments)
    verification.register("mirrors (11)", invariants.check_mirrors)
    verification.register("adjustments within the charge (12)", check_adjusted_once)
    verification.register("unapplied money (13)", check_unapplied)
    verification.register("nothing posted twice (14)", check_posted_once)
    verification.register("claim balances (9, 15)", check_claims)
    verification.register("patient balances (15)", check_patients)
    verification.register("month ends (15)", check_month_ends)
    verification.register("closed days (16)", day_chain.check_chain)
    verification.register("statements (17)", check_statements)
    verification.register("underpaid amounts on claims", check_underpaid)
    verification.register("underpaid lines and their answers", check_variances)
    verification.register("receipts", check_payments)
    verification.register("refunds", check_refunds)
    verification.register("append-only tables", invariants.check_append_only)


def check_remittances() -> Checked:
    """The posting of a remittance moves 1020 by its payment, once; others move nothing (6, 14)."""
    wrong = wrong_rows(
        """
        SELECT remittance.trace_number, remittance.payment_amount, coalesce(moved.total, 0)
          FROM claims_remittance remittance
          LEFT JOIN (SELECT journal.source_id, sum(entry.amount) AS total
                       FROM billing_ledger_entry entry
                       JOIN billing_journal journal ON journal.id = entry.journal_id
                      WHERE journal.source_kind = 'remittance' AND entry.account_id = 1020
                      GROUP BY journal.source_id) moved ON moved.source_id = remittance.id
         WHERE coalesce(moved.total, 0)
               <> CASE WHEN remittance.state = 'posted' THEN remittance.payment_amount ELSE 0 END
        """,
    )
    return Checked(
        count("claims_remittance"),
        [f"remittance {trace}: pays {paid}, posted {moved}" for trace, paid, moved in wrong],
    )


def check_clearing() -> Checked:
    """1020 holds exactly the posted remittances whose money has not reached the bank (7)."""
    wrong = fetch(
        """
        SELECT practice.name, coalesce(held.total, 0), coalesce(due.total, 0)
          FROM core_practice practice
          LEFT JOIN (SELECT practice_id, sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id = 1020 GROUP BY practice_id) held
            ON held.practice_id = practice.id
          LEFT JOIN (SELECT remittance.practice_id, sum(remittance.payment_amount) AS total
                       FROM claims_remittance remittance
                      WHERE remittance.state = 'posted' AND NOT EXISTS (
                            SELECT 1 FROM billing_journal deposit
                             WHERE deposit.source_kind = 'deposit'
                               AND deposit.source_id = remittance.id
                               AND NOT EXISTS (SELECT 1 FROM billing_journal mirror
                                                WHERE mirror.reverses_id = deposit.id))
                      GROUP BY remittance.practice_id) due ON due.practice_id = practice.id
         WHERE coalesce(held.total, 0) <> coalesce(due.total, 0)
        """
    )
    return Checked(
        count("core_practice"),
        [f"{name}: 1020 holds {held}, remittances await {due}" for name, held, due in wrong],
    )


def check_unapplied() -> Checked:
    """Nobody's unapplied money is below zero: credits by patient, insurers' cash by payer (13)."""
    wrong = wrong_rows(
        """
        SELECT account_id, coalesce(patient_id, payer_id), sum(amount) FROM billing_ledger_entry
         WHERE account_id IN (2000, 2010)
         GROUP BY practice_id, account_id, coalesce(patient_id, payer_id)
        HAVING sum(amount) > 0
        """,
    )
    counted = fetch(
        "SELECT count(*) FROM billing_journalline"
        " WHERE debit_account_id IN (2000, 2010) OR credit_account_id IN (2000, 2010)"
    )
    return Checked(
        counted[0][0],
        [f"{account} of row {owner}: overdrawn by {total}" for account, owner, total in wrong],
    )


def check_posted_once() -> Checked:
    """No payment is posted from two remittances, and no part of one by two standing journals
    (14).
    """
    twice = wrong_rows(
        """
        SELECT trace_number, count(*) FROM claims_remittance WHERE state = 'posted'
         GROUP BY practice_id, trace_originator, trace_number, payment_amount, paid_on,
                  content_hash
        HAVING count(*) > 1
        """,
    )
    parts = wrong_rows(
        """
        SELECT min(posted.number), max(posted.number) FROM billing_journal posted
          LEFT JOIN billing_journal mirror ON mirror.reverses_id = posted.id
         WHERE posted.source_kind = 'remittance' AND posted.reverses_id IS NULL
           AND mirror.id IS NULL
         GROUP BY posted.practice_id, posted.source_id, posted.source_part_id
        HAVING count(*) > 1
        """,
    )
    return Checked(
        count("claims_remittance"),
        [f"remittance {trace}: posted {times} times" for trace, times in twice]
        + [f"J{first} and J{last}: one part of a remittance" for first, last in parts],
    )


def check_month_ends() -> Checked:
    """The open balances kept at each month's end are those of the ledger, account by account."""
    wrong = wrong_rows(
        """
        WITH moved AS (
             SELECT practice_id, account_id, posted_on, sum(amount) AS amount
               FROM billing_ledger_entry WHERE account_id IN (1100, 1200, 1250)
              GROUP BY practice_id, account_id, posted_on),
        kept AS (
             SELECT month_end_id, account_id, sum(amount) AS amount
               FROM billing_monthenditem GROUP BY month_end_id, account_id)
        SELECT mark.ended_on, account.number, coalesce(kept.amount, 0),
               coalesce(sum(moved.amount), 0)
          FROM billing_monthend mark
         CROSS JOIN (VALUES (1100), (1200), (1250)) AS account(number)
          LEFT JOIN kept ON kept.month_end_id = mark.id AND kept.account_id = account.number
          LEFT JOIN moved ON moved.practice_id = mark.practice_id
           AND moved.account_id = account.number AND moved.posted_on <= mark.ended_on
         GROUP BY mark.id, mark.ended_on, account.number, kept.amount
        HAVING coalesce(kept.amount, 0) <> coalesce(sum(moved.amount), 0)
        """,
    )
    return Checked(
        count("billing_monthend"),
        [
            f"month to {day}: {account} kept as {kept}, ledger {real}"
            for day, account, kept, real in wrong
        ],
    )


def check_refunds() -> Checked:
    """2020 and 2030 hold exactly the refunds that are approved and not sent."""
    wrong = fetch(
        """
        SELECT practice.name, coalesce(held.total, 0), coalesce(due.total, 0)
          FROM core_practice practice
          LEFT JOIN (SELECT practice_id, -sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id IN (2020, 2030) AND reason_code = 'REFUND'
                      GROUP BY practice_id) held ON held.practice_id = practice.id
          LEFT JOIN (SELECT practice_id, sum(amount) AS total FROM billing_refund
                      WHERE state = 'approved' GROUP BY practice_id) due
            ON due.practice_id = practice.id
         WHERE coalesce(held.total, 0) <> coalesce(due.total, 0)
        """
    )
    return Checked(
        count("billing_refund"),
        [f"{name}: refunds owed {held}, refunds approved {due}" for name, held, due in wrong],
    )


def check_patients() -> Checked:
    """The amounts on patients are the fold of the ledger (15)."""
    wrong = wrong_rows(
        """
        SELECT patient.mrn, patient.insurance_balance_amount, patient.patient_balance_amount,
               coalesce(fold.insurance, 0), coalesce(fold.owed, 0)
          FROM patients_patient patient
          LEFT JOIN (SELECT patient_id, sum(amount) FILTER (WHERE account_id = 1100) AS insurance,
                            sum(amount) FILTER (WHERE account_id = 1200) AS owed
                       FROM billing_ledger_entry WHERE account_id IN (1100, 1200)
                      GROUP BY patient_id) fold ON fold.patient_id = patient.id
         WHERE patient.insurance_balance_amount <> coalesce(fold.insurance, 0)
            OR patient.patient_balance_amount <> coalesce(fold.owed, 0)
        """,
    )
    return Checked(
        count("patients_patient"),
        [
            f"MRN {mrn}: shows {insurance} and {owed}, ledger {real_insurance} and {real_owed}"
            for mrn, insurance, owed, real_insurance, real_owed in wrong
        ],
    )


def check_payments() -> Checked:
    """A receipt's journal is its amount, and its allocations are what it settled (style 11)."""
    wrong = wrong_rows(
        """
        SELECT payment.number FROM billing_payment payment
          JOIN billing_journal journal ON journal.id = payment.journal_id
          LEFT JOIN (SELECT payment_id, sum(amount) AS total FROM billing_paymentallocation
                      GROUP BY payment_id) parts ON parts.payment_id = payment.id
          LEFT JOIN (SELECT journal_id, -sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id = 1200 GROUP BY journal_id) settled
            ON settled.journal_id = journal.id
         WHERE journal.amount <> payment.amount
            OR coalesce(parts.total, 0) <> coalesce(settled.total, 0)
        """,
    )
    return Checked(
        count("billing_payment"),
        [f"receipt {number}: differs from its journal" for (number,) in wrong],
    )


def check_statements() -> Checked:
    """A statement asked for what its guarantor owed then, less what was held (17)."""
    wrong = wrong_rows(
        """
        SELECT statement.number, statement.balance_amount, statement.held_amount, shown.total,
               coalesce(owed.total, 0)
          FROM billing_statement statement
          JOIN (SELECT statement_id, sum(owed_amount) AS total FROM billing_statementline
                 GROUP BY statement_id) shown ON shown.statement_id = statement.id
          LEFT JOIN LATERAL (
               SELECT sum(entry.amount) AS total FROM billing_ledger_entry entry
                 JOIN billing_journal journal ON journal.id = entry.journal_id
                WHERE entry.account_id = 1200 AND entry.practice_id = statement.practice_id
                  AND entry.guarantor_id = statement.guarantor_id
                  AND journal.number <= statement.last_journal_number) owed ON true
         WHERE statement.balance_amount <> shown.total
            OR statement.balance_amount + statement.held_amount <> coalesce(owed.total, 0)
        """,
    )
    return Checked(
        count("billing_statement"),
        [
            f"statement {number}: asks {asked}, holds {held}, shows {shown}, owed {owed}"
            for number, asked, held, shown, owed in wrong
        ],
    )
