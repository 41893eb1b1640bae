"""After each posting: what the lists to the left show is made to agree with the ledger again.

Projections are columns of claims and patients, written by their own services (DESIGN 2).
"""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from billing.ledger.balances import charge_line_totals, patient_totals
from billing.services.push_credits import push_credits
from claims.models import ClaimChargeLine
from claims.services.set_claim_balances import ClaimBalance, close_claims, set_claim_balances
from core.among import among
from core.models import Practice
from core.money import ZERO
from patients.services.set_account_balances import set_account_balances

Totals = tuple[Decimal, Decimal]


def push_balances(
    practice: Practice, *, patient_ids: Collection[int], charge_line_ids: Collection[int] = ()
) -> None:
    """Recompute the projections of these patients, their credits, and the claims these charge
    lines are on; claims at zero are closed.
    """
    push_patients(practice, patient_ids)
    push_credits(practice, patient_ids)
    push_claims(practice, charge_line_ids)


def push_patients(practice: Practice, patient_ids: Collection[int]) -> None:
    """Recompute what insurers and the patient owe for each patient."""
    set_account_balances(patient_totals(practice, sorted(set(patient_ids))))


def push_claims(practice: Practice, charge_line_ids: Collection[int]) -> None:
    """Recompute the open amounts of the claims that hold these charge lines, and close those
    that owe nothing any more.
    """
    balances = claim_totals(practice, charge_line_ids)
    if not balances:
        return
    set_claim_balances(
        [ClaimBalance(claim_id, *owed) for claim_id, owed in sorted(balances.items())]
    )
    close_claims([claim_id for claim_id, owed in balances.items() if not any(owed)])


def claim_totals(practice: Practice, charge_line_ids: Collection[int]) -> dict[int, Totals]:
    """(insurance, patient) open for each claim that holds one of these charge lines."""
    touched = ClaimChargeLine.objects.filter(among("charge_line_id", set(charge_line_ids)))
    rows = ClaimChargeLine.objects.filter(claim_id__in=touched.values("claim_id"))
    lines_of: dict[int, list[int]] = defaultdict(list)
    for claim_id, charge_line_id in rows.values_list("claim_id", "charge_line_id"):
        lines_of[claim_id].append(charge_line_id)
    totals = charge_line_totals(practice, [line for lines in lines_of.values() for line in lines])
    return {
        claim_id: (
            sum((totals[line][0] for line in lines), ZERO),
            sum((totals[line][1] for line in lines), ZERO),
        )
        for claim_id, lines in sorted(lines_of.items())
    }
