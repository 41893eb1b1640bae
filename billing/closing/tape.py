"""The tape of a day (domain F.5): receivables before, what moved them, receivables after. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.accounts import ADJUSTMENTS, RECEIVABLES, Account
from core.money import ZERO

_WRITE_OFFS = frozenset(
    {
        Account.DENIAL_WRITE_OFF,
        Account.SMALL_BALANCE,
        Account.SELF_PAY_DISCOUNT,
        Account.CHARITY,
        Account.STATUTORY,
        Account.BAD_DEBT,
    }
)
_AGREED = ADJUSTMENTS - _WRITE_OFFS
_MONEY = frozenset(
    {Account.BANK, Account.UNDEPOSITED, Account.CARD_CLEARING, Account.REMIT_CLEARING}
)


@dataclass(frozen=True, slots=True)
class Tape:
    """What happened to the receivables (1100, 1200, 1250) of some days, each part as it moved
    them: charges raise, payments lower. The parts come to `closing_amount` by construction.
    """

    opening_amount: Decimal
    charge_amount: Decimal
    payment_amount: Decimal
    agreed_amount: Decimal
    write_off_amount: Decimal
    moved_amount: Decimal

    @property
    def closing_amount(self) -> Decimal:
        """Receivables at the end."""
        return self.opening_amount + self.charge_amount + self.payment_amount + (
            self.agreed_amount + self.write_off_amount + self.moved_amount
        )  # fmt: skip


def make_tape(opening: Decimal, moved_by: Mapping[int, Decimal]) -> Tape:
    """The tape of what moved the receivables, by the account at the other end of the line.

    `moved_by` is debit positive. Transfers between receivables come to nothing and are left out;
    credits used, unapplied cash and refunds are `moved_amount`.
    """

    def part(accounts: frozenset[Account]) -> Decimal:
        return sum((moved_by.get(int(one), ZERO) for one in accounts), ZERO)

    charges = part(frozenset({Account.CHARGES}))
    payments, agreed, given_up = part(_MONEY), part(_AGREED), part(_WRITE_OFFS)
    everything = sum(
        (amount for number, amount in moved_by.items() if number not in RECEIVABLES), ZERO
    )
    return Tape(
        opening_amount=opening,
        charge_amount=charges,
        payment_amount=payments,
        agreed_amount=agreed,
        write_off_amount=given_up,
        moved_amount=everything - charges - payments - agreed - given_up,
    )
