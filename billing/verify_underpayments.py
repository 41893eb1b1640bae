"""Proofs that what is said to be underpaid is what the answers and the frozen amounts say."""

from billing.ledger.invariants import count, fetch, wrong_rows
from billing.underpayment_choices import QUEUED, VarianceState
from billing.underpayments.compare import STANDING, parameters
from core.models import Practice
from core.tenancy import practice_scope
from core.verification import Checked

_BY_CLAIM = """
    SELECT claim.control_number, claim.underpaid_amount, coalesce(sums.amount, 0)
      FROM claims_claim claim
      LEFT JOIN (SELECT claim_id, sum(variance_amount) AS amount
                   FROM billing_linevariance WHERE state = ANY(%s) GROUP BY claim_id) sums
        ON sums.claim_id = claim.id
     WHERE claim.underpaid_amount <> coalesce(sums.amount, 0)
"""
_BY_LINE = f"""
    WITH {STANDING}
    SELECT claim.control_number, known.procedure_code, known.allowed_amount, compared.allowed
      FROM billing_linevariance known
      JOIN claims_claim claim ON claim.id = known.claim_id
      LEFT JOIN compared ON compared.charge_line_id = known.charge_line_id
       AND compared.payer_id = known.payer_id AND compared.rank = known.rank
     WHERE known.practice_id = %(practice)s AND known.state <> %(withdrawn)s
       AND (compared.allowed IS NULL OR compared.allowed <> known.allowed_amount
            OR compared.expected <> known.expected_amount)
"""  # noqa: S608 - our own text


def check_underpaid() -> Checked:
    """The underpaid amount on claims is the sum of their lines that wait."""
    wrong = wrong_rows(_BY_CLAIM, [sorted(QUEUED)])
    return Checked(
        count("claims_claim"),
        [f"claim {number}: shows {shown} underpaid, its lines say {real}"
         for number, shown, real in wrong],
    )  # fmt: skip


def check_variances() -> Checked:
    """Each line that differs says what the standing answers and the frozen amount say."""
    faults: list[str] = []
    for practice in Practice.objects.all():
        claims = fetch(
            "SELECT DISTINCT claim_id FROM billing_linevariance WHERE practice_id = %s",
            [practice.pk],
        )
        if not claims:
            continue
        with practice_scope(practice):
            values = parameters(practice, [claim_id for (claim_id,) in claims])
        more = {"withdrawn": VarianceState.WITHDRAWN.value}
        faults += [
            f"claim {number}, {code}: kept {kept} as allowed, the answers say {real}"
            for number, code, kept, real in wrong_rows(_BY_LINE, {**values, **more})
        ]
    return Checked(count("billing_linevariance"), faults)
