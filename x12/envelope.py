"""ISA … IEA as a tree, with the agreement of counts and control numbers checked (BAL-ENV)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from x12 import values
from x12.delimiters import Delimiters
from x12.errors import ERROR, WARNING, Fault
from x12.reader import raw_segments, split
from x12.segment import Segment
from x12.transactions.ack_ta1 import InterchangeAcknowledgement, read_ta1


@dataclass(slots=True)
class Transaction:
    """ST … SE. `record` is the typed record where the set is known; `raw` the text of it."""

    set_code: str
    control_number: str
    version: str
    segments: list[Segment]
    raw: bytes = b""
    record: Any = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def segment_count(self) -> int:
        """Segments from ST to SE, both counted."""
        return len(self.segments)

    @property
    def has_errors(self) -> bool:
        """Whether any fault is more than a warning."""
        return any(fault.severity == ERROR for fault in self.faults)


@dataclass(slots=True)
class Group:
    """GS … GE."""

    functional_code: str
    control_number: int
    version: str
    sender_id: str = ""
    receiver_id: str = ""
    transactions: list[Transaction] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """ISA … IEA with what stood between, and what was wrong with the envelope itself."""

    sender_id: str = ""
    receiver_id: str = ""
    control_number: int = 0
    date: dt.date | None = None
    time: dt.time | None = None
    usage: str = "P"
    acknowledgement_requested: bool = False
    ta1: list[InterchangeAcknowledgement] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def transactions(self) -> list[Transaction]:
        """Every transaction of every group."""
        return [found for group in self.groups for found in group.transactions]

    @property
    def all_faults(self) -> list[Fault]:
        """The faults of the envelope, its groups and its transactions."""
        found = list(self.faults)
        for group in self.groups:
            found += group.faults
            for transaction in group.transactions:
                found += transaction.faults
        return found


def interchanges(source: bytes | BinaryIO) -> Iterator[Interchange]:
    """The interchanges of a file one by one. Never raises for bad content."""
    builder: _Builder | None = None
    for text, delimiters in raw_segments(source):
        if delimiters is None:
            unreadable = Interchange()
            message = "this is no X12 interchange: no ISA segment of 106 characters was found"
            unreadable.faults.append(Fault("X-ISA", ERROR, message, 1, "ISA"))
            yield unreadable
            return
        if text.startswith("ISA") and text[3:4] == delimiters.element:
            if builder:
                yield builder.finish(cut_off=True)
            builder = _Builder(text, delimiters)
        elif builder is None:
            builder = None
        elif builder.add(text):
            yield builder.finish()
            builder = None
    if builder:
        yield builder.finish(cut_off=True)


class _Builder:
    """Gathers one interchange segment by segment."""

    def __init__(self, isa: str, delimiters: Delimiters) -> None:
        self._delimiters = delimiters
        self._count = 1
        self._group: Group | None = None
        self._set: Transaction | None = None
        self._raw: list[str] = []
        self.found = _read_isa(split(isa, delimiters, 1))

    def add(self, text: str) -> bool:
        """Take one segment; True when it closed the interchange."""
        self._count += 1
        segment_id = text.split(self._delimiters.element, 1)[0]
        if segment_id == "ST":
            self._open_set(text)
        elif self._set is not None and segment_id not in {"GE", "IEA"}:
            self._in_set(text, segment_id)
        else:
            return self._in_envelope(split(text, self._delimiters, self._count))
        return False

    def finish(self, *, cut_off: bool = False) -> Interchange:
        """The interchange; `cut_off` when the file ended before its IEA."""
        if self._set is not None:
            self._close_set(None)
        if cut_off:
            self._fault("X-CUT-OFF", "the file ends before the IEA of this interchange", "IEA")
        return self.found

    def _open_set(self, text: str) -> None:
        if self._set is not None:
            self._close_set(None)
        if self._group is None:
            self._fault("X-GS", "a transaction stands outside a functional group", "ST")
            self._group = Group("", 0, "")
            self.found.groups.append(self._group)
        st = split(text, self._delimiters, 1)
        self._set = Transaction(st[1], st[2], st[3] or self._group.version, [st])
        self._raw = [text]

    def _in_set(self, text: str, segment_id: str) -> None:
        assert self._set is not None
        self._raw.append(text)
        segments = self._set.segments
        segments.append(split(text, self._delimiters, len(segments) + 1))
        if segment_id == "SE":
            self._close_set(segments[-1])

    def _close_set(self, se: Segment | None) -> None:
        done, group = self._set, self._group
        assert done is not None and group is not None
        self._set = None
        end = self._delimiters.segment
        done.raw = (end.join(self._raw) + end).encode("latin-1")
        group.transactions.append(done)
        place = len(done.segments)
        if se is None:
            message = "the transaction is cut off: no SE"
            done.faults.append(Fault("X-SE", ERROR, message, place, "SE"))
            return
        if se[1] != str(place):
            message = f"SE01 says {se[1]} segments, there are {place}"
            done.faults.append(Fault("X-SE01", ERROR, message, place, "SE", "SE01", str(place)))
        if se[2] != done.control_number:
            message = f"SE02 is {se[2]}, ST02 is {done.control_number}"
            done.faults.append(Fault("X-SE02", ERROR, message, place, "SE", "SE02"))

    def _in_envelope(self, segment: Segment) -> bool:
        if self._set is not None:
            self._close_set(None)
        if segment.id == "GS":
            self._group = _read_gs(segment)
            self.found.groups.append(self._group)
        elif segment.id == "GE" and self._group is not None:
            self._close_group(segment)
        elif segment.id == "TA1":
            self.found.ta1.append(read_ta1(segment))
        elif segment.id == "IEA":
            self._close_interchange(segment)
            return True
        else:
            self._fault("X-STRAY", f"{segment.id[:3]} stands outside a transaction", segment.id[:3])
        return False

    def _close_group(self, ge: Segment) -> None:
        group = self._group
        assert group is not None
        self._group = None
        count = len(group.transactions)
        if ge[1] != str(count):
            message = f"GE01 says {ge[1]} transactions, there are {count}"
            group.faults.append(Fault("X-GE01", ERROR, message, self._count, "GE", "GE01"))
        if _number(ge[2]) != group.control_number:
            message = f"GE02 is {ge[2]}, GS06 is {group.control_number}"
            group.faults.append(Fault("X-GE02", ERROR, message, self._count, "GE", "GE02"))

    def _close_interchange(self, iea: Segment) -> None:
        if self._group is not None:
            self._fault("X-GE", "the functional group has no GE", "GE")
        if _number(iea[1]) != len(self.found.groups):
            message = f"IEA01 says {iea[1]} groups, there are {len(self.found.groups)}"
            self._fault("X-IEA01", message, "IEA", WARNING)
        if _number(iea[2]) != self.found.control_number:
            message = f"IEA02 is {iea[2]}, ISA13 is {self.found.control_number:09d}"
            self._fault("X-IEA02", message, "IEA")

    def _fault(self, code: str, message: str, where: str, severity: str = ERROR) -> None:
        self.found.faults.append(Fault(code, severity, message, self._count, where))


def _read_isa(isa: Segment) -> Interchange:
    found = Interchange(
        sender_id=isa[6].strip(),
        receiver_id=isa[8].strip(),
        control_number=_number(isa[13]),
        date=values.day(isa[9]),
        time=values.minute(isa[10]),
        usage=isa[15],
        acknowledgement_requested=isa[14] == "1",
    )
    if not isa[12].startswith("005"):
        message = f"version {isa[12]} is not 005010"
        found.faults.append(Fault("X-VERSION", ERROR, message, 1, "ISA", "ISA12", "00501"))
    if isa[15] not in {"P", "T"}:
        message = "ISA15 is neither P nor T"
        found.faults.append(Fault("X-ISA15", ERROR, message, 1, "ISA", "ISA15", "P T"))
    return found


def _read_gs(gs: Segment) -> Group:
    return Group(gs[1], _number(gs[6]), gs[8], gs[2].strip(), gs[3].strip())


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
