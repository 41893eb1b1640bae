"""What the planners read: a remittance, the accounts it names and what is open, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from billing.ledger.lines import Line

# (charge line, payer, rank): the key of one insurance receivable.
OpenKey = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One CAS trio: why the payer did not pay `amount`, and whom it holds liable."""

    group_code: str
    reason_code: str
    amount: Decimal

    @property
    def code(self) -> str:
        """Group and reason as billers write them: CO-45."""
        return f"{self.group_code}-{self.reason_code}"


@dataclass(frozen=True, slots=True)
class LineFact:
    """One SVC of the remittance and the charge line it was matched to, if any."""

    remittance_line_id: int | None
    charge_line_id: int | None
    charge_amount: Decimal
    paid_amount: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A payer at a rank of one patient's coverages."""

    payer_id: int
    rank: int
    is_medicaid: bool = False
    never_covers_copay: bool = False


@dataclass(frozen=True, slots=True)
class AccountFact:
    """The claim version an answer was matched to: whose money it is, and who is next to ask.

    `charges` are its lines with what was billed, for answers without line detail; `expected` what
    was to be allowed for them, by charge line, where that is known and the payer is the first.
    """

    claim_id: int
    version_id: int
    patient_id: int
    guarantor_id: int
    payer_id: int
    rank: int
    charges: tuple[tuple[int, Decimal], ...] = ()
    next_party: Party | None = None
    medicaid: Party | None = None
    expected: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OriginalFact:
    """Our own earlier posting of a claim, which a reversal mirrors (domain E.5).

    `later` are answers on the same lines that were posted on top of it: corrections that came
    before the reversal they belong to. `was_second`: the same was decided and paid twice, and the
    other posting stands.
    """

    journal_id: int
    charge_amount: Decimal
    paid_amount: Decimal
    lines: tuple[Line, ...]
    later: "tuple[LaterFact, ...]" = ()
    remittance_claim_id: int | None = None
    was_second: bool = False


@dataclass(frozen=True, slots=True)
class LaterFact:
    """An answer that stands on one which is taken back, with what it did to the books."""

    journal_id: int
    lines: tuple[Line, ...]
    claim: "ClaimFact"


@dataclass(frozen=True, slots=True)
class ClaimFact:
    """One CLP of the remittance. `account` is None where no version was found for it."""

    remittance_claim_id: int
    position: int
    status_code: str
    charge_amount: Decimal
    paid_amount: Decimal
    lines: tuple[LineFact, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    is_forwarded: bool = False
    account: AccountFact | None = None
    original: OriginalFact | None = None
    seen_before: bool = False
    corrects_identity: bool = False


@dataclass(frozen=True, slots=True)
class ProviderAdjustmentFact:
    """One PLB pair: money that belongs to no claim. Positive lowers the payment."""

    provider_adjustment_id: int
    reason_code: str
    reference_number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RemittanceFact:
    """One ST of an 835, matched, with what is open on the keys it touches; or a part of a long one.

    `answered_claim_ids` are claims of ours that the whole remittance decides anew. `kept_amounts`
    are what is left of the payer's money on the keys that its reversals touch; of `returned_keys`
    some went back before, by our refund or a recovery.
    """

    remittance_id: int
    trace_number: str
    payment_amount: Decimal
    payer_id: int | None
    claims: tuple[ClaimFact, ...] = ()
    provider_adjustments: tuple[ProviderAdjustmentFact, ...] = ()
    open_amounts: Mapping[OpenKey, Decimal] = field(default_factory=dict)
    open_payables: Mapping[str, Decimal] = field(default_factory=dict)
    kept_amounts: Mapping[OpenKey, Decimal] = field(default_factory=dict)
    returned_keys: frozenset[OpenKey] = frozenset()
    answered_claim_ids: frozenset[int] = frozenset()
