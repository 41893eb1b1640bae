"""The rows of billing, one noun a file."""

from billing.models.journal import Journal
from billing.models.journal_line import JournalLine
from billing.models.ledger_account import LedgerAccount
from billing.models.ledger_entry import LedgerEntry
from billing.models.payment import Payment, PaymentAllocation
from billing.models.posting_settings import PayerPostingSettings, ProviderAdjustmentRule
from billing.models.statement import Statement, StatementLine

__all__ = [
    "Journal",
    "JournalLine",
    "LedgerAccount",
    "LedgerEntry",
    "PayerPostingSettings",
    "Payment",
    "PaymentAllocation",
    "ProviderAdjustmentRule",
    "Statement",
    "StatementLine",
]
