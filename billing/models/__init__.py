"""The rows of billing, one noun a file."""

from billing.models.balance_request import BalanceRequest, BalanceRequestLine
from billing.models.bank import BankAccount, BankFile, BankLine, BankMatch
from billing.models.closed_period import ClosedDay, ClosedJournal, ClosedMonth
from billing.models.credit_balance import CreditBalance
from billing.models.deposit_slip import DepositSlip, DepositSlipItem
from billing.models.journal import Journal
from billing.models.journal_line import JournalLine
from billing.models.ledger_account import LedgerAccount
from billing.models.ledger_entry import LedgerEntry
from billing.models.month_end import MonthEnd, MonthEndItem
from billing.models.overpayment import Overpayment
from billing.models.payment import Payment, PaymentAllocation
from billing.models.posting_batch import BatchEntry, PostingBatch
from billing.models.posting_run import PostingRun
from billing.models.posting_settings import PayerPostingSettings, ProviderAdjustmentRule
from billing.models.refund import Refund
from billing.models.statement import Statement, StatementLine
from billing.models.underpayment import (
    LineVariance,
    UnderpaymentDispute,
    VarianceTolerance,
)

__all__ = [
    "BalanceRequest",
    "BalanceRequestLine",
    "BankAccount",
    "BankFile",
    "BankLine",
    "BankMatch",
    "BatchEntry",
    "ClosedDay",
    "ClosedJournal",
    "ClosedMonth",
    "CreditBalance",
    "DepositSlip",
    "DepositSlipItem",
    "Journal",
    "JournalLine",
    "LedgerAccount",
    "LedgerEntry",
    "LineVariance",
    "MonthEnd",
    "MonthEndItem",
    "Overpayment",
    "PayerPostingSettings",
    "Payment",
    "PaymentAllocation",
    "PostingBatch",
    "PostingRun",
    "ProviderAdjustmentRule",
    "Refund",
    "Statement",
    "StatementLine",
    "UnderpaymentDispute",
    "VarianceTolerance",
]
