"""Write-offs and moves as journal lines. Pure: what the preview shows is what is posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.adjusting.reasons import TREATMENTS
from billing.adjusting_choices import TransferReason
from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side, move
from billing.posting.facts import Party
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class Part:
    """What is to happen with one key of a receivable. `open_amount` is what is open on it."""

    account: int
    patient_id: int
    guarantor_id: int | None
    charge_line_id: int
    payer_id: int | None
    rank: int | None
    open_amount: Decimal
    amount: Decimal

    @property
    def side(self) -> Side:
        """The key as one end of a line."""
        return Side(
            self.account,
            patient_id=self.patient_id,
            guarantor_id=self.guarantor_id,
            charge_line_id=self.charge_line_id,
            payer_id=self.payer_id,
            rank=self.rank,
        )

    @property
    def key(self) -> str:
        """A name for the key that may stand in a form."""
        return "-".join(
            str(part or 0)
            for part in (self.account, self.charge_line_id, self.guarantor_id, self.payer_id,
                         self.rank)
        )  # fmt: skip


def plan_write_off(parts: Sequence[Part], reason_code: str) -> tuple[Line, ...]:
    """Dr 4120, 4130, 4140, 4150, 4160 or 5000 / Cr the receivable; a credit the other way round
    (domain F.3, H.4).
    """
    account = TREATMENTS[reason_code].account
    return tuple(
        move(
            debit=Side(account, patient_id=part.patient_id, charge_line_id=part.charge_line_id),
            credit=part.side,
            amount=part.amount,
            reason_code=reason_code,
        )
        for part in parts
    )


def plan_transfer(
    parts: Sequence[Part], reason_code: str, *, guarantor_id: int, to: Party | None
) -> tuple[Line, ...]:
    """Dr the next payer's 1100, or 1200, or 1250 at an agency / Cr where it is now (domain F.3)."""
    lines = []
    for part in parts:
        keys = {
            "patient_id": part.patient_id,
            "guarantor_id": guarantor_id,
            "charge_line_id": part.charge_line_id,
        }
        if to is not None:
            owes = Side(Account.INSURANCE_AR, payer_id=to.payer_id, rank=to.rank, **keys)
        elif reason_code == TransferReason.AGENCY:
            owes = Side(Account.COLLECTIONS_AR, **keys)
        else:
            owes = Side(Account.PATIENT_AR, **keys)
        lines.append(Line(owes, part.side, part.amount, reason_code))
    return tuple(lines)


def total(parts: Sequence[Part]) -> Decimal:
    """What the parts come to."""
    return sum((part.amount for part in parts), ZERO)
