"""ISA … IEA as a tree, with the agreement of counts and control numbers checked (BAL-ENV)."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from x12 import values
from x12.delimiters import DEFAULT, ISA_LENGTH, Delimiters
from x12.errors import ERROR, WARNING, Fault
from x12.reader import segment_batches, split
from x12.segment import Segment
from x12.transactions.ack_ta1 import (
    InterchangeAcknowledgement,
    check_ta1,
    read_ta1,
)

# Which group a transaction travels in (GS01 of ST01).
_GROUP_OF_SET = {"837": "HC", "835": "HP", "999": "FA", "277": "HN", "276": "HR", "270": "HS",
                 "271": "HB"}  # fmt: skip


_CONTROL = {"IS", "ST", "SE", "GE", "IE"}  # segments that end or begin something


@dataclass(slots=True)
class Transaction:
    """ST … SE: `texts` are its segments as sent, `record` what they say where the set is known."""

    set_code: str
    control_number: str
    version: str
    texts: list[str]
    delimiters: Delimiters = DEFAULT
    taken_count: int = 0  # segments that a taker has had and that are not kept
    record: Any = None
    faults: list[Fault] = field(default_factory=list)
    _segments: list[Segment] | None = field(default=None, repr=False, compare=False)

    @property
    def segments(self) -> list[Segment]:
        """The segments, split into elements; made when first asked for."""
        if self._segments is None:
            self._segments = [split(t, self.delimiters, n) for n, t in enumerate(self.texts, 1)]
        return self._segments

    @property
    def raw(self) -> bytes:
        """ST to SE as they were sent, without the line breaks between segments."""
        end = self.delimiters.segment
        return (end.join(self.texts) + end).encode("latin-1")

    @property
    def segment_count(self) -> int:
        """Segments from ST to SE, both counted."""
        return self.taken_count + len(self.texts)

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


Taker = Callable[[Transaction, bool], None]  # the second says that the transaction has ended


def interchanges(source: bytes | BinaryIO, taker: Taker | None = None) -> Iterator[Interchange]:
    """The interchanges of a file one by one. Never raises for bad content.

    With a `taker` the file needs no memory: now and then, and at its end, each transaction is
    handed to it with the segments that came since, which are then forgotten.
    """
    builder: _Builder | None = None
    junk: list[Fault] = []
    for texts, delimiters in segment_batches(source):
        if delimiters is None:
            message = "text outside any interchange is passed over"
            junk.append(Fault("X-STRAY", WARNING, message, 1))
            continue
        for text in texts:
            if builder and builder.texts is not None and text[:2] not in _CONTROL:
                builder.texts.append(text)  # nearly every segment of a file
            elif text.startswith("ISA") and text[3:4] == delimiters.element:
                if builder:
                    yield builder.finish()
                builder = _Builder(text, delimiters, junk, taker)
                junk = []
            elif builder:
                builder.add(text)
        if builder:
            builder.hand_over()
    yield from _ending(builder, junk)


def _ending(builder: "_Builder | None", junk: list[Fault]) -> Iterator[Interchange]:
    """What is left at the end of a file."""
    if builder:
        found = builder.finish()
        found.faults += junk
        yield found
    elif junk:
        message = "this is no X12 interchange: no ISA segment of 106 characters was found"
        yield Interchange(faults=[Fault("X-ISA", ERROR, message, 1, "ISA")])


class _Builder:
    """Gathers one interchange segment by segment."""

    def __init__(
        self, isa: str, delimiters: Delimiters, faults: list[Fault], taker: Taker | None
    ) -> None:
        self._delimiters = delimiters
        self._taker = taker
        self._count = 1
        self._group: Group | None = None
        self._set: Transaction | None = None
        self.texts: list[str] | None = None  # of the transaction that is open
        self._numbers: set[str] = set()
        self._closed = False
        self.found = _read_isa(split(isa, delimiters, 1))
        self.found.faults += faults
        if len(isa) != ISA_LENGTH - 1:
            message = f"the ISA has {len(isa) + 1} characters, not 106"
            self.found.faults.append(Fault("X-ISA-WIDTH", WARNING, message, 1, "ISA"))

    def add(self, text: str) -> None:
        """Take one segment."""
        self._count += 1
        segment = split(text, self._delimiters, self._count)
        if segment.id == "ST":
            self._open_set(text, segment)
        elif self._set is not None and segment.id not in {"GE", "IEA"}:
            self._set.texts.append(text)
            if segment.id == "SE":
                self._close_set(segment)
        else:
            self._in_envelope(segment)

    def hand_over(self, *, is_end: bool = False) -> None:
        """Give what came of the open transaction to who takes it, and forget it."""
        if self._taker and self._set is not None and (self._set.texts or is_end):
            self._taker(self._set, is_end)
            self._set.taken_count += len(self._set.texts)
            self._set.texts.clear()

    def finish(self) -> Interchange:
        """The interchange; a fault where the file ended before its IEA."""
        self._close_set(None)
        if not self._closed:
            self._fault("X-CUT-OFF", "the file ends before the IEA of this interchange", "IEA")
        return self.found

    def _open_set(self, text: str, st: Segment) -> None:
        self._close_set(None)
        if self._group is None:
            self._fault("X-GS", "a transaction stands outside a functional group", "ST")
            self._group = Group("", 0, "")
            self.found.groups.append(self._group)
        version = st[3] or self._group.version
        self._set = Transaction(st[1], st[2], version, [text], self._delimiters)
        self.texts = self._set.texts
        if st[2] in self._numbers:
            message = f"ST02 {st[2]} comes twice in the group"
            self._set.faults.append(Fault("X-ST02", ERROR, message, 1, "ST", "ST02"))
        self._numbers.add(st[2])
        group_code = _GROUP_OF_SET.get(st[1], "")
        if group_code and self._group.functional_code not in {"", group_code}:
            message = f"a {st[1]} stands in a group of kind {self._group.functional_code}"
            self._set.faults.append(Fault("X-GS01", WARNING, message, 1, "ST", "GS01", group_code))

    def _close_set(self, se: Segment | None) -> None:
        done, group = self._set, self._group
        if done is None or group is None:
            return
        self.hand_over(is_end=True)
        self._set = self.texts = None
        group.transactions.append(done)
        place = done.segment_count
        self._count += place - 1  # those of the transaction were not counted one by one
        if se is None:
            message = "the transaction is cut off: no SE"
            done.faults.append(Fault("X-SE", ERROR, message, place, "SE"))
            return
        if _number(se[1]) != place:
            message = f"SE01 says {se[1]} segments, there are {place}"
            done.faults.append(Fault("X-SE01", ERROR, message, place, "SE", "SE01", str(place)))
        if se[2] != done.control_number:
            message = f"SE02 is {se[2]}, ST02 is {done.control_number}"
            done.faults.append(
                Fault("X-SE02", ERROR, message, place, "SE", "SE02", done.control_number)
            )

    def _in_envelope(self, segment: Segment) -> None:
        self._close_set(None)
        if segment.id == "GS":
            self._close_group(None)
            self._group = _read_gs(segment)
            self._numbers = set()
            self.found.groups.append(self._group)
        elif segment.id == "GE" and self._group is not None:
            self._close_group(segment)
        elif segment.id == "TA1":
            self.found.ta1.append(read_ta1(segment))
            self.found.faults += check_ta1(segment)
        elif segment.id == "IEA":
            self._close_interchange(segment)
        else:
            self._fault("X-STRAY", f"{segment.id[:3]} stands outside a transaction", segment.id[:3])

    def _close_group(self, ge: Segment | None) -> None:
        group = self._group
        self._group = None
        if group is None:
            return
        if ge is None:
            self._fault("X-GE", "the functional group has no GE", "GE")
            return
        count = len(group.transactions)
        if _number(ge[1]) != count:
            message = f"GE01 says {ge[1]} transactions, there are {count}"
            group.faults.append(
                Fault("X-GE01", ERROR, message, self._count, "GE", "GE01", str(count))
            )
        if _number(ge[2]) != group.control_number:
            message = f"GE02 is {ge[2]}, GS06 is {group.control_number}"
            group.faults.append(Fault("X-GE02", ERROR, message, self._count, "GE", "GE02"))

    def _close_interchange(self, iea: Segment) -> None:
        self._closed = True
        self._close_group(None)
        found = self.found
        if _number(iea[1]) != len(found.groups):
            message = f"IEA01 says {iea[1]} groups, there are {len(found.groups)}"
            only_answers = bool(found.ta1) and not found.groups
            self._fault("X-IEA01", message, "IEA", WARNING if only_answers else ERROR)
        if _number(iea[2]) != found.control_number:
            message = f"IEA02 is {iea[2]}, ISA13 is {found.control_number:09d}"
            self._fault("X-IEA02", message, "IEA")

    def _fault(self, code: str, message: str, where: str, severity: str = ERROR) -> None:
        self.found.faults.append(Fault(code, severity, message, self._count, where))


def _read_isa(isa: Segment) -> Interchange:
    found = Interchange(
        sender_id=isa[6].strip(),
        receiver_id=isa[8].strip(),
        control_number=_number(isa[13]),
        date=values.short_day(isa[9]),
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
