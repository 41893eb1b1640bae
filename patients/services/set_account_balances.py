"""The balances shown in patient lists: projections that billing pushes in its transaction."""

from decimal import Decimal

from patients.models import Patient


def set_account_balances(
    *, patient: Patient, insurance_amount: Decimal, patient_amount: Decimal
) -> None:
    """Keep what insurers and the patient owe, as billing's ledger says (DESIGN 2, projections)."""
    Patient.everywhere.filter(pk=patient.pk).update(
        insurance_balance_amount=insurance_amount, patient_balance_amount=patient_amount
    )
