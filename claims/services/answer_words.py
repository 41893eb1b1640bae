"""What the timeline says of a payer's answer to a claim."""

from claims.answer_codes import FORWARDED, REVERSAL
from claims.models import ClaimVersion, Remittance, RemittanceClaim


def answer_note(remittance: Remittance, row: RemittanceClaim) -> str:
    """Where the answer stands, under which number, and whom it went on to."""
    parts = [f"835 · remit {remittance.trace_number}"]
    if row.payer_claim_number:
        parts.append(f"payer claim {row.payer_claim_number}")
    if row.forwarded_to:
        parts.append(f"passed on to {row.forwarded_to}")
    return " · ".join(parts)


def answer_sentence(row: RemittanceClaim, to: str, newer: ClaimVersion | None) -> str:
    """What the payer did. `to` is the state that follows, `newer` a version that stands instead."""
    if row.status_code == REVERSAL:
        return "took back an earlier decision"
    if newer is not None:
        return (
            f"decided the version before: paid {row.paid_amount} of {row.charge_amount} (version"
            f" {newer.number} stands)"
        )
    if row.status_code == FORWARDED:
        return f"passed the claim on to {row.forwarded_to or 'another payer'}"
    ending = "" if to else "; other lines of the claim still wait"
    return f"decided the claim: paid {row.paid_amount} of {row.charge_amount}{ending}"
