"""What is open while a plan is being made: starts from the books, follows each planned line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side
from billing.posting.facts import OpenKey
from core.money import ZERO


class RunningOpen:
    """Open insurance receivables by (charge line, payer, rank), kept up to date line by line."""

    def __init__(self, open_amounts: Mapping[OpenKey, Decimal]) -> None:
        self._open = dict(open_amounts)

    def learn(self, open_amounts: Mapping[OpenKey, Decimal]) -> None:
        """Take up what the books hold on keys that no planned line has touched yet."""
        self._open = {**open_amounts, **self._open}

    def copy(self) -> "RunningOpen":
        """The same amounts, to try something on."""
        return RunningOpen(self._open)

    def of(self, side: Side) -> Decimal:
        """What is open on the key of `side` now."""
        return self._open.get(_key(side), ZERO)

    def follow(self, lines: Iterable[Line]) -> None:
        """Let `lines` count."""
        for line in lines:
            for side, amount in ((line.debit, line.amount), (line.credit, -line.amount)):
                if side.account == Account.INSURANCE_AR:
                    self._open[_key(side)] = self.of(side) + amount

    def room(self, side: Side, amount: Decimal) -> Decimal:
        """How much of `amount` may still be taken off `side` without owing the payer."""
        return max(min(amount, self.of(side)), ZERO)


def _key(side: Side) -> OpenKey:
    if side.charge_line_id is None or side.payer_id is None or side.rank is None:
        raise ValueError("an insurance receivable has charge line, payer and rank")
    return side.charge_line_id, side.payer_id, side.rank
