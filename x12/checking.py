"""Checking a file of any size: envelope, structure, content and balances in one pass."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from x12.collector import collector_paused
from x12.delimiters import DEFAULT, Delimiters
from x12.envelope import Interchange, Transaction, interchanges
from x12.errors import ERROR, Fault
from x12.guides import Guide, guide_for
from x12.loops import Walk
from x12.reader import rows_of
from x12.streaming import Payment

_REMITTANCE = "835"
EMPTY = Fault("X-EMPTY", ERROR, "the file is empty: it holds no interchange", 0)


def read_transaction(item: Transaction) -> None:
    """Make the record of a whole transaction and find every fault of it."""
    guide, fault = guide_for(item.set_code, item.version)
    if guide is None:
        item.faults += [fault] if fault else []
        return
    with collector_paused():
        whole = _Whole(guide, item)
        whole.take(item)
        item.faults += whole.finish()
        item.record = whole.record


def _usual_repetition(
    rows: list[list[str]], guide: Guide, delimiters: Delimiters
) -> list[list[str]]:
    """Rows with "^" between repetitions, whatever the file had: readers know no other sign."""
    sign = delimiters.repetition
    if not guide.repeats or sign == DEFAULT.repetition or sign.isalnum():
        return rows
    return [[value.replace(sign, DEFAULT.repetition) for value in row] for row in rows]


def checked_interchanges(source: bytes | BinaryIO) -> Iterator[Interchange]:
    """The interchanges of a file with every fault, without their segments and records.

    Memory does not grow with an 835 or an 837, however large; of other transactions one is held.
    """
    yield from interchanges(source, _Checker().take)


class _Checker:
    """The transaction that is on its way."""

    def __init__(self) -> None:
        self._open: _Payments | _Claims | _Whole | Fault | None = None

    def take(self, item: Transaction, is_end: bool) -> None:
        """Take the segments that came since; at the end of it all, tell the faults."""
        with collector_paused():
            if self._open is None:
                self._open = _begin(item)
            if isinstance(self._open, Fault):
                item.faults += [self._open] if is_end else []
            else:
                self._open.take(item)
                item.faults += self._open.finish() if is_end else []
            if is_end:
                self._open = None


def _begin(item: Transaction) -> "_Payments | _Claims | _Whole | Fault":
    guide, fault = guide_for(item.set_code, item.version)
    if guide is None:
        return fault or Fault("X-SET", "E", "the transaction is not known", 1, "ST")
    if item.set_code == _REMITTANCE:
        return _Payments(guide, item)
    return _Claims(guide, item) if guide.stream is not None else _Whole(guide, item)


class _Payments:
    """An 835: walked and proven claim by claim."""

    def __init__(self, guide: Guide, item: Transaction) -> None:
        self._walk = Walk(guide.table.matcher(item.delimiters), item.delimiters.component)
        self._payment = Payment(item.delimiters.component)

    def take(self, item: Transaction) -> None:
        rows = list(rows_of(item.texts, item.delimiters))
        self._walk.run(item.texts, rows)
        self._payment.take(iter(rows))

    def finish(self) -> list[Fault]:
        *_, payment = self._payment.finish()
        return self._walk.finish() + list(payment.faults)  # type: ignore[union-attr]


class _Claims:
    """An 837: walked and checked claim by claim."""

    def __init__(self, guide: Guide, item: Transaction) -> None:
        self._walk = Walk(guide.table.matcher(item.delimiters), item.delimiters.component)
        assert guide.stream is not None  # noqa: S101 - for the type checker
        self._stream = guide.stream(item.delimiters.component)

    def take(self, item: Transaction) -> None:
        rows = list(rows_of(item.texts, item.delimiters))
        self._walk.run(item.texts, rows)
        self._stream.take(rows)

    def finish(self) -> list[Fault]:
        return self._walk.finish() + self._stream.finish()


class _Whole:
    """A whole transaction: walked as it comes, read into its record and checked at its end."""

    def __init__(self, guide: Guide, item: Transaction) -> None:
        self._walk = Walk(guide.table.matcher(item.delimiters), item.delimiters.component)
        self._component = item.delimiters.component
        self._guide = guide
        self._rows: list[list[str]] = []
        self.record: Any = None

    def take(self, item: Transaction) -> None:
        rows = list(rows_of(item.texts, item.delimiters))
        self._walk.run(item.texts, rows)
        self._rows += _usual_repetition(rows, self._guide, item.delimiters)

    def finish(self) -> list[Fault]:
        self.record = self._guide.read(self._rows, self._component)
        return self._walk.finish() + self._guide.check(self.record)
