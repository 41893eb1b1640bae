"""The plan for one remittance (domain E.10): reversals first, then claims by rank, then PLB.

Pure: facts and rules in, `RemittancePlan` out. The preview and the posting are this same plan.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from billing.choices import ClaimOutcome
from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side, move
from billing.posting.facts import (
    AccountFact,
    ClaimFact,
    LaterFact,
    OriginalFact,
    RemittanceFact,
)
from billing.posting.plan import (
    ClaimPlan,
    Issue,
    IssueKind,
    PlannedJournal,
    PlannedOutcome,
    RemittancePlan,
)
from billing.posting.plan_claim import ClaimPlanner
from billing.posting.plan_provider_adjustments import plan_provider_adjustments
from billing.posting.reasons import PostingRules
from billing.posting.running import PAYERS_MONEY, RunningOpen, key_of
from claims.answer_codes import ELSEWHERE, PRICING, REVERSAL
from core.money import ZERO

_ASKED_ANEW = frozenset({IssueKind.NOT_POSTED, IssueKind.OVERPAID})


def plan_remittance(
    remittance: RemittanceFact, rules: PostingRules, running: RunningOpen | None = None
) -> RemittancePlan:
    """Everything that posting `remittance` would do, worked out and nothing written.

    The parts of a long one are planned one after the other with the same `running`.
    """
    running = running or RunningOpen({})
    running.learn(remittance.open_amounts, remittance.kept_amounts)
    plans = [
        _plan_claim(claim, remittance, rules, running)
        for claim in sorted(remittance.claims, key=_order)
    ]
    plans = _without_answered_reversals(plans, remittance.answered_claim_ids)
    lines, questions = plan_provider_adjustments(remittance, rules)
    journals = [
        journal
        for plan in plans
        for journal in (plan.journal, *plan.replays)
        if journal is not None
    ]
    if lines:
        journals.append(PlannedJournal(lines))
    return RemittancePlan(
        remittance_id=remittance.remittance_id,
        payment_amount=remittance.payment_amount,
        journals=tuple(journals),
        outcomes=tuple(plan.outcome for plan in plans if plan.outcome is not None),
        denials=tuple(denial for plan in plans for denial in plan.denials),
        issues=tuple(issue for plan in plans for issue in plan.issues) + questions,
    )


def _without_answered_reversals(
    plans: list[ClaimPlan], answered_claim_ids: frozenset[int]
) -> list[ClaimPlan]:
    """A reversal whose correction came along waits for nothing any more."""
    decided = answered_claim_ids | {
        plan.outcome.claim_id
        for plan in plans
        if plan.outcome is not None and plan.outcome.outcome != ClaimOutcome.REVERSED
    }
    return [
        replace(plan, issues=tuple(i for i in plan.issues if i.kind != IssueKind.TAKEN_BACK))
        if plan.outcome is not None
        and plan.outcome.outcome == ClaimOutcome.REVERSED
        and plan.outcome.claim_id in decided
        else plan
        for plan in plans
    ]


def _order(claim: ClaimFact) -> tuple[bool, int, int]:
    """Reversals first whatever the file's order (trap 7), then by rank, then as in the file."""
    rank = claim.account.rank if claim.account else 0
    return claim.status_code != REVERSAL, rank, claim.position


def _plan_claim(
    claim: ClaimFact, remittance: RemittanceFact, rules: PostingRules, running: RunningOpen
) -> ClaimPlan:
    account = claim.account
    if claim.status_code == REVERSAL:
        return _plan_reversal(claim, remittance, rules, running)
    if claim.status_code in ELSEWHERE and not claim.paid_amount:
        return _plan_nothing(claim)
    if account is None:
        return _plan_unapplied(
            claim, remittance, IssueKind.NO_CLAIM, "No claim of ours fits this answer."
        )
    if any(line.charge_line_id is None for line in claim.lines):
        return _plan_unapplied(
            claim, remittance, IssueKind.NO_LINE, "A line of this answer fits none of ours."
        )
    if claim.paid_amount < 0 or not (claim.lines or account.charges):
        return _plan_unapplied(
            claim,
            remittance,
            IssueKind.NEGATIVE_PAYMENT,
            "The payer takes money back without reversing its payment.",
        )
    return ClaimPlanner(claim, account, rules, running, remittance.trace_number).plan()


def _plan_nothing(claim: ClaimFact) -> ClaimPlan:
    """Status 23 went to another payer; 25 is a price and no decision (domain E.3)."""
    if claim.account is None or claim.status_code == PRICING:
        return ClaimPlan()
    return ClaimPlan(outcome=_outcome(claim, claim.account, ClaimOutcome.FORWARDED))


def _plan_unapplied(
    claim: ClaimFact, remittance: RemittanceFact, kind: IssueKind, reason: str
) -> ClaimPlan:
    """The cash of a claim that cannot be posted waits in 2010, or in 1300 when it was taken."""
    return ClaimPlan(
        journal=_cash_only(claim, remittance),
        issues=(Issue(kind, reason, claim.paid_amount, claim.remittance_claim_id),),
    )


def _cash_only(claim: ClaimFact, remittance: RemittanceFact) -> PlannedJournal | None:
    amount, payer_id = claim.paid_amount, remittance.payer_id
    if not amount:
        return None
    home = Account.UNAPPLIED_INSURANCE if amount > 0 else Account.RECOUPMENT_SUSPENSE
    line = move(
        debit=Side(Account.REMIT_CLEARING, payer_id=payer_id),
        credit=Side(home, payer_id=payer_id),
        amount=amount,
        reference_number=remittance.trace_number,
    )
    return PlannedJournal((line,), claim.remittance_claim_id)


def _plan_reversal(
    claim: ClaimFact, remittance: RemittanceFact, rules: PostingRules, running: RunningOpen
) -> ClaimPlan:
    """Mirror our own posting where the amounts agree; else only the cash moves (E.5)."""
    account, original = claim.account, claim.original
    if account is None or original is None or not _undoes(claim, original):
        return _plan_unapplied(
            claim,
            remittance,
            IssueKind.NO_ORIGINAL,
            "The payer reverses a payment that our books do not hold in these amounts.",
        )
    lines = tuple(line.mirrored() for line in reversed(original.lines))
    running.follow(lines)
    beyond, twice = _take_off_what_is_beyond(lines, claim, remittance, running)
    if not twice and (original.later or original.was_second):
        twice = _ask_what_went_back(lines, claim, remittance)
    outcome = _outcome(claim, account, ClaimOutcome.REVERSED)
    plan = ClaimPlan(
        journal=PlannedJournal(lines, claim.remittance_claim_id, original.journal_id),
        outcome=replace(
            outcome,
            is_corrected=bool(original.later) or original.was_second,
            takes_back=original.remittance_claim_id,
        ),
        replays=beyond,
        issues=twice,
    )
    if original.later:
        found = [_replay(later, claim, remittance, rules, running) for later in original.later]
        return replace(
            plan,
            replays=beyond + tuple(journal for journals, _ in found for journal in journals),
            issues=twice + tuple(issue for _, issues in found for issue in issues),
        )
    if original.was_second:
        return plan  # one of two equal payments goes back: the other one's decision stands
    waiting = Issue(
        IssueKind.TAKEN_BACK,
        "The payer took its payment back; its correction is awaited. Until then nothing of these"
        " lines goes on a statement or is refunded.",
        claim.paid_amount,
        claim.remittance_claim_id,
    )
    return replace(plan, issues=(*twice, waiting))


def _ask_what_went_back(
    mirrored: Iterable[Line], claim: ClaimFact, remittance: RemittanceFact
) -> tuple[Issue, ...]:
    """Another payment stands, so the books cannot tell for which of them our refund was."""
    keys = {key_of(side) for side in _paid_by_payer(mirrored)}
    if not keys & remittance.returned_keys:
        return ()
    reason = (
        "One of the payer's payments goes back, and money of these lines went back before, by our"
        " refund or by what it kept: look whether it has the same money twice."
    )
    amount = claim.paid_amount
    return (Issue(IssueKind.TAKEN_TWICE, reason, amount, claim.remittance_claim_id),)


def _paid_by_payer(mirrored: Iterable[Line]) -> list[Side]:
    """The receivables, each once, that money of the payer had settled and now leaves."""
    return list(
        dict.fromkeys(
            line.debit
            for line in mirrored
            if line.debit.account == Account.INSURANCE_AR and line.credit.account in PAYERS_MONEY
        )
    )


def _take_off_what_is_beyond(
    mirrored: Iterable[Line], claim: ClaimFact, remittance: RemittanceFact, running: RunningOpen
) -> tuple[tuple[PlannedJournal, ...], tuple[Issue, ...]]:
    """What the payer has back in part already, by our refund or a recovery, it takes once more with
    its reversal. That is no charge that anybody owes: it waits in 1300 until the payer returns it,
    as money that it takes without a payment of ours (E.5 rule 8).
    """
    lines = []
    for side in _paid_by_payer(mirrored):
        if amount := running.taken_twice(side):
            held = Side(Account.RECOUPMENT_SUSPENSE, payer_id=side.payer_id)
            reference = remittance.trace_number
            lines.append(move(debit=held, credit=side, amount=amount, reference_number=reference))
    if not lines:
        return (), ()
    running.follow(lines)
    amount = sum((line.amount for line in lines), ZERO)
    asked = Issue(
        IssueKind.TAKEN_TWICE,
        "The payer takes back what it has back already: by our refund, or by money it kept. It owes"
        " us the difference.",
        amount,
        claim.remittance_claim_id,
    )
    return (PlannedJournal(tuple(lines), claim.remittance_claim_id, is_beyond=True),), (asked,)


def _replay(
    later: LaterFact,
    reversal: ClaimFact,
    remittance: RemittanceFact,
    rules: PostingRules,
    running: RunningOpen,
) -> tuple[tuple[PlannedJournal, ...], tuple[Issue, ...]]:
    """A correction that came before its reversal found too little open, and part of it was not
    posted. Take it out and post it again, so that the order of arrival makes no difference; what
    is above what is open even now is asked about anew.
    """
    account = later.claim.account
    if account is None:
        return (), ()
    undone = tuple(line.mirrored() for line in reversed(later.lines))
    trial = running.copy()
    trial.follow(undone)
    again = ClaimPlanner(later.claim, account, rules, trial, remittance.trace_number).plan()
    lines = again.journal.lines if again.journal else ()
    because = reversal.remittance_claim_id
    asked = tuple(
        replace(issue, remittance_claim_id=because)
        for issue in again.issues
        if issue.kind in _ASKED_ANEW
    )
    if _moved(lines) == _moved(later.lines):
        return (), asked
    running.follow((*undone, *lines))
    found = [PlannedJournal(undone, later.claim.remittance_claim_id, later.journal_id, because)]
    if lines:
        found.append(PlannedJournal(lines, later.claim.remittance_claim_id, because_of=because))
    return tuple(found), asked


def _moved(lines: Iterable[Line]) -> Counter[tuple[Side, Side, Decimal, str]]:
    return Counter((line.debit, line.credit, line.amount, line.reason_code) for line in lines)


def _undoes(claim: ClaimFact, original: OriginalFact) -> bool:
    return (
        claim.paid_amount == -original.paid_amount
        and claim.charge_amount == -original.charge_amount
    )


def _outcome(claim: ClaimFact, account: AccountFact, outcome: ClaimOutcome) -> PlannedOutcome:
    return PlannedOutcome(
        remittance_claim_id=claim.remittance_claim_id,
        claim_id=account.claim_id,
        version_id=account.version_id,
        rank=account.rank,
        outcome=outcome,
    )
