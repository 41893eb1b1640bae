"""What a journal is made of before it is written: sides, lines and drafts. Pure values."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.errors import ApplicationError
from core.money import CENT, ZERO


class LineError(ApplicationError):
    """A line that no ledger may hold: no positive amount in cents, or two equal sides."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a line: an account and its sub-ledger key. The two ends have their own keys, so
    that a transfer between charge lines, payers or ranks is one line (DESIGN 3.2).
    """

    account: int
    patient_id: int | None = None
    guarantor_id: int | None = None
    charge_line_id: int | None = None
    payer_id: int | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` moves from `credit` to `debit`. It cannot be unbalanced.

    `reason_code` is why ("CO-45", "PLB-WO"), `reference_number` whose paper says so (a trace or
    PLB reference). Raises LineError.
    """

    debit: Side
    credit: Side
    amount: Decimal
    reason_code: str = ""
    reference_number: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or self.amount <= 0:
            raise LineError("a journal line moves a positive amount", field="amount")
        if self.amount != self.amount.quantize(CENT):
            raise LineError("a journal line has two decimal places", field="amount")
        if self.debit == self.credit:
            raise LineError("the two sides of a journal line differ", field="credit")

    def mirrored(self) -> "Line":
        """The line that undoes this one."""
        return replace(self, debit=self.credit, credit=self.debit)


def move(
    *,
    debit: Side,
    credit: Side,
    amount: Decimal,
    reason_code: str = "",
    reference_number: str = "",
) -> Line:
    """The line for a signed amount: a negative one moves the other way."""
    if amount < 0:
        debit, credit, amount = credit, debit, -amount
    return Line(debit, credit, amount, reason_code, reference_number)


@dataclass(frozen=True, slots=True)
class Source:
    """The row that caused a journal; `part_id` is one part of it (a claim of a remittance)."""

    kind: str
    row_id: int
    part_id: int | None = None


@dataclass(frozen=True, slots=True)
class JournalDraft:
    """A journal as asked for. `idempotency_key` names the fact, so that it is written once."""

    posted_on: date
    source: Source
    idempotency_key: str
    lines: tuple[Line, ...]
    memo: str = ""

    def amount(self) -> Decimal:
        """The sum of the lines: what the journal moves in all."""
        return sum((line.amount for line in self.lines), ZERO)

    def fingerprint(self) -> str:
        """SHA-256 of source and lines. The date and the words are left out: the same fact, tried
        again tomorrow, is the same fact (style habit 14).
        """
        content = [
            self.source.kind,
            self.source.row_id,
            self.source.part_id,
            [_line_values(line) for line in self.lines],
        ]
        text = json.dumps(content, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _line_values(line: Line) -> list[object]:
    return [
        _side_values(line.debit),
        _side_values(line.credit),
        str(line.amount.quantize(CENT)),
        line.reason_code,
        line.reference_number,
    ]


def _side_values(side: Side) -> list[int | None]:
    return [
        int(side.account),
        side.patient_id,
        side.guarantor_id,
        side.charge_line_id,
        side.payer_id,
        side.rank,
    ]
