"""Credits on their way back to whom they belong, as journal lines (domain F.3, H.4). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from billing.posting.plan_payment import Allocation, credit_side, owed_side

REFUND, CREDIT_MOVED = "REFUND", "CREDIT-USED"


@dataclass(frozen=True, slots=True)
class CreditKey:
    """The key of the ledger that is in credit."""

    account: int
    patient_id: int
    guarantor_id: int | None
    charge_line_id: int | None
    payer_id: int | None
    rank: int | None

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


def plan_refund(key: CreditKey, amount: Decimal, number: str) -> tuple[Line, ...]:
    """What approving a refund writes: the credit becomes a debt of ours on 2020 or 2030.

    A payer's: Dr 1100 / Cr 2030. A patient's: Dr 1200 / Cr 2000 where it still sits on a line,
    then Dr 2000 / Cr 2020.
    """
    if key.account == Account.INSURANCE_AR:
        return (Line(key.side, _owed(key), amount, REFUND, number),)
    return (*_freed(key, amount, number), Line(_held(key), _owed(key), amount, REFUND, number))


def plan_check(key: CreditKey, amount: Decimal, reference: str) -> tuple[Line, ...]:
    """Dr 2020 or 2030 / Cr 1000: the check leaves the bank account."""
    bank = Side(Account.BANK, patient_id=key.patient_id, payer_id=key.payer_id)
    return (Line(_owed(key), bank, amount, REFUND, reference),)


def plan_use(key: CreditKey, parts: Sequence[Allocation], number: str) -> tuple[Line, ...]:
    """A patient's credit settles other charges: Dr 1200 / Cr 2000 where it sits on a line, then
    Dr 2000 / Cr 1200 of each.
    """
    lines: list[Line] = []
    for part in parts:
        lines += _freed(key, part.amount, number)
        lines.append(Line(_held(key), owed_side(part.charge), part.amount, CREDIT_MOVED, number))
    return tuple(lines)


def _freed(key: CreditKey, amount: Decimal, number: str) -> tuple[Line, ...]:
    if key.account == Account.PATIENT_CREDITS:
        return ()
    return (Line(key.side, _held(key), amount, CREDIT_MOVED, number),)


def _held(key: CreditKey) -> Side:
    if key.guarantor_id is None:
        raise ValueError("a patient's credit has a guarantor")
    return credit_side(key.patient_id, key.guarantor_id)


def _owed(key: CreditKey) -> Side:
    if key.account == Account.INSURANCE_AR:
        return Side(
            Account.PAYER_REFUNDS, patient_id=key.patient_id, payer_id=key.payer_id,
            charge_line_id=key.charge_line_id,
        )  # fmt: skip
    return Side(Account.PATIENT_REFUNDS, patient_id=key.patient_id, guarantor_id=key.guarantor_id)
