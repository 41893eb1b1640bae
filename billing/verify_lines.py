"""Proofs over charge lines: each dollar explained, owed once, adjusted for a reason (domain F.4).

Each is one statement over the whole database; it names the rows that break it.
"""

from billing.ledger.accounts import ADJUSTMENTS, RECEIVABLES, Account
from billing.ledger.invariants import fetch, wrong_rows
from core.verification import Checked

_ADJUSTMENTS = [int(account) for account in ADJUSTMENTS]
_RECEIVABLES = [int(account) for account in RECEIVABLES]
# Decided by people of the practice, each behind a request (services/write_off.py).
_WRITE_OFFS = [
    int(account)
    for account in (
        Account.DENIAL_WRITE_OFF,
        Account.SMALL_BALANCE,
        Account.SELF_PAY_DISCOUNT,
        Account.CHARITY,
        Account.BAD_DEBT,
    )
]

# What may stand at the other end of an entry on a receivable: the terms of invariant 3.
_INSURANCE_PAID = [int(Account.REMIT_CLEARING), int(Account.UNAPPLIED_INSURANCE)]
_PATIENT_PAID = [int(Account.UNDEPOSITED), int(Account.CARD_CLEARING), int(Account.BANK)]
_MOVED_AWAY = [
    int(Account.PATIENT_CREDITS),
    int(Account.PATIENT_REFUNDS),
    int(Account.PAYER_REFUNDS),
    int(Account.RECOUPMENT_PAYABLE),
    int(Account.RECOUPMENT_SUSPENSE),
]
_EXPLAINED = [
    int(Account.CHARGES), *_ADJUSTMENTS, *_RECEIVABLES, *_INSURANCE_PAID, *_PATIENT_PAID,
    *_MOVED_AWAY,
]  # fmt: skip

# What is open on each charge line: insurance, patient, and at an agency.
OPEN = """
    SELECT charge_line_id,
           sum(amount) FILTER (WHERE account_id = 1100) AS insurance,
           sum(amount) FILTER (WHERE account_id = 1200) AS patient,
           sum(amount) FILTER (WHERE account_id = 1250) AS agency
      FROM billing_ledger_entry
     WHERE account_id IN (1100, 1200, 1250) AND charge_line_id IS NOT NULL
     GROUP BY charge_line_id
"""


def check_charges() -> Checked:
    """Every released charge line stands on 4000 with its amount, and no other does (3)."""
    wrong = wrong_rows(
        """
        SELECT line.control_number, line.charge_amount, coalesce(-posted.total, 0)
          FROM coding_chargeline line
          LEFT JOIN (SELECT charge_line_id, sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id = 4000 GROUP BY charge_line_id) posted
            ON posted.charge_line_id = line.id
         WHERE coalesce(-posted.total, 0)
               <> CASE WHEN line.state = 'released' THEN line.charge_amount ELSE 0 END
        """,
    )
    counted = fetch("SELECT count(*) FROM coding_chargeline WHERE state <> 'draft'")
    return Checked(
        counted[0][0],
        [f"line {number}: charge {charge}, posted {posted}" for number, charge, posted in wrong],
    )


def check_explained() -> Checked:
    """Charge = insurance paid + patient paid - moved to 2000, 2010, 2030, 2100 + adjustments
    + open 1100, 1200, 1250 + moved to other lines: no entry is none of these (3).
    """
    wrong = wrong_rows(
        """
        SELECT line.control_number, line.charge_amount, sum(entry.amount)
                 FILTER (WHERE NOT entry.counter_account_id = ANY(%s)),
               min(entry.line_id) FILTER (WHERE NOT entry.counter_account_id = ANY(%s))
          FROM billing_ledger_entry entry
          JOIN coding_chargeline line ON line.id = entry.charge_line_id
         WHERE entry.account_id = ANY(%s)
         GROUP BY line.id, line.control_number, line.charge_amount, line.state
        HAVING coalesce(sum(entry.amount)
                        FILTER (WHERE NOT entry.counter_account_id = ANY(%s)), 0) <> 0
            OR coalesce(sum(entry.amount) FILTER (WHERE entry.counter_account_id = 4000), 0)
               <> CASE WHEN line.state = 'released' THEN line.charge_amount ELSE 0 END
        """,
        [_EXPLAINED, _EXPLAINED, _RECEIVABLES, _EXPLAINED],
    )
    counted = fetch("SELECT count(*) FROM coding_chargeline WHERE state = 'released'")
    return Checked(
        counted[0][0],
        [
            f"line {number}: charged {charge}, {unexplained or 0} of it unexplained"
            + (f" (journal line {row})" if row else "")
            for number, charge, unexplained, row in wrong
        ],
    )


def check_voided() -> Checked:
    """What entered a voided charge, or moved it between payers, is mirrored to the last cent."""
    wrong = wrong_rows(
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
        """,
    )
    counted = fetch("SELECT count(*) FROM coding_chargeline WHERE state = 'void'")
    return Checked(
        counted[0][0], [f"line {number}: void, and {amount} is left" for number, amount in wrong]
    )


def check_owed_once() -> Checked:
    """Over the lines of a visit nobody owes more than was charged: one party a dollar (8). By
    visit, because a payer may bundle one line into another.
    """
    wrong = wrong_rows(
        f"""
        SELECT encounter.number, sum(line.charge_amount), sum(owed.total)
          FROM coding_chargeline line
          JOIN patients_encounter encounter ON encounter.id = line.encounter_id
          LEFT JOIN (SELECT charge_line_id, greatest(coalesce(insurance, 0), 0)
                       + greatest(coalesce(patient, 0), 0)
                       + greatest(coalesce(agency, 0), 0) AS total
                  FROM ({OPEN}) open_lines) owed ON owed.charge_line_id = line.id
         WHERE line.state = 'released'
         GROUP BY encounter.id, encounter.number
        HAVING coalesce(sum(owed.total), 0) > sum(line.charge_amount)
        """,  # noqa: S608 - our own text
    )
    return Checked(
        _visits(),
        [f"encounter {number}: charged {charge}, owed {owed}" for number, charge, owed in wrong],
    )


def check_adjusted_once() -> Checked:
    """Over the lines of a visit the adjustments do not exceed what was charged (12)."""
    wrong = wrong_rows(
        """
        SELECT encounter.number, sum(line.charge_amount), sum(adjusted.total)
          FROM coding_chargeline line
          JOIN patients_encounter encounter ON encounter.id = line.encounter_id
          LEFT JOIN (SELECT charge_line_id, -sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id = ANY(%s) AND counter_account_id = ANY(%s)
                      GROUP BY charge_line_id) adjusted ON adjusted.charge_line_id = line.id
         WHERE line.state = 'released'
         GROUP BY encounter.id, encounter.number
        HAVING coalesce(sum(adjusted.total), 0) > sum(line.charge_amount)
        """,
        [_RECEIVABLES, _ADJUSTMENTS],
    )
    return Checked(
        _visits(),
        [
            f"encounter {number}: charged {charge}, adjusted by {adjusted}"
            for number, charge, adjusted in wrong
        ],
    )


def check_credits() -> Checked:
    """Whatever is in credit is on the credit worklist with its amount, and nothing else is; so no
    credit is netted against another balance in silence (5).
    """
    wrong = wrong_rows(
        """
        SELECT coalesce(fold.account_id, listed.account_id), line.control_number,
               coalesce(fold.held, 0), coalesce(listed.amount, 0),
               coalesce(fold.patient_id, listed.patient_id)
          FROM (SELECT practice_id, account_id, patient_id, guarantor_id, charge_line_id, payer_id,
                       rank, -sum(amount) AS held
                  FROM billing_ledger_entry WHERE account_id IN (1100, 1200, 2000)
                 GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(amount) < 0) fold
          FULL JOIN (SELECT * FROM billing_creditbalance WHERE state = 'open') listed
            ON listed.practice_id = fold.practice_id AND listed.account_id = fold.account_id
           AND listed.patient_id = fold.patient_id
           AND coalesce(listed.guarantor_id, 0) = coalesce(fold.guarantor_id, 0)
           AND coalesce(listed.charge_line_id, 0) = coalesce(fold.charge_line_id, 0)
           AND coalesce(listed.payer_id, 0) = coalesce(fold.payer_id, 0)
           AND coalesce(listed.rank, 0) = coalesce(fold.rank, 0)
          LEFT JOIN coding_chargeline line
            ON line.id = coalesce(fold.charge_line_id, listed.charge_line_id)
         WHERE coalesce(fold.held, 0) <> coalesce(listed.amount, 0)
        """,
    )
    counted = fetch("SELECT count(*) FROM billing_creditbalance")
    held = fetch("SELECT count(*) FROM billing_creditbalance WHERE state = 'open'")
    return Checked(
        counted[0][0],
        [
            f"{account} of {f'line {number}' if number else f'patient row {patient}'}: in credit"
            f" by {amount}, listed with {listed}"
            for account, number, amount, listed, patient in wrong
        ],
        note=f"{held[0][0]} in credit",
    )


def check_adjustments() -> Checked:
    """Every adjustment names its reason and who made it; what the practice itself gave up stands
    behind a request, and above the asking person's limit behind somebody else's approval (10).
    """
    wrong = wrong_rows(
        """
        SELECT journal.number,
               CASE WHEN line.reason_code = '' THEN 'without reason'
                    WHEN journal.actor_name = '' THEN 'without actor'
                    WHEN request.id IS NULL THEN 'without a request'
                    ELSE 'above the limit, without a second person' END
          FROM billing_journalline line
          JOIN billing_journal journal ON journal.id = line.journal_id
          LEFT JOIN billing_balancerequest request
            ON request.journal_id = coalesce(journal.reverses_id, journal.id)
         WHERE (line.debit_account_id = ANY(%s) OR line.credit_account_id = ANY(%s))
           AND (line.reason_code = '' OR journal.actor_name = ''
                OR (request.id IS NULL
                    AND (line.debit_account_id = ANY(%s) OR line.credit_account_id = ANY(%s)))
                OR (request.amount > request.limit_amount
                    AND (request.decided_by_id IS NULL
                         OR request.decided_by_id = request.requested_by_id)))
        """,
        [_ADJUSTMENTS, _ADJUSTMENTS, _WRITE_OFFS, _WRITE_OFFS],
    )
    counted = fetch(
        "SELECT count(*) FROM billing_journalline"
        " WHERE debit_account_id = ANY(%s) OR credit_account_id = ANY(%s)",
        [_ADJUSTMENTS, _ADJUSTMENTS],
    )
    return Checked(counted[0][0], [f"J{number}: an adjustment {why}" for number, why in wrong])


def _visits() -> int:
    counted = fetch(
        "SELECT count(DISTINCT encounter_id) FROM coding_chargeline WHERE state = 'released'"
    )
    return int(counted[0][0])
