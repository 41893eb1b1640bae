"""Released charges as journal lines (domain F.3). Pure."""

from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from billing.posting.facts import Party


@dataclass(frozen=True, slots=True)
class ChargeFact:
    """One released charge line, and the primary coverage on its day (None: self-pay)."""

    charge_line_id: int
    patient_id: int
    guarantor_id: int
    charge_amount: Decimal
    primary: Party | None


def plan_charge(charge: ChargeFact) -> Line | None:
    """Dr 1100 of the primary payer, or 1200 for self-pay, Cr 4000. None for a free service."""
    if not charge.charge_amount:
        return None
    keys = {"patient_id": charge.patient_id, "charge_line_id": charge.charge_line_id}
    if charge.primary is None:
        owes = Side(Account.PATIENT_AR, guarantor_id=charge.guarantor_id, **keys)
    else:
        owes = Side(
            Account.INSURANCE_AR,
            guarantor_id=charge.guarantor_id,
            payer_id=charge.primary.payer_id,
            rank=charge.primary.rank,
            **keys,
        )
    return Line(owes, Side(Account.CHARGES, **keys), charge.charge_amount)
