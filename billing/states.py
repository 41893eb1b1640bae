"""Transition tables of billing."""

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
