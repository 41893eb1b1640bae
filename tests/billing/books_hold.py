"""Every proof of the books at once, for tests that play what people and payers do."""

from billing import verify
from billing.ledger import invariants

PROOFS = (
    invariants.check_journals,
    invariants.check_zero,
    invariants.check_keys,
    invariants.check_mirrors,
    verify.check_charges,
    verify.check_voided,
    verify.check_remittances,
    verify.check_clearing,
    verify.check_owed_once,
    verify.check_credits,
    verify.check_adjustments,
    verify.check_unapplied,
    verify.check_claims,
    verify.check_patients,
    verify.check_payments,
    verify.check_statements,
)


def what_is_wrong() -> list[str]:
    """What the proofs find, in words; nothing is right."""
    return [said for proof in PROOFS for said in proof().problems]


def books_hold() -> None:
    """All of them hold."""
    assert what_is_wrong() == []
