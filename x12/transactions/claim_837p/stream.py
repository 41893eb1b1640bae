"""Checking an 837 of any size: each level and claim is read, checked and let go (either guide)."""

from datetime import date
from typing import Generic

from x12.cursor import Cursor
from x12.errors import Fault
from x12.transactions.claim_837p.check import BatchCheck, CheckClaim
from x12.transactions.claim_837p.model import ClaimT
from x12.transactions.claim_837p.read import (
    ReadClaims,
    read_batch,
    read_patient_loop,
    read_provider_loop,
    read_subscriber_loop,
)

_BEGINS = frozenset({"HL", "CLM", "SE"})


class ClaimStream(Generic[ClaimT]):
    """Takes the rows of a transaction as they come; what is held is one level or claim."""

    def __init__(self, component: str, read: ReadClaims[ClaimT], check: CheckClaim[ClaimT]) -> None:
        self._component = component
        self._read, self._judge = read, check
        self._rows: list[list[str]] = []
        self._first = 1  # the position of the first row that is held
        self._found: BatchCheck[ClaimT] | None = None

    def take(self, rows: list[list[str]]) -> None:
        """The next rows of the transaction."""
        for row in rows:
            if row[0] in _BEGINS and self._rows:
                self._let_go()
            self._rows.append(row)

    def finish(self) -> list[Fault]:
        """Every finding."""
        self._let_go()
        return self._batch(date.max).finish()

    def _batch(self, written_on: date) -> BatchCheck[ClaimT]:
        if self._found is None:
            self._found = BatchCheck(self._judge, written_on)
        return self._found

    def _let_go(self) -> None:
        at = Cursor(self._rows, self._component, self._first)
        self._first += len(self._rows)
        self._rows = []
        here = at.here
        if here.id == "CLM":
            for claim in self._read(at):
                self._batch(date.max).claim(claim)
        elif here.id == "HL":
            self._level(at, here[3])
        elif self._found is None:
            self._batch(read_batch(at, self._read)["created_at"].date())

    def _level(self, at: Cursor, code: str) -> None:
        found = self._batch(date.max)
        if code == "20":
            found.provider(read_provider_loop(at, self._read).provider)
        elif code == "22":
            found.subscriber(read_subscriber_loop(at, self._read))
        elif code == "23":
            found.patient(read_patient_loop(at, self._read))
