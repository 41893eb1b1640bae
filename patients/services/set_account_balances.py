"""The balances shown in patient lists: projections that billing pushes in its transaction."""

from collections.abc import Mapping
from decimal import Decimal

from core.among import among
from core.updating import update_each
from patients.models import Patient


def set_account_balances(balances: Mapping[int, tuple[Decimal, Decimal]]) -> None:
    """Keep what insurers and the patient owe, by patient id, as billing's ledger says (DESIGN 2,
    projections). Rows that say so already are left alone.
    """
    columns = ["insurance_balance_amount", "patient_balance_amount"]
    changed = []
    for patient in Patient.everywhere.filter(among("pk", balances)).only(*columns).order_by("pk"):
        owed = balances[patient.pk]
        if (patient.insurance_balance_amount, patient.patient_balance_amount) != owed:
            patient.insurance_balance_amount, patient.patient_balance_amount = owed
            changed.append(patient)
    update_each(changed, columns)
