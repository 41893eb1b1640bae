"""What a planner answers: the journals, decisions and questions of one posting. Pure values.

The screen shows exactly this before it is committed, and the service commits exactly this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self

from billing.choices import ClaimOutcome, LineState
from billing.ledger.accounts import Account
from billing.ledger.lines import Line
from core.money import ZERO


class IssueKind(StrEnum):
    """What a posting leaves for a person to answer. The value is the work item's kind."""

    NO_CLAIM = "remittance_no_claim"
    NO_LINE = "remittance_no_line"
    NO_ORIGINAL = "remittance_no_original"
    TAKEN_BACK = "remittance_taken_back"
    TAKEN_TWICE = "remittance_taken_twice"
    NEGATIVE_PAYMENT = "remittance_negative_payment"
    PATIENT_REVIEW = "patient_responsibility_review"
    UNDETERMINED = "payer_undetermined"
    NO_MEDICAID = "qmb_without_medicaid"
    NOT_POSTED = "adjustment_above_open"
    OVERPAID = "overpaid_line"
    SECONDARY_DUE = "secondary_due"
    CROSSED_OVER = "crossover_wait"
    DOUBLE_PAYMENT = "possible_double_payment"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    IDENTITY = "patient_identity_corrected"
    AS_EXPECTED = "adjustment_as_expected"
    UNDERPAID = "underpaid_claim"


@dataclass(frozen=True, slots=True)
class Issue:
    """One question for a person, about one claim or one provider adjustment of the remittance."""

    kind: IssueKind
    reason: str
    amount: Decimal = ZERO
    remittance_claim_id: int | None = None
    provider_adjustment_id: int | None = None


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What the payer decided about one charge line."""

    charge_line_id: int
    remittance_line_id: int | None
    state: LineState


@dataclass(frozen=True, slots=True)
class PlannedDenial:
    """Money the payer refused and nobody wrote off: the receivable stays with the payer."""

    remittance_claim_id: int
    remittance_line_id: int | None
    version_id: int
    charge_line_id: int
    group_code: str
    reason_code: str
    remark_codes: tuple[str, ...]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class PlannedJournal:
    """The lines for one claim of the remittance, or (no claim) for its provider adjustments.
    `mirrors_journal_id` is set where the lines undo a journal of ours, `because_of` where another
    claim of this remittance makes it necessary: the reversal that a later answer stood on.
    `is_beyond` moves off the charges what a payer took beyond what it had paid.
    """

    lines: tuple[Line, ...]
    remittance_claim_id: int | None = None
    mirrors_journal_id: int | None = None
    because_of: int | None = None
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """What one answer comes to for the version it was matched to."""

    remittance_claim_id: int
    claim_id: int
    version_id: int
    rank: int
    outcome: ClaimOutcome
    decisions: tuple[LineDecision, ...] = ()
    next_amount: Decimal = ZERO
    crossed_over: bool = False
    is_corrected: bool = False  # a reversal whose correction is in the books already
    takes_back: int | None = None  # the answer (a claim of an earlier remittance) that it reverses


@dataclass(frozen=True, slots=True)
class ClaimPlan:
    """Everything that follows from one claim of the remittance. `replays` are answers that stood
    on what it reverses, taken out and posted again.
    """

    journal: PlannedJournal | None = None
    outcome: PlannedOutcome | None = None
    denials: tuple[PlannedDenial, ...] = ()
    issues: tuple[Issue, ...] = ()
    replays: tuple[PlannedJournal, ...] = ()


@dataclass(frozen=True, slots=True)
class RemittancePlan:
    """The whole posting of one remittance, in the order in which it is written."""

    remittance_id: int
    payment_amount: Decimal
    journals: tuple[PlannedJournal, ...]
    outcomes: tuple[PlannedOutcome, ...]
    denials: tuple[PlannedDenial, ...]
    issues: tuple[Issue, ...]

    @classmethod
    def whole(cls, remittance_id: int, amount: Decimal, parts: "Iterable[RemittancePlan]") -> Self:
        """The plan of a remittance from the plans of its parts, in their order."""
        found = list(parts)
        return cls(
            remittance_id=remittance_id,
            payment_amount=amount,
            journals=tuple(journal for part in found for journal in part.journals),
            outcomes=tuple(outcome for part in found for outcome in part.outcomes),
            denials=tuple(denial for part in found for denial in part.denials),
            issues=tuple(issue for part in found for issue in part.issues),
        )

    @property
    def remit_clearing_amount(self) -> Decimal:
        """What the posting moves on 1020: it must be the payment (domain E.10 step 5)."""
        return net_on(Account.REMIT_CLEARING, (j.lines for j in self.journals))

    @property
    def difference_amount(self) -> Decimal:
        """The payment less what would reach 1020; anything but zero refuses the posting."""
        return self.payment_amount - self.remit_clearing_amount

    @property
    def unapplied_amount(self) -> Decimal:
        """Cash that would wait in 2010 because its claim is not known."""
        return -net_on(Account.UNAPPLIED_INSURANCE, (j.lines for j in self.journals))


def net_on(account: int, groups: Iterable[Iterable[Line]]) -> Decimal:
    """Debits less credits on `account` over all lines."""
    total = ZERO
    for lines in groups:
        for line in lines:
            if line.debit.account == account:
                total += line.amount
            if line.credit.account == account:
                total -= line.amount
    return total
