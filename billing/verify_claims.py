"""Proofs that claims say of their money what the ledger says (domain F.4, 9 and 15)."""

from billing.ledger.invariants import count, fetch, wrong_rows
from billing.verify_lines import OPEN
from core.verification import Checked


def check_decisions() -> Checked:
    """An answered or closed version has a decision for every line: a posted answer that names the
    line, or one that speaks of the claim as a whole (9). A claim that was closed or answered
    without any remittance of ours, on paper or by hand, has no answer to compare.
    """
    wrong = wrong_rows(
        """
        WITH answers AS (
             SELECT answer.id, answer.version_id
               FROM claims_remittanceclaim answer
               JOIN claims_remittance remittance ON remittance.id = answer.remittance_id
              WHERE remittance.state = 'posted' AND answer.version_id IS NOT NULL
                AND answer.status_code NOT IN ('22', '23', '25')),
        decided AS (
             SELECT DISTINCT answers.version_id, line.charge_line_id
               FROM answers JOIN claims_remittanceline line
                 ON line.remittance_claim_id = answers.id),
        whole AS (
             SELECT DISTINCT answers.version_id FROM answers
              WHERE NOT EXISTS (SELECT 1 FROM claims_remittanceline line
                                 WHERE line.remittance_claim_id = answers.id))
        SELECT claim.control_number, line.line_number, version.state
          FROM claims_claimversion version
          JOIN claims_claim claim ON claim.id = version.claim_id
          JOIN claims_claimversionline line ON line.version_id = version.id
          LEFT JOIN decided ON decided.version_id = version.id
           AND decided.charge_line_id = line.charge_line_id
          LEFT JOIN whole ON whole.version_id = version.id
         WHERE version.state IN ('adjudicated', 'closed')
           AND version.id IN (SELECT version_id FROM answers)
           AND decided.version_id IS NULL AND whole.version_id IS NULL
        """,
    )
    counted = fetch(
        "SELECT count(*) FROM claims_claimversion WHERE state IN ('adjudicated', 'closed')"
    )
    return Checked(
        counted[0][0],
        [
            f"claim {number}, line {line}: {state}, and no payer decided on it"
            for number, line, state in wrong
        ],
    )


def check_claims() -> Checked:
    """The amounts on claims are the fold of their lines; a closed claim owes nothing (9, 15)."""
    wrong = wrong_rows(
        f"""
        SELECT claim.control_number, version.state,
               claim.insurance_balance_amount, claim.patient_balance_amount,
               coalesce(fold.insurance, 0), coalesce(fold.patient, 0)
          FROM claims_claim claim
          LEFT JOIN claims_claimversion version ON version.id = claim.current_version_id
          LEFT JOIN (SELECT link.claim_id, sum(insurance) AS insurance, sum(patient) AS patient,
                            bool_or(coalesce(insurance, 0) <> 0 OR coalesce(patient, 0) <> 0)
                            AS has_open_line
                       FROM claims_claimchargeline link
                       JOIN ({OPEN}) open_lines ON open_lines.charge_line_id = link.charge_line_id
                      GROUP BY link.claim_id) fold ON fold.claim_id = claim.id
         WHERE claim.insurance_balance_amount <> coalesce(fold.insurance, 0)
            OR claim.patient_balance_amount <> coalesce(fold.patient, 0)
            OR (version.state = 'closed' AND fold.has_open_line)
        """,  # noqa: S608 - our own text
    )
    return Checked(
        count("claims_claim"),
        [
            f"claim {number} ({state}): shows {insurance} and {patient},"
            f" ledger {real_insurance} and {real_patient}"
            for number, state, insurance, patient, real_insurance, real_patient in wrong
        ],
    )
