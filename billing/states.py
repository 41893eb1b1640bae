"""Transition tables of billing."""

from billing.adjusting_choices import OverpaymentState, RefundState, RequestState
from billing.batch_choices import BankLineState, BatchState, SlipState
from billing.choices import StatementState
from core.states import TransitionTable

STATEMENT = TransitionTable(
    "statement",
    {
        StatementState.ISSUED: {StatementState.SETTLED, StatementState.SUPERSEDED},
        # A payment may be taken back after all was paid.
        StatementState.SETTLED: {StatementState.ISSUED, StatementState.SUPERSEDED},
        StatementState.SUPERSEDED: set(),
    },
    initial=StatementState.ISSUED,
)

REQUEST = TransitionTable(
    "balance_request",
    {
        RequestState.WAITING: {
            RequestState.POSTED,
            RequestState.REFUSED,
            RequestState.WITHDRAWN,
        },
        RequestState.POSTED: {RequestState.UNDONE},
        RequestState.REFUSED: set(),
        RequestState.WITHDRAWN: set(),
        RequestState.UNDONE: set(),
    },
    initial=RequestState.WAITING,
)

REFUND = TransitionTable(
    "refund",
    {
        RefundState.WAITING: {
            RefundState.APPROVED,
            RefundState.REFUSED,
            RefundState.WITHDRAWN,
        },
        # Approved and then not paid out: the money is the credit it was before.
        RefundState.APPROVED: {RefundState.ISSUED, RefundState.WITHDRAWN},
        RefundState.ISSUED: {RefundState.CLEARED, RefundState.VOIDED},
        RefundState.CLEARED: set(),
        RefundState.VOIDED: set(),
        RefundState.REFUSED: set(),
        RefundState.WITHDRAWN: set(),
    },
    initial=RefundState.WAITING,
)

OVERPAYMENT = TransitionTable(
    "overpayment",
    {
        OverpaymentState.IDENTIFIED: {
            OverpaymentState.INVESTIGATING,
            OverpaymentState.RETURNED,
            OverpaymentState.NOT_OWED,
        },
        OverpaymentState.INVESTIGATING: {
            OverpaymentState.IDENTIFIED,
            OverpaymentState.RETURNED,
            OverpaymentState.NOT_OWED,
        },
        # A refund that was voided did not return it after all.
        OverpaymentState.RETURNED: {OverpaymentState.IDENTIFIED},
        OverpaymentState.NOT_OWED: set(),
    },
    initial=OverpaymentState.IDENTIFIED,
)

# Closed, a batch stays as it was counted.
BATCH = TransitionTable(
    "posting_batch",
    {BatchState.OPEN: {BatchState.CLOSED}, BatchState.CLOSED: set()},
    initial=BatchState.OPEN,
)

BANK_LINE = TransitionTable(
    "bank_line",
    {
        BankLineState.OPEN: {BankLineState.MATCHED, BankLineState.EXPLAINED},
        BankLineState.MATCHED: {BankLineState.OPEN},
        BankLineState.EXPLAINED: {BankLineState.OPEN},
    },
    initial=BankLineState.OPEN,
)

SLIP = TransitionTable(
    "deposit_slip",
    {
        SlipState.OPEN: {SlipState.BANKED, SlipState.APART},
        SlipState.BANKED: {SlipState.OPEN},
        SlipState.APART: set(),
    },
    initial=SlipState.OPEN,
)
