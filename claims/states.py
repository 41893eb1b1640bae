"""Transition tables of everything that has a state, and the rank of each piece of evidence."""

from claims.choices import (
    AttemptState,
    DenialState,
    InquiryState,
    MailingState,
    MessageState,
    RemittanceState,
    TransmissionState,
    VersionState,
)
from claims.denial_choices import AppealState, CaseState
from claims.rule_choices import RuleState
from core.states import TransitionTable

V = VersionState
A = AttemptState

# How much each piece of evidence proves about one attempt. The shown state is the highest
# (reliability 1.5): late, repeated and reordered messages can never move it back. At one level a
# rejection outranks the acceptance, because a payer may still reject what it first accepted.
EVIDENCE_RANK: dict[str, int] = {
    A.SENT: 10,
    A.FILE_ACCEPTED: 20,
    A.FILE_REJECTED: 25,
    A.CH_ACCEPTED: 30,
    A.CH_REJECTED: 35,
    A.PAYER_RECEIVED: 40,
    A.PAYER_ACCEPTED: 50,
    A.PAYER_REJECTED: 55,
    A.ADJUDICATED: 70,
}

REJECTED: frozenset[str] = frozenset({V.FILE_REJECTED, V.CH_REJECTED, V.PAYER_REJECTED})
# What proves that a sending left nothing with anybody.
CAME_TO_NOTHING: frozenset[str] = frozenset({A.REFUSED, *REJECTED})
UNSENT: frozenset[str] = frozenset({V.DRAFT, V.SCRUB_FAILED, V.READY})
AWAITING_ACK: frozenset[str] = frozenset({V.SENT, V.FILE_ACCEPTED, V.CH_ACCEPTED})
WITH_PAYER: frozenset[str] = frozenset(
    {*AWAITING_ACK, V.PAYER_RECEIVED, V.PAYER_ACCEPTED, V.PENDED, V.NO_RESPONSE}
)
OVER: frozenset[str] = frozenset({V.CLOSED, V.VOIDED, V.REPLACED})

# What an 835 may do to a version whatever its state (DESIGN 3.4, domain E.3).
_ANSWERS: frozenset[str] = frozenset({V.ADJUDICATED, V.REVERSED, V.FORWARDED})


def _outranking(state: str) -> frozenset[str]:
    """The evidence states above `state`."""
    floor = EVIDENCE_RANK[state]
    return frozenset(s for s, rank in EVIDENCE_RANK.items() if rank > floor)


VERSION = TransitionTable(
    "claim version",
    {
        # Crossed over: what a payer forwarded is kept for its answer and not sent by us.
        V.DRAFT: {V.SCRUB_FAILED, V.READY, V.VOIDED, V.CROSSED_OVER},
        V.SCRUB_FAILED: {V.READY, V.VOIDED, V.REPLACED} | _ANSWERS,
        # Sent without a batch in between: a refused file that had arrived all the same.
        V.READY: {V.SCRUB_FAILED, V.BATCHED, V.SENT, V.VOIDED, V.REPLACED} | _ANSWERS,
        V.BATCHED: {V.SENT, V.READY} | _ANSWERS,
        # Ready again: given up as lost, to be sent once more (services/send_again.py).
        # Back into its batch: paper that was marked as mailed by mistake.
        V.SENT: _outranking(A.SENT) | {V.NO_RESPONSE, V.READY, V.BATCHED} | _ANSWERS,
        V.FILE_ACCEPTED: _outranking(A.FILE_ACCEPTED) | {V.NO_RESPONSE, V.READY} | _ANSWERS,
        V.CH_ACCEPTED: _outranking(A.CH_ACCEPTED) | {V.NO_RESPONSE, V.READY} | _ANSWERS,
        V.PAYER_RECEIVED: _outranking(A.PAYER_RECEIVED) | {V.PENDED, V.NO_RESPONSE} | _ANSWERS,
        V.PAYER_ACCEPTED: _outranking(A.PAYER_ACCEPTED) | {V.PENDED, V.NO_RESPONSE} | _ANSWERS,
        V.PENDED: {V.PAYER_REJECTED, V.NO_RESPONSE} | _ANSWERS,
        V.NO_RESPONSE: _outranking(A.SENT) | {V.PENDED, V.READY} | _ANSWERS,
        # A rejected claim never was at the payer: it is fixed and sent again as frequency 1.
        V.FILE_REJECTED: _outranking(A.FILE_REJECTED)
        | {V.READY, V.SCRUB_FAILED, V.REPLACED, V.VOIDED}
        | _ANSWERS,
        V.CH_REJECTED: _outranking(A.CH_REJECTED)
        | {V.READY, V.SCRUB_FAILED, V.REPLACED, V.VOIDED}
        | _ANSWERS,
        V.PAYER_REJECTED: {V.READY, V.SCRUB_FAILED, V.REPLACED, V.VOIDED} | _ANSWERS,
        V.ADJUDICATED: {V.CLOSED, V.CROSSED_OVER, V.REVERSED, V.FORWARDED, V.REPLACED, V.VOIDED},
        # A draft again: it never arrived, and we bill it ourselves.
        V.CROSSED_OVER: {V.CLOSED, V.NO_RESPONSE, V.DRAFT, V.VOIDED} | _ANSWERS,
        V.REVERSED: {V.ADJUDICATED, V.FORWARDED, V.REPLACED, V.VOIDED, V.CLOSED},
        V.FORWARDED: {V.ADJUDICATED, V.REVERSED, V.CLOSED},
        # The payer may answer once more after we thought it was over.
        V.CLOSED: _ANSWERS | {V.REPLACED, V.VOIDED},
        V.VOIDED: _ANSWERS,
        V.REPLACED: _ANSWERS,
    },
    initial=V.DRAFT,
)

# Only undoing a posting goes back: to the state that the posting found (billing/posting/undo.py).
DECIDED = frozenset({V.ADJUDICATED, V.CROSSED_OVER, V.REVERSED, V.FORWARDED, V.CLOSED})
VERSION_UNDO = TransitionTable(
    "claim version, posting undone",
    {
        state: frozenset(VERSION.moves) - {state} if state in DECIDED else set()
        for state in V.values
    },
    initial=V.DRAFT,
)

ATTEMPT = TransitionTable(
    "submission attempt",
    {
        A.QUEUED: {A.SENDING, A.REFUSED, *EVIDENCE_RANK},
        A.SENDING: {A.QUEUED, A.IN_DOUBT, A.THROTTLED, A.REFUSED, *EVIDENCE_RANK},
        A.IN_DOUBT: {A.QUEUED, A.SENDING, A.REFUSED, *EVIDENCE_RANK},
        A.THROTTLED: {A.SENDING, A.REFUSED, *EVIDENCE_RANK},
        A.REFUSED: set(),
        **{state: _outranking(state) for state in EVIDENCE_RANK},
        # Queued again: paper that was marked as mailed by mistake.
        A.SENT: _outranking(A.SENT) | {A.QUEUED},
    },
    initial=A.QUEUED,
)

_T = TransmissionState
TRANSMISSION = TransitionTable(
    "transmission",
    {
        _T.QUEUED: {_T.SENDING, _T.SENT},
        _T.SENDING: {_T.SENT, _T.IN_DOUBT, _T.THROTTLED, _T.REFUSED, _T.QUEUED},
        _T.THROTTLED: {_T.SENDING, _T.SENT},
        _T.IN_DOUBT: {_T.SENT, _T.QUEUED, _T.REFUSED},
        # Refused by the line, yet the other side answered the file: then it did arrive.
        _T.REFUSED: {_T.SENT},
        _T.SENT: set(),
    },
    initial=_T.QUEUED,
)

# Paper (DESIGN 3.4): printed, mailed, and then only the payer's answer. What the printer spoiled
# is printed again; what was not mailed after all is printed still.
_P = MailingState
MAILING = TransitionTable(
    "mailing",
    {
        _P.TO_PRINT: {_P.PRINTED, _P.DROPPED},
        _P.PRINTED: {_P.TO_PRINT, _P.MAILED, _P.DROPPED},
        _P.MAILED: {_P.PRINTED},
        _P.DROPPED: set(),
    },
    initial=_P.TO_PRINT,
)

_M = MessageState
MESSAGE = TransitionTable(
    "inbound message",
    {
        _M.RECEIVED: {_M.APPLIED, _M.QUARANTINED, _M.DUPLICATE, _M.FAILED, _M.TESTED},
        _M.QUARANTINED: {_M.RECEIVED},
        _M.FAILED: {_M.RECEIVED},
        _M.APPLIED: set(),
        _M.DUPLICATE: set(),
        _M.TESTED: set(),
    },
    initial=_M.RECEIVED,
)

_R = RemittanceState
REMITTANCE = TransitionTable(
    "remittance",
    {
        _R.RECEIVED: {_R.MATCHED, _R.EXCEPTIONS, _R.OUT_OF_BALANCE, _R.DUPLICATE, _R.HELD},
        # Set aside: the payer sent it anew, or somebody found that it is not to be posted.
        _R.MATCHED: {_R.POSTED, _R.EXCEPTIONS, _R.SET_ASIDE},
        _R.EXCEPTIONS: {_R.MATCHED, _R.POSTED, _R.SET_ASIDE},
        _R.HELD: {_R.RECEIVED, _R.SET_ASIDE},
        _R.OUT_OF_BALANCE: {_R.SET_ASIDE},
        _R.DUPLICATE: set(),
        _R.SET_ASIDE: set(),
        # A posting is undone by its mirror: then the remittance waits to be posted again.
        _R.POSTED: {_R.MATCHED, _R.EXCEPTIONS},
    },
    initial=_R.RECEIVED,
)

DENIAL = TransitionTable(
    "denial",
    {DenialState.OPEN: {DenialState.RESOLVED}, DenialState.RESOLVED: {DenialState.OPEN}},
    initial=DenialState.OPEN,
)

_C = CaseState
_UNDER_WAY = {_C.NOT_STARTED, _C.WAITING, _C.APPEALED, _C.NOT_WORKABLE}
# Settled is not the end: a correction that is dropped brings the denial back.
DENIAL_CASE = TransitionTable(
    "denial case",
    {
        **{state: (_UNDER_WAY | {_C.SETTLED}) - {state} for state in _UNDER_WAY},
        _C.SETTLED: {_C.NOT_STARTED, _C.WAITING},
    },
    initial=_C.NOT_STARTED,
)

_L = AppealState
APPEAL = TransitionTable(
    "appeal",
    {_L.DRAFT: {_L.SENT}, _L.SENT: {_L.DECIDED}, _L.DECIDED: set()},
    initial=_L.DRAFT,
)

_I = InquiryState
# A question has no effect at the payer, so it may be asked twice and is never in doubt. An answer
# may come after we gave up.
INQUIRY = TransitionTable(
    "inquiry",
    {
        _I.QUEUED: {_I.ASKING, _I.ANSWERED, _I.FAILED},
        _I.ASKING: {_I.QUEUED, _I.ANSWERED, _I.FAILED},
        _I.FAILED: {_I.ANSWERED},
        _I.ANSWERED: set(),
    },
    initial=_I.QUEUED,
)

# A version is tested again as often as one likes; what was off may come back on.
RULE = TransitionTable(
    "payer rule",
    {
        RuleState.DRAFT: {RuleState.TESTED},
        RuleState.TESTED: {RuleState.ON},
        RuleState.ON: {RuleState.OFF},
        RuleState.OFF: {RuleState.ON},
    },
    initial=RuleState.DRAFT,
)
