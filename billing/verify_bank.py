"""Proofs of batches, deposits and bank lines: what they show is what they hold."""

from billing.ledger.invariants import count, fetch, wrong_rows
from core import verification
from core.verification import Checked


def register() -> None:
    """After the proofs of the books."""
    verification.register("posting batches", check_batches)
    verification.register("undeposited receipts", check_undeposited)
    verification.register("bank lines", check_bank_lines)
    verification.register("deposit slips", check_slips)


def check_batches() -> Checked:
    """A batch shows what was entered in it and not taken back; closed, it balances."""
    wrong = wrong_rows(
        """
        SELECT batch.number, batch.entered_count, batch.entered_amount,
               count(entry.id), coalesce(sum(entry.amount), 0)
          FROM billing_postingbatch batch
          LEFT JOIN billing_batchentry entry
            ON entry.batch_id = batch.id AND entry.withdrawn_at IS NULL
         GROUP BY batch.id
        HAVING batch.entered_count <> count(entry.id)
            OR batch.entered_amount <> coalesce(sum(entry.amount), 0)
            OR (batch.state = 'closed' AND (batch.control_count <> count(entry.id)
                OR batch.control_amount <> coalesce(sum(entry.amount), 0)))
        """,
    )
    return Checked(
        count("billing_postingbatch"),
        [
            f"batch {number}: shows {shown} for {amount}, holds {real} for {total}"
            for number, shown, amount, real, total in wrong
        ],
    )


def check_undeposited() -> Checked:
    """1010 and 1015 hold exactly the receipts that are not at the bank, less what was taken back
    after it was there and the bank has not sent back yet.
    """
    wrong = fetch(
        """
        SELECT practice.name, coalesce(held.total, 0), coalesce(due.total, 0)
          FROM core_practice practice
          LEFT JOIN (SELECT practice_id, sum(amount) AS total FROM billing_ledger_entry
                      WHERE account_id IN (1010, 1015) GROUP BY practice_id) held
            ON held.practice_id = practice.id
          LEFT JOIN (SELECT payment.practice_id,
                            sum(CASE WHEN mirror.id IS NULL THEN payment.amount ELSE 0 END
                                - CASE WHEN slip.state = 'banked' THEN payment.amount ELSE 0 END
                                + CASE WHEN sent_back.id IS NULL THEN 0 ELSE payment.amount END)
                            AS total
                       FROM billing_payment payment
                       LEFT JOIN billing_journal mirror
                         ON mirror.reverses_id = payment.journal_id
                       LEFT JOIN billing_depositslipitem item ON item.payment_id = payment.id
                       LEFT JOIN billing_depositslip slip ON slip.id = item.slip_id
                       LEFT JOIN billing_bankmatch sent_back
                         ON sent_back.payment_id = payment.id AND sent_back.undone_at IS NULL
                      GROUP BY payment.practice_id) due ON due.practice_id = practice.id
         WHERE coalesce(held.total, 0) <> coalesce(due.total, 0)
        """
    )
    return Checked(
        count("billing_payment"),
        [f"{name}: 1010 and 1015 hold {held}, receipts {due}" for name, held, due in wrong],
    )


def check_bank_lines() -> Checked:
    """A bank line shows what its standing matches come to, and each of them stands in the books."""
    wrong = wrong_rows(
        """
        SELECT line.id, line.posted_on, line.matched_amount,
               coalesce(sum(match.amount), 0) * sign(line.amount)
          FROM billing_bankline line
          LEFT JOIN billing_bankmatch match ON match.line_id = line.id AND match.undone_at IS NULL
         GROUP BY line.id
        HAVING line.matched_amount <> coalesce(sum(match.amount), 0) * sign(line.amount)
            OR (line.state <> 'matched' AND line.matched_amount = line.amount)
        """,
    )
    unposted = wrong_rows(
        """
        SELECT match.id, match.line_id FROM billing_bankmatch match
          LEFT JOIN claims_remittance remittance ON remittance.id = match.remittance_id
          LEFT JOIN billing_depositslip slip ON slip.id = match.slip_id
         WHERE match.undone_at IS NULL
           AND ((remittance.id IS NOT NULL AND remittance.reconciled_on IS NULL)
                OR (slip.id IS NOT NULL AND slip.state <> 'banked'))
        """,
    )
    return Checked(
        count("billing_bankline"),
        [
            f"bank line {row} of {day}: shows {shown} matched, its matches come to {real}"
            for row, day, shown, real in wrong
        ]
        + [f"bank line {line}: match {row} is not in the books" for row, line in unposted],
    )


def check_slips() -> Checked:
    """A deposit is the sum of its items."""
    wrong = wrong_rows(
        """
        SELECT slip.number, slip.amount, coalesce(sum(item.amount), 0)
          FROM billing_depositslip slip
          LEFT JOIN billing_depositslipitem item ON item.slip_id = slip.id
         WHERE slip.state <> 'apart'
         GROUP BY slip.id
        HAVING slip.amount <> coalesce(sum(item.amount), 0)
            OR slip.item_count <> count(item.id)
        """,
    )
    return Checked(
        count("billing_depositslip"),
        [f"deposit {number}: shows {shown}, holds {real}" for number, shown, real in wrong],
    )
