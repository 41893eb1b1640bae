"""The parts of a scenario as they are declared, one class for each thing a payer can do.

A part holds parameters only. Who plays it: `door` the HTTP server, `receipt` the intake, `decision`
and `wording` the adjudication, `payment` and `afterwards` the payment runs, `acknowledgement` who
writes the 999 and 277CA, `file` who writes the 835.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from simulator.money import CENT

PAYER, CLEARINGHOUSE, RECEIVER, PAYMENT = "payer", "clearinghouse", "receiver", "payment"
ACK_999, ACK_277CA = "999", "277CA"


class Part:
    """Anything that one stage of a scenario may do."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Refuse(Part):
    """Door: the claims are refused with `status`, so many `times`, before they are taken."""

    status: int = 429
    times: int = 1
    retry_after: int = 1


@dataclass(frozen=True, slots=True)
class LoseAnswer(Part):
    """Door: the claims are taken, and the sender is not told: `how` is reset, hang or 500."""

    how: str = "reset"
    seconds: int = 30


@dataclass(frozen=True, slots=True)
class RejectInterchange(Part):
    """Receipt: TA1 R with this note; no claim of the file is looked at."""

    note: str = "006"


@dataclass(frozen=True, slots=True)
class RejectSet(Part):
    """Receipt: the 999 rejects the set; with `at_claim`, it says which claim and element."""

    at_claim: bool = False


@dataclass(frozen=True, slots=True)
class RejectClaim(Part):
    """Receipt: 277CA with category, status and entity (A7:164:IL), by payer or clearinghouse."""

    by: str = PAYER
    status: str = "A7:164:IL"


@dataclass(frozen=True, slots=True)
class Hold(Part):
    """Receipt: the payment takes `factor` times as long; `pending` says A1 instead of A2."""

    factor: int = 10
    pending: bool = True


@dataclass(frozen=True, slots=True)
class Silent(Part):
    """Receipt: who never speaks. receiver: no answer at all; clearinghouse: a 999 and no more;
    payer: no 277CA of its own and no 835; payment: accepted, but no 835.
    """

    by: str = PAYER


@dataclass(frozen=True, slots=True)
class Reorder(Part):
    """Receipt: the 835 comes first, then the 277CAs, and the 999 last."""


@dataclass(frozen=True, slots=True)
class CutOff(Part):
    """Acknowledgement: the one `of` this kind (999, 277CA) ends somewhere in the middle."""

    of: str = ACK_999


@dataclass(frozen=True, slots=True)
class WrongEnd(Part):
    """Acknowledgement: at its end a count (SE01) or a control number (SE02, GE02, IEA02) is one
    too high.
    """

    of: str = ACK_999
    element: str = "SE01"


@dataclass(frozen=True, slots=True)
class Stranger(Part):
    """Acknowledgement: it names a batch, and claims, that nobody sent."""

    of: str = ACK_999


@dataclass(frozen=True, slots=True)
class Pay(Part):
    """Decision: by contract, or only `percent` of what the contract allows."""

    percent: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Deny(Part):
    """Decision: nothing is paid for `lines` (all, or the cheapest of several).

    `status` is CLP02 where it is not the rank of the payer (4: the patient is not known).
    """

    group: str = "CO"
    reason: str = "16"
    remarks: tuple[str, ...] = ()
    lines: str = "all"
    status: str = ""


@dataclass(frozen=True, slots=True)
class ZeroPay(Part):
    """Decision: all that is allowed goes to the deductible."""


@dataclass(frozen=True, slots=True)
class Recode(Part):
    """Decision: all lines are paid as one under `code` (the dearest line's where it is empty):
    SVC06 names what was billed, OA-94 raises the first line by what CO-97 takes from the others.
    """

    code: str = ""


@dataclass(frozen=True, slots=True)
class Downcode(Part):
    """Decision: the highest visit level is paid one lower: SVC06, CO-150 for the difference."""


@dataclass(frozen=True, slots=True)
class Forward(Part):
    """Decision: CLP02 23, not this payer's claim."""


@dataclass(frozen=True, slots=True)
class CrossOver(Part):
    """Decision: paid, and passed to the next payer, who pays by itself (19, NM1*TT, MA18)."""


@dataclass(frozen=True, slots=True)
class NoMatch(Part):
    """Wording: CLP01 is `number`, the payer's number is new, no line says which it was."""

    number: str = "0"


@dataclass(frozen=True, slots=True)
class BareLines(Part):
    """Wording: no REF*6R at the lines."""


@dataclass(frozen=True, slots=True)
class Split(Part):
    """Payment: the first half of the lines in one remittance, the rest in a later one."""


@dataclass(frozen=True, slots=True)
class Interest(Part):
    """Payment: PLB L6 pays `amount` on top; AMT*I says it at the claim."""

    amount: Decimal = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class Adjust(Part):
    """Payment: a PLB of its own. A positive `amount` lowers the payment (domain E.2)."""

    code: str = "CS"
    amount: Decimal = Decimal("5.00")
    reference: str = "ADJ"


@dataclass(frozen=True, slots=True)
class Correct(Part):
    """Afterwards: taken back (22) and decided anew, in one 835, or `apart` in two.

    `delayed`: what the payer is owed is lent by PLB WO - and taken by WO + in a later 835.
    """

    decision: Part = field(default_factory=Pay)
    apart: bool = False
    delayed: bool = False


@dataclass(frozen=True, slots=True)
class TakeBack(Part):
    """Afterwards: PLB WO + for `percent` of what was paid, and never a reversal."""

    percent: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class RefundSeen(Part):
    """Afterwards: our refund acknowledged: WO + and 72 - of one reference, together nothing."""


@dataclass(frozen=True, slots=True)
class Copies(Part):
    """File: the 835 comes again, in another envelope or with the `same_bytes`."""

    same_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Truncate(Part):
    """File: the 835 ends in the middle of its first line."""


@dataclass(frozen=True, slots=True)
class Misnumber(Part):
    """File: a control number at the end is not that of the beginning: SE02, GE02 or IEA02."""

    element: str = "SE02"


@dataclass(frozen=True, slots=True)
class Off(Part):
    """File: `amount` too much at the first line, at the first claim, or in the total."""

    at: str = "total"
    amount: Decimal = CENT


STAGES: dict[str, dict[str, type[Part]]] = {
    "door": {"refuse": Refuse, "lose_answer": LoseAnswer},
    "receipt": {
        "reject_interchange": RejectInterchange,
        "reject_set": RejectSet,
        "reject_claim": RejectClaim,
        "hold": Hold,
        "silent": Silent,
        "reorder": Reorder,
    },
    "acknowledgement": {"cut_off": CutOff, "wrong_end": WrongEnd, "stranger": Stranger},
    "decision": {
        "pay": Pay,
        "deny": Deny,
        "zero_pay": ZeroPay,
        "recode": Recode,
        "downcode": Downcode,
        "forward": Forward,
        "cross_over": CrossOver,
    },
    "wording": {"no_match": NoMatch, "bare_lines": BareLines},
    "payment": {"split": Split, "interest": Interest, "adjust": Adjust},
    "afterwards": {"correct": Correct, "take_back": TakeBack, "refund_seen": RefundSeen},
    "file": {"copies": Copies, "truncate": Truncate, "misnumber": Misnumber, "off": Off},
}
# What a word may be, where not any will do.
CHOICES: dict[tuple[type[Part], str], frozenset[str]] = {
    (LoseAnswer, "how"): frozenset({"reset", "hang", "500"}),
    (RejectClaim, "by"): frozenset({PAYER, CLEARINGHOUSE}),
    (Silent, "by"): frozenset({RECEIVER, CLEARINGHOUSE, PAYER, PAYMENT}),
    (Deny, "group"): frozenset({"CO", "OA", "PI", "PR"}),
    (Deny, "lines"): frozenset({"all", "cheapest"}),
    (CutOff, "of"): frozenset({ACK_999, ACK_277CA}),
    (WrongEnd, "of"): frozenset({ACK_999, ACK_277CA}),
    (WrongEnd, "element"): frozenset({"SE01", "SE02", "GE02", "IEA02"}),
    (Stranger, "of"): frozenset({ACK_999, ACK_277CA}),
    (Misnumber, "element"): frozenset({"SE02", "GE02", "IEA02"}),
    (Off, "at"): frozenset({"line", "claim", "total"}),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What becomes of one claim, stage by stage; a stage not declared goes its usual way."""

    name: str
    says: str = ""
    decision: Part = field(default_factory=Pay)
    door: Part | None = None
    receipt: Part | None = None
    acknowledgement: CutOff | WrongEnd | Stranger | None = None
    wording: Part | None = None
    payment: Part | None = None
    afterwards: Part | None = None
    file: Part | None = None


PLAIN = Scenario("pay", "paid by the payer's own contract")
