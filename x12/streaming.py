"""An 835 of any size in flat memory: its claims as they come, with the proof of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from x12.collector import collector_paused
from x12.errors import Fault
from x12.reader import rows_of, segment_batches
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
    """Each claim of each 835 soon after it was read, and after the last one the payment itself.

    Every balance is proven (domain E.2). The table of the guide and the envelope are for
    `check_bytes`. Other transactions are passed over. At most one buffer's worth of claims is held.
    """
    payment: Payment | None = None
    for texts, delimiters in segment_batches(source):
        if delimiters is None:
            continue
        rows = rows_of(texts, delimiters)
        opening: list[str] | None = None
        while payment is not None or (opening := opening or _next_set(rows)):
            if payment is None:
                payment = Payment(delimiters.component)
                rows = chain([opening], rows)  # type: ignore[list-item]
            with collector_paused():
                end, claims = payment.take(rows)
            yield from claims
            if end is None:
                break
            yield from payment.finish()
            payment = None
            opening = end if _opens(end) else None
    if payment:
        yield from payment.finish()


def _opens(row: list[str]) -> bool:
    return row[:2] == ["ST", _REMITTANCE]


def _next_set(rows: Iterator[list[str]]) -> list[str] | None:
    """The ST of the next 835; passes over everything before it."""
    return next(filter(_opens, rows), None)


class Payment:
    """One 835 on its way: what was paid and counted so far, not the claims themselves."""

    def __init__(self, component: str) -> None:
        self._reader = RemittanceReader(component)
        self._count = 0
        self._paid = ZERO
        self._faults: list[Fault] = []

    def take(self, rows: Iterator[list[str]]) -> tuple[list[str] | None, list[RemittanceClaim]]:
        """Take segments up to the transaction's end: what ended it, and the claims completed."""
        return self._reader.feed(rows), self._proven()

    def finish(self) -> Iterator[RemittanceClaim | StreamedPayment]:
        """The last claim where the end was cut off, and the payment."""
        record = replace(self._reader.finish(), claims=())
        yield from self._proven()
        check_payment(record, self._paid, self._faults)
        yield StreamedPayment(record, self._count, tuple(self._faults))

    def _proven(self) -> list[RemittanceClaim]:
        claims, self._reader.claims = self._reader.claims, []
        self._count += len(claims)
        faults, paid = self._faults, self._paid
        for claim in claims:
            check_claim(claim, faults)
            paid += claim.paid_amount
        self._paid = paid
        return claims
