"""What is open while a plan is being made, and what was kept of payments: starts from the books,
follows each planned line.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from billing.posting.facts import OpenKey
from core.money import ZERO

# Where a payer's money comes from on its way to a charge, and goes to on its way back.
PAYERS_MONEY = frozenset(
    {
        Account.REMIT_CLEARING,
        Account.UNAPPLIED_INSURANCE,
        Account.RECOUPMENT_SUSPENSE,
        Account.PAYER_REFUNDS,
    }
)
# Of these, where it goes back without a reversal: a recovery, our refund.
GIVEN_BACK = frozenset({Account.RECOUPMENT_SUSPENSE, Account.PAYER_REFUNDS})


class RunningOpen:
    """Open insurance receivables by (charge line, payer, rank), kept up to date line by line; and
    on the keys of reversals what is left of the payer's money: paid, less taken back, recovered
    and refunded.
    """

    def __init__(
        self, open_amounts: Mapping[OpenKey, Decimal], kept: Mapping[OpenKey, Decimal] | None = None
    ) -> None:
        self._open, self._kept = dict(open_amounts), dict(kept or {})

    def learn(
        self, open_amounts: Mapping[OpenKey, Decimal], kept: Mapping[OpenKey, Decimal]
    ) -> None:
        """Take up what the books hold on keys that no planned line has touched yet."""
        self._open = {**open_amounts, **self._open}
        self._kept = {**kept, **self._kept}

    def copy(self) -> "RunningOpen":
        """The same amounts, to try something on."""
        return RunningOpen(self._open, self._kept)

    def of(self, side: Side) -> Decimal:
        """What is open on the key of `side` now."""
        return self._open.get(key_of(side), ZERO)

    def taken_twice(self, side: Side) -> Decimal:
        """What the payer has taken back or was given on the key of `side` beyond what it paid."""
        return max(-self._kept.get(key_of(side), ZERO), ZERO)

    def follow(self, lines: Iterable[Line]) -> None:
        """Let `lines` count."""
        for line in lines:
            for side, other, amount in (
                (line.debit, line.credit, line.amount),
                (line.credit, line.debit, -line.amount),
            ):
                if side.account != Account.INSURANCE_AR:
                    continue
                key = key_of(side)
                self._open[key] = self.of(side) + amount
                if key in self._kept and other.account in PAYERS_MONEY:
                    self._kept[key] -= amount

    def room(self, side: Side, amount: Decimal) -> Decimal:
        """How much of `amount` may still be taken off `side` without owing the payer."""
        return max(min(amount, self.of(side)), ZERO)


def key_of(side: Side) -> OpenKey:
    """Charge line, payer and rank of an insurance receivable. Raises ValueError for any other."""
    if side.charge_line_id is None or side.payer_id is None or side.rank is None:
        raise ValueError("an insurance receivable has charge line, payer and rank")
    return side.charge_line_id, side.payer_id, side.rank
