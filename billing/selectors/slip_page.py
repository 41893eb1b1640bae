"""What is on a deposit slip."""

from billing.models import DepositSlip
from billing.selectors.deposit_items import Item, payment_item, remittance_item


def items_of(slip: DepositSlip) -> list[Item]:
    """The items of `slip`, receipts and payers' checks, in the order in which they came."""
    rows = slip.items.select_related(
        "payment__patient", "payment__guarantor", "remittance__payer"
    ).order_by("pk")
    found = []
    for row in rows:
        if row.payment is not None:
            found.append(payment_item(row.payment))
        elif row.remittance is not None:
            found.append(remittance_item(row.remittance))
    return found
