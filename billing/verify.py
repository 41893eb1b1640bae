"""Proofs that money, claims, lists and statements agree with the ledger (domain F.4).

`manage.py verify` runs them over all practices; each is set-based and names what breaks it.
"""

from billing.ledger import invariants
from billing.ledger.accounts import ADJUSTMENTS
from billing.ledger.invariants import MOST_NAMED, count, fetch
from core import verification
from core.verification import Checked

_ADJUSTMENTS = [int(account) for account in ADJUSTMENTS]

# What is open on each charge line: insurance, patient, and the most that anyone may owe of it.
_OPEN = """
    SELECT charge_line_id,
           sum(amount) FILTER (WHERE account_id = 1100) AS insurance,
           sum(amount) FILTER (WHERE account_id = 1200) AS patient
      FROM billing_ledger_entry
     WHERE account_id IN (1100, 1200) AND charge_line_id IS NOT NULL
     GROUP BY charge_line_id
"""


def register() -> None:
    """The books first, then what rests on them."""
    verification.register("journals and their lines", invariants.check_journals)
    verification.register("accounts sum to zero", invariants.check_zero)
    verification.register("sub-ledger keys", invariants.check_keys)
    verification.register("mirrors", invariants.check_mirrors)
    verification.register("append-only tables", invariants.check_append_only)
    verification.register("released charges are in the ledger", check_charges)
    verification.register("voided charges are out of the ledger", check_voided)
    verification.register("remittances in the ledger", check_remittances)
    verification.register("remit clearing", check_clearing)
    verification.register("nobody owes a dollar twice", check_owed_once)
    verification.register("credits are listed", check_credits)
    verification.register("adjustments", check_adjustments)
    verification.register("unapplied money", check_unapplied)
    verification.register("claim balances", check_claims)
    verification.register("patient balances", check_patients)
    verification.register("receipts", check_payments)
    verification.register("statements", check_statements)


def check_charges() -> Checked:
    """Every released charge line stands on 4000 with its amount, and no other does (3)."""
    wrong = fetch(
        """
        SELECT line.control_number, line.charge_amount, coalesce(-posted.total, 0)
          FROM coding_chargeline line
          LEFT JOIN (SELECT charge_line_id, sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id = 4000 GROUP BY charge_line_id) posted
            ON posted.charge_line_id = line.id
         WHERE coalesce(-posted.total, 0)
               <> CASE WHEN line.state = 'released' THEN line.charge_amount ELSE 0 END
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    counted = fetch("SELECT count(*) FROM coding_chargeline WHERE state <> 'draft'")
    return Checked(
        counted[0][0],
        [f"line {number}: charge {charge}, posted {posted}" for number, charge, posted in wrong],
    )


def check_voided() -> Checked:
    """What entered a voided charge, or moved it between payers, is mirrored to the last cent."""
    wrong = fetch(
        """
        SELECT line.control_number, sum(entry.amount)
          FROM coding_chargeline line
          JOIN billing_ledger_entry entry ON entry.charge_line_id = line.id
          JOIN billing_journal journal ON journal.id = entry.journal_id
          LEFT JOIN billing_journal original ON original.id = journal.reverses_id
         WHERE line.state = 'void'
           AND coalesce(original.source_kind, journal.source_kind) IN ('charge', 'responsibility')
         GROUP BY line.id, entry.account_id, entry.payer_id, entry.rank, entry.guarantor_id
        HAVING sum(entry.amount) <> 0
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    counted = fetch("SELECT count(*) FROM coding_chargeline WHERE state = 'void'")
    return Checked(
        counted[0][0], [f"line {number}: void, and {amount} is left" for number, amount in wrong]
    )


def check_remittances() -> Checked:
    """The posting of a remittance moves 1020 by its payment, once; others move nothing (6, 14)."""
    wrong = fetch(
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
         LIMIT %s
        """,
        [MOST_NAMED],
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
                               AND deposit.source_id = remittance.id)
                      GROUP BY remittance.practice_id) due ON due.practice_id = practice.id
         WHERE coalesce(held.total, 0) <> coalesce(due.total, 0)
        """
    )
    return Checked(
        count("core_practice"),
        [f"{name}: 1020 holds {held}, remittances await {due}" for name, held, due in wrong],
    )


def check_owed_once() -> Checked:
    """Over the lines of a visit nobody owes more than was charged, and adjustments do not exceed
    it (8, 12). By visit, because a payer may bundle one line into another.
    """
    wrong = fetch(
        f"""
        SELECT encounter.number, sum(line.charge_amount), sum(owed.total), sum(adjusted.total)
          FROM coding_chargeline line
          JOIN patients_encounter encounter ON encounter.id = line.encounter_id
          LEFT JOIN (SELECT charge_line_id, sum(greatest(coalesce(insurance, 0), 0)
                                                + greatest(coalesce(patient, 0), 0)) AS total
                       FROM ({_OPEN}) open_lines GROUP BY charge_line_id) owed
            ON owed.charge_line_id = line.id
          LEFT JOIN (SELECT charge_line_id, -sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id IN (1100, 1200) AND counter_account_id = ANY(%s)
                      GROUP BY charge_line_id) adjusted ON adjusted.charge_line_id = line.id
         WHERE line.state = 'released'
         GROUP BY encounter.id, encounter.number
        HAVING coalesce(sum(owed.total), 0) > sum(line.charge_amount)
            OR coalesce(sum(adjusted.total), 0) > sum(line.charge_amount)
         LIMIT %s
        """,  # noqa: S608 - our own text
        [_ADJUSTMENTS, MOST_NAMED],
    )
    counted = fetch("SELECT count(DISTINCT encounter_id) FROM coding_chargeline"
                    " WHERE state = 'released'")  # fmt: skip
    return Checked(
        counted[0][0],
        [
            f"encounter {number}: charged {charge}, owed {owed}, adjusted {adjusted}"
            for number, charge, owed, adjusted in wrong
        ],
    )


def check_credits() -> Checked:
    """A charge line in credit is on somebody's work list, never netted in silence (5)."""
    found = fetch(
        f"""
        SELECT line.control_number,
               EXISTS (SELECT 1 FROM core_workitem item
                         JOIN claims_claimchargeline link ON link.claim_id = item.subject_id
                        WHERE item.subject_kind = 'claims.claim' AND item.state = 'open'
                          AND link.charge_line_id = line.id)
          FROM ({_OPEN}) open_lines JOIN coding_chargeline line ON line.id = charge_line_id
         WHERE coalesce(insurance, 0) < 0 OR coalesce(patient, 0) < 0
        """  # noqa: S608 - our own text
    )
    problems = [f"line {number}: in credit, on no work list" for number, listed in found
                if not listed]  # fmt: skip
    counted = fetch(f"SELECT count(*) FROM ({_OPEN}) open_lines")  # noqa: S608 - our own text
    return Checked(counted[0][0], problems[:MOST_NAMED], note=f"{len(found)} in credit")


def check_adjustments() -> Checked:
    """Every adjustment names its reason and who made it (10)."""
    rows = fetch(
        """
        SELECT journal.number, line.reason_code = '' OR journal.actor_name = ''
          FROM billing_journalline line JOIN billing_journal journal ON journal.id = line.journal_id
         WHERE line.debit_account_id = ANY(%s) OR line.credit_account_id = ANY(%s)
        """,
        [_ADJUSTMENTS, _ADJUSTMENTS],
    )
    wrong = [f"J{number}: an adjustment without reason or actor" for number, bad in rows if bad]
    return Checked(len(rows), wrong[:MOST_NAMED])


def check_unapplied() -> Checked:
    """Nobody's unapplied money is below zero: credits by patient, insurers' cash by payer (13)."""
    rows = fetch(
        """
        SELECT account_id, coalesce(patient_id, payer_id), sum(amount) FROM billing_ledger_entry
         WHERE account_id IN (2000, 2010)
         GROUP BY practice_id, account_id, coalesce(patient_id, payer_id)
        """
    )
    wrong = [f"{account} of row {owner}: overdrawn by {total}" for account, owner, total in rows
             if total > 0]  # fmt: skip
    return Checked(len(rows), wrong[:MOST_NAMED])


def check_claims() -> Checked:
    """The amounts on claims are the fold of their lines; a closed claim owes nothing (9, 15)."""
    wrong = fetch(
        f"""
        SELECT claim.control_number, version.state,
               claim.insurance_balance_amount, claim.patient_balance_amount,
               coalesce(fold.insurance, 0), coalesce(fold.patient, 0)
          FROM claims_claim claim
          LEFT JOIN claims_claimversion version ON version.id = claim.current_version_id
          LEFT JOIN (SELECT link.claim_id, sum(insurance) AS insurance, sum(patient) AS patient
                       FROM claims_claimchargeline link
                       JOIN ({_OPEN}) open_lines ON open_lines.charge_line_id = link.charge_line_id
                      GROUP BY link.claim_id) fold ON fold.claim_id = claim.id
         WHERE claim.insurance_balance_amount <> coalesce(fold.insurance, 0)
            OR claim.patient_balance_amount <> coalesce(fold.patient, 0)
            OR (version.state = 'closed'
                AND (coalesce(fold.insurance, 0) <> 0 OR coalesce(fold.patient, 0) <> 0))
         LIMIT %s
        """,  # noqa: S608 - our own text
        [MOST_NAMED],
    )
    return Checked(
        count("claims_claim"),
        [
            f"claim {number} ({state}): shows {insurance} and {patient},"
            f" ledger {real_insurance} and {real_patient}"
            for number, state, insurance, patient, real_insurance, real_patient in wrong
        ],
    )


def check_patients() -> Checked:
    """The amounts on patients are the fold of the ledger (15)."""
    wrong = fetch(
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
         LIMIT %s
        """,
        [MOST_NAMED],
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
    wrong = fetch(
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
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    return Checked(
        count("billing_payment"),
        [f"receipt {number}: differs from its journal" for (number,) in wrong],
    )


def check_statements() -> Checked:
    """A statement asked for what its guarantor owed then, less what was held (17)."""
    wrong = fetch(
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
         LIMIT %s
        """,
        [MOST_NAMED],
    )
    return Checked(
        count("billing_statement"),
        [
            f"statement {number}: asks {asked}, holds {held}, shows {shown}, owed {owed}"
            for number, asked, held, shown, owed in wrong
        ],
    )
