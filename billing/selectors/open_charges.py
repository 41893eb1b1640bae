"""What guarantors owe, charge line by charge line (account 1200)."""

from typing import Any

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from billing.posting.plan_payment import OpenCharge
from coding.choices import LineState
from coding.models import ChargeLine
from core.models import Practice


def open_charges(practice: Practice, **keys: Any) -> list[OpenCharge]:
    """Charge lines with something owed on 1200, oldest service first, narrowed by `keys`
    (`patient_id=…` or `guarantor_id=…`). Lines in credit are left out,
    and void ones: what stands on them is the payer's to take back.
    """
    items = [
        item
        for item in open_items(practice, accounts=[Account.PATIENT_AR], **keys)
        if item.amount > 0
    ]
    dates = dict(
        ChargeLine.objects.filter(pk__in=[item.charge_line_id for item in items])
        .exclude(state=LineState.VOID)
        .values_list("pk", "service_date_from")
    )
    charges = [
        OpenCharge(
            charge_line_id=item.charge_line_id,
            patient_id=item.patient_id,
            guarantor_id=item.guarantor_id,
            service_date=dates[item.charge_line_id],
            open_amount=item.amount,
        )
        for item in items
        if item.charge_line_id in dates and item.guarantor_id is not None
    ]
    return sorted(charges, key=lambda charge: (charge.service_date, charge.charge_line_id))
