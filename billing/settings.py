"""The settings of billing that each practice chooses for itself."""

from billing.adjusting.limits import declare_limits
from core import practice_settings

practice_settings.declare(
    "billing.small_balance_limit", str, "4.99", "Largest balance that gets no statement, $"
)
practice_settings.declare(
    "billing.statement_days_to_pay", int, 28, "Days from a statement to its due date"
)
practice_settings.declare(
    "billing.small_balance_idle_days", int, 60, "Days without activity before it is written off"
)
declare_limits()
ASK_ABOVE_PAYMENT = "billing.ask_above_payment"
practice_settings.declare(
    ASK_ABOVE_PAYMENT, str, "5000.00", "A payment typed above this is asked about once more, $"
)
POST_ON_DEPOSIT = "billing.post_on_deposit"
practice_settings.declare(
    POST_ON_DEPOSIT, bool, False, "Remittances wait for their money at the bank to be posted"
)
