"""Proof that what lists show as reconciled is what the books say (DESIGN 2, projections)."""

from billing.ledger.invariants import count, wrong_rows
from core import verification
from core.verification import Checked


def register() -> None:
    """After the proofs of the books."""
    verification.register("remittances at the bank", check_reconciled)


def check_reconciled() -> Checked:
    """A remittance is reconciled exactly when the journal of its deposit stands, on its day."""
    wrong = wrong_rows(
        """
        SELECT remittance.trace_number, remittance.reconciled_on, deposit.posted_on
          FROM claims_remittance remittance
          LEFT JOIN (SELECT journal.source_id, max(journal.posted_on) AS posted_on
                       FROM billing_journal journal
                      WHERE journal.source_kind = 'deposit' AND NOT EXISTS (
                            SELECT 1 FROM billing_journal mirror
                             WHERE mirror.reverses_id = journal.id)
                      GROUP BY journal.source_id) deposit ON deposit.source_id = remittance.id
         WHERE remittance.reconciled_on IS DISTINCT FROM deposit.posted_on
        """,
    )
    return Checked(
        count("claims_remittance"),
        [f"remittance {trace}: shows {shown}, the books {real}" for trace, shown, real in wrong],
    )
