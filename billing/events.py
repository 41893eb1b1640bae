"""What this app lets other systems do, and what it tells them: ids and amounts."""

from django.urls import reverse

from billing.models import Payment
from core.api.scopes import register_scope
from core.webhooks.events import EventKind, declare_event
from core.webhooks.tell import tell

_PAYMENT = "0193f0c8-a1b2-7e6b-8a4e-0d2c5f7a9b38"
_OF_PAYMENT = {
    "payment_id": _PAYMENT,
    "amount": "39.60",
    "method": "card",
    "received_on": "2026-11-23",
    "link": f"/api/v1/payments/{_PAYMENT}",
}
TAKEN = declare_event("payment.taken", "A patient's payment is in the books.", _OF_PAYMENT)
TAKEN_BACK = declare_event(
    "payment.taken_back", "A receipt was taken back: typed wrong, or the check bounced.",
    _OF_PAYMENT,
)  # fmt: skip


def register() -> None:
    """Scopes, in words for the person who grants them."""
    register_scope("payments:read", "Read receipts of patients' payments")
    register_scope("payments:write", "Take patients' payments")
    register_scope("journal:read", "Read the books: journals and day totals, without patients")


def tell_payment(kind: EventKind, payment: Payment) -> None:
    """A payment was taken, or taken back."""
    tell(kind, payment.practice_id, [payment], _of_payment)


def _of_payment(payment: Payment) -> dict[str, object]:
    return {
        "payment_id": payment.public_id,
        "amount": payment.amount,
        "method": payment.method,
        "received_on": payment.received_on,
        "link": reverse("api-payment", args=[payment.public_id]),
    }
