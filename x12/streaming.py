"""An 835 of any size in flat memory: one claim held at a time, with every proof."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from x12.delimiters import Delimiters
from x12.errors import Fault
from x12.guides import GUIDES
from x12.loops import Walk
from x12.reader import elements, raw_segments
from x12.transactions.remittance_835.check import check_claim, check_payment
from x12.transactions.remittance_835.model import ZERO, Remittance, RemittanceClaim
from x12.transactions.remittance_835.read import RemittanceReader

_REMITTANCE = "835"


@dataclass(frozen=True, slots=True)
class StreamedPayment:
    """The end of one payment: its record without the claims, which came before, and all faults."""

    remittance: Remittance
    claim_count: int
    faults: tuple[Fault, ...]


def stream_remittances(source: bytes | BinaryIO) -> Iterator[RemittanceClaim | StreamedPayment]:
    """Each claim of each 835 as soon as it was read, and after the last one the payment itself.

    Only an 835's own content is judged; the envelope is for `read_interchanges`. Other
    transactions are passed over.
    """
    payment: _Payment | None = None
    for text, delimiters in raw_segments(source):
        if delimiters is None:
            continue
        row = elements(text, delimiters)
        if row[0] == "ST":
            if payment:
                yield from payment.finish()
            payment = _Payment(delimiters) if row[1:2] == [_REMITTANCE] else None
        if payment:
            yield from payment.take(text, row)
            if row[0] == "SE":
                yield from payment.finish()
                payment = None
    if payment:
        yield from payment.finish()


class _Payment:
    """One 835 on its way: what was paid and counted so far, not the claims themselves."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._reader = RemittanceReader(delimiters.component)
        table = GUIDES[_REMITTANCE].table
        self._walk = Walk(table.matcher(delimiters), delimiters.component)
        self._faults: list[Fault] = []
        self._paid = ZERO
        self._count = 0

    def take(self, text: str, row: list[str]) -> Iterator[RemittanceClaim]:
        """Take one segment; yields the claim that it completes, if any."""
        self._walk.step(text, row)
        self._reader.feed(row)
        if self._reader.claims:
            yield from self._ready(self._reader.claims)

    def finish(self) -> Iterator[RemittanceClaim | StreamedPayment]:
        """The last claim where the end was cut off, and the payment."""
        record = self._reader.finish()
        yield from self._ready(list(record.claims))
        record = replace(record, claims=())
        self._faults += self._walk.finish()
        check_payment(record, self._paid, self._faults)
        yield StreamedPayment(record, self._count, tuple(self._faults))

    def _ready(self, claims: list[RemittanceClaim]) -> Iterator[RemittanceClaim]:
        for claim in claims:
            check_claim(claim, self._faults)
            self._paid += claim.paid_amount
            self._count += 1
            yield claim
        claims.clear()
