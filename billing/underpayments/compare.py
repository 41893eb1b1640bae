"""What stands of the payers' answers on some claims, beside what was expected: one statement.

Reversals, replays and undone postings need no rule of their own here, and cash that waits decides
nothing: only answers that stand are read.
Several standing answers on a line are added up, as split claims and later payments are. What is
allowed of a line is what was paid, the patient's share, sequestration and withholds (domain I.6);
of the rest of the difference, what posting made a denial of is worked there and is not asked for
twice; what an undone posting had refused is refused no more.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.ledger.invariants import fetch
from billing.posting.reasons import ALLOWED_CODES, NOT_COMPARED_CODES
from billing.underpayments.standing import standing_answers
from core.models import Practice

# The words are ours; values come as parameters.
STANDING = """
standing AS MATERIALIZED (
  SELECT answer.id, answer.remittance_id, answer.version_id, version.claim_id, version.payer_id,
         version.rank, version.number AS version_number, remittance.paid_on
    FROM claims_remittanceclaim answer
    JOIN claims_claimversion version ON version.id = answer.version_id
    JOIN claims_remittance remittance ON remittance.id = answer.remittance_id
   WHERE answer.id = ANY(%(standing)s)),
trios AS MATERIALIZED (
  SELECT adjustment.remittance_claim_id, adjustment.remittance_line_id,
         sum(adjustment.amount) FILTER (
           WHERE adjustment.group_code || '-' || adjustment.reason_code = ANY(%(allowed)s))
           AS allowed,
         sum(adjustment.amount) FILTER (
           WHERE NOT adjustment.group_code || '-' || adjustment.reason_code = ANY(%(allowed)s))
           AS lowering,
         sum(adjustment.amount) FILTER (
           WHERE adjustment.group_code = 'CO' AND adjustment.reason_code = '45') AS agreed,
         coalesce(bool_or(adjustment.group_code || '-' || adjustment.reason_code
                          = ANY(%(excluded)s)), false) AS is_excluded,
         coalesce(bool_or(adjustment.reason_code IN ('94', '97')), false) AS is_bundled
    FROM claims_remittanceadjustment adjustment
   WHERE adjustment.remittance_claim_id IN (SELECT id FROM standing)
   GROUP BY adjustment.remittance_claim_id, adjustment.remittance_line_id),
refused AS MATERIALIZED (
  SELECT denial.remittance_claim_id, denial.charge_line_id, sum(denial.amount) AS amount
    FROM claims_denial denial
    JOIN claims_remittanceclaim answer ON answer.id = denial.remittance_claim_id
    JOIN claims_remittance remittance ON remittance.id = answer.remittance_id
   WHERE denial.remittance_claim_id IN (SELECT id FROM standing)
     AND denial.charge_line_id IS NOT NULL
     AND (denial.resolved_at IS NULL OR denial.resolved_at >= remittance.posted_at)
   GROUP BY denial.remittance_claim_id, denial.charge_line_id),
weighed AS (
  SELECT line.*, standing.claim_id, standing.version_id, standing.payer_id, standing.rank,
         standing.version_number, standing.paid_on,
         sum(greatest(line.paid_amount, 0)) OVER whole AS paid_in_all,
         sum(abs(line.charge_amount)) OVER whole AS billed_in_all
    FROM standing JOIN claims_remittanceline line ON line.remittance_claim_id = standing.id
  WINDOW whole AS (PARTITION BY line.remittance_claim_id)),
decided AS (
  SELECT weighed.*,
         weighed.paid_amount + coalesce(trios.allowed, 0)
         - round(coalesce(claim_trios.lowering, 0)
                 * CASE WHEN paid_in_all > 0 THEN greatest(weighed.paid_amount, 0) / paid_in_all
                        WHEN billed_in_all > 0 THEN abs(weighed.charge_amount) / billed_in_all
                        ELSE 0 END, 2) AS allowed,
         coalesce(trios.agreed, 0) AS agreed,
         coalesce(trios.is_excluded, false) OR coalesce(claim_trios.is_excluded, false)
           AS is_excluded,
         coalesce(trios.is_bundled, false) AS is_bundled
    FROM weighed
    LEFT JOIN trios ON trios.remittance_line_id = weighed.id
    LEFT JOIN trios claim_trios ON claim_trios.remittance_claim_id = weighed.remittance_claim_id
     AND claim_trios.remittance_line_id IS NULL
   WHERE weighed.charge_line_id IS NOT NULL),
by_answer AS (
  SELECT claim_id, payer_id, rank, charge_line_id, remittance_claim_id, version_id,
         version_number, paid_on, sum(allowed) AS allowed, sum(paid_amount) AS paid,
         sum(agreed) AS agreed, sum(units) AS units, bool_or(is_excluded) AS is_excluded,
         bool_or(is_bundled) AS is_bundled,
         min(procedure_code || CASE WHEN modifiers = '{}' THEN ''
             ELSE '-' || array_to_string(modifiers, '-') END) AS decided_code
    FROM decided
   GROUP BY claim_id, payer_id, rank, charge_line_id, remittance_claim_id, version_id,
            version_number, paid_on),
fold AS (
  SELECT claim_id, payer_id, rank, by_answer.charge_line_id,
         sum(allowed) AS allowed, sum(paid) AS paid, sum(agreed) AS agreed,
         coalesce(sum(refused.amount), 0) AS refused, max(units) AS units,
         bool_or(is_excluded) AS is_excluded, bool_or(is_bundled) AS is_bundled,
         max(paid_on) AS paid_on,
         (array_agg(version_id ORDER BY version_number DESC, by_answer.remittance_claim_id DESC))[1]
           AS version_id,
         (array_agg(by_answer.remittance_claim_id
                    ORDER BY version_number DESC, by_answer.remittance_claim_id DESC))[1]
           AS answer_id,
         (array_agg(decided_code
                    ORDER BY version_number DESC, by_answer.remittance_claim_id DESC))[1]
           AS decided_code
    FROM by_answer
    LEFT JOIN refused ON refused.remittance_claim_id = by_answer.remittance_claim_id
     AND refused.charge_line_id = by_answer.charge_line_id
   GROUP BY claim_id, payer_id, rank, by_answer.charge_line_id),
compared AS (
  SELECT fold.*, expected.id AS expected_id, expected.amount AS expected,
         expected.amount - fold.allowed AS raw,
         greatest(least(fold.refused, expected.amount - fold.allowed), 0) AS refused_part,
         greatest(coalesce(tolerance.least_amount, 0.02),
                  round(expected.amount * coalesce(tolerance.percent, 1) / 100, 2)) AS tolerance,
         coalesce(tolerance.claim_amount, 5.00) AS claim_limit
    FROM fold
    JOIN claims_expectedline expected ON expected.version_id = fold.version_id
     AND expected.charge_line_id = fold.charge_line_id AND expected.amount IS NOT NULL
    LEFT JOIN LATERAL (
      SELECT percent, least_amount, claim_amount FROM billing_variancetolerance setting
       WHERE setting.practice_id = %(practice)s
         AND (setting.payer_id = fold.payer_id OR setting.payer_id IS NULL)
       ORDER BY (setting.payer_id IS NOT NULL) DESC, setting.id DESC LIMIT 1) tolerance ON true
   WHERE NOT fold.is_excluded)
"""
_STATEMENT = f"""
WITH {STANDING}
SELECT compared.claim_id, compared.payer_id, compared.rank, compared.charge_line_id,
       compared.version_id, compared.answer_id, compared.expected_id, stated.procedure_code,
       CASE WHEN stated.modifiers = '{{}}' THEN ''
            ELSE array_to_string(stated.modifiers, '-') END, compared.decided_code,
       stated.service_date, compared.paid_on, stated.charge_amount, compared.expected,
       compared.allowed, compared.paid, compared.refused_part, compared.agreed, compared.tolerance,
       compared.claim_limit, stated.units, compared.units, compared.is_bundled, expected.trace
  FROM compared
  JOIN claims_expectedline expected ON expected.id = compared.expected_id
  JOIN claims_claimversionline stated ON stated.id = expected.version_line_id
 WHERE abs(compared.raw - compared.refused_part) > compared.tolerance
    OR EXISTS (SELECT 1 FROM billing_linevariance known
                WHERE known.charge_line_id = compared.charge_line_id
                  AND known.payer_id = compared.payer_id AND known.rank = compared.rank)
 ORDER BY compared.claim_id, stated.line_number
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Compared:
    """One line as it stands: expected, allowed, and what it needs to be told why they differ."""

    claim_id: int
    payer_id: int
    rank: int
    charge_line_id: int
    version_id: int
    answer_id: int
    expected_id: int
    procedure_code: str
    modifiers: str
    decided_code: str
    service_date: date
    decided_on: date
    billed: Decimal
    expected: Decimal
    allowed: Decimal
    paid: Decimal
    refused: Decimal
    agreed: Decimal
    tolerance: Decimal
    claim_limit: Decimal
    units: Decimal
    decided_units: Decimal
    is_bundled: bool
    trace: list[list[str]]

    @property
    def variance(self) -> Decimal:
        """What is left of the difference after denials; positive: underpaid."""
        return self.expected - self.allowed - self.refused

    @property
    def is_near(self) -> bool:
        """Whether the difference is within tolerance."""
        return abs(self.variance) <= self.tolerance

    @property
    def billed_code(self) -> str:
        """Code and modifiers as they were sent."""
        return f"{self.procedure_code}-{self.modifiers}" if self.modifiers else self.procedure_code


def parameters(practice: Practice, claim_ids: Collection[int]) -> dict[str, object]:
    """The values of STANDING."""
    return {
        "practice": practice.pk, "standing": standing_answers(claim_ids),
        "allowed": sorted(ALLOWED_CODES), "excluded": sorted(NOT_COMPARED_CODES),
    }  # fmt: skip


def compare(practice: Practice, claim_ids: Collection[int]) -> list[Compared]:
    """The lines of these claims that differ beyond tolerance, and those that ever did."""
    if not claim_ids:
        return []
    rows = fetch(_STATEMENT, parameters(practice, claim_ids))
    return [_compared(row) for row in rows]


def _compared(row: tuple[Any, ...]) -> Compared:
    values: list[Any] = [*row[:-1], _trace(row[-1])]
    return Compared(*values)


def _trace(value: object) -> list[list[str]]:
    """JSON as the driver gives it: read already, or as text."""
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, list) else []
