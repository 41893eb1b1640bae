"""The coding case as a table of moves."""

from coding.choices import CaseState as S
from core.states import TransitionTable

CASE = TransitionTable(
    "coding_case",
    {
        S.WAITING_NOTE: [S.READY, S.IN_PROGRESS, S.ON_HOLD, S.NOT_BILLABLE],
        S.READY: [S.IN_PROGRESS, S.ON_HOLD, S.FINISHED, S.NOT_BILLABLE, S.WAITING_QUERY],
        S.IN_PROGRESS: [S.READY, S.ON_HOLD, S.FINISHED, S.NOT_BILLABLE, S.WAITING_QUERY],
        S.ON_HOLD: [S.READY, S.IN_PROGRESS, S.NOT_BILLABLE],
        S.WAITING_QUERY: [S.IN_PROGRESS],
        S.RETURNED: [S.IN_PROGRESS, S.ON_HOLD, S.FINISHED, S.NOT_BILLABLE, S.WAITING_QUERY],
        S.FINISHED: [S.RELEASED, S.RETURNED],
        S.RELEASED: [S.RETURNED],
        S.NOT_BILLABLE: [S.READY],
    },
    initial=S.WAITING_NOTE,
)
# Charges that were taken back stand again as they were (services/restore_charges.py).
CASE_RESTORED = TransitionTable(
    "coding_case, charges restored",
    {
        S.WAITING_NOTE: [],
        S.READY: [S.RELEASED],
        S.IN_PROGRESS: [S.RELEASED],
        S.ON_HOLD: [S.RELEASED],
        S.WAITING_QUERY: [],
        S.RETURNED: [S.RELEASED],
        S.FINISHED: [S.RELEASED],
        S.RELEASED: [],
        S.NOT_BILLABLE: [S.RELEASED],
    },
    initial=S.WAITING_NOTE,
)
# While a case is in one of these its codes can be changed.
OPEN = frozenset({S.WAITING_NOTE, S.READY, S.IN_PROGRESS, S.ON_HOLD, S.RETURNED})
# What a coder has to do now: counts for the caps of assignment rules.
TO_CODE = frozenset({S.READY, S.IN_PROGRESS, S.RETURNED})
# Nothing is left for a coder to do.
DONE = frozenset({S.FINISHED, S.RELEASED, S.NOT_BILLABLE})
