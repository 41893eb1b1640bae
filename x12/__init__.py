"""X12 005010 for US health care: read, write and check. Standard library only, usable alone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from x12.checking import EMPTY, checked_interchanges, read_transaction
from x12.envelope import Group, Interchange, Transaction, interchanges
from x12.errors import ERROR, WARNING, Fault, X12Error
from x12.guides import GUIDES, guide_for
from x12.loops import Walk
from x12.reader import rows_of
from x12.streaming import StreamedPayment, stream_remittances
from x12.transactions.ack_ta1 import InterchangeAcknowledgement, ta1_elements
from x12.writer import Envelope, envelope_faults, interchange, transaction

__all__ = [
    "ERROR",
    "WARNING",
    "Envelope",
    "Fault",
    "Group",
    "Interchange",
    "InterchangeAcknowledgement",
    "StreamedPayment",
    "Transaction",
    "X12Error",
    "check_bytes",
    "checked_interchanges",
    "loops_of",
    "read_interchanges",
    "stream_remittances",
    "write_interchange",
]


def read_interchanges(source: bytes | BinaryIO) -> Iterator[Interchange]:
    """The interchanges of a file, one by one, with typed records and every fault found.

    Never raises for bad content: a file that is no X12 gives one interchange with one fault.
    """
    for found in interchanges(source):
        for item in found.transactions:
            read_transaction(item)
        yield found


def loops_of(item: Transaction) -> dict[int, str]:
    """For each segment position of a known transaction, the loop it stands in (for a 999)."""
    guide, _ = guide_for(item.set_code, item.version)
    if guide is None:
        return {}
    walk = Walk(guide.table.matcher(item.delimiters), item.delimiters.component, trace=True)
    walk.run(item.texts, rows_of(item.texts, item.delimiters))
    return walk.loop_of


def check_bytes(source: bytes | BinaryIO) -> list[Fault]:
    """Every fault of a file: envelope, structure, content and balances; an empty one has one."""
    faults: list[Fault] = []
    is_empty = True
    for found in checked_interchanges(source):
        is_empty = False
        faults += found.all_faults
    return [EMPTY] if is_empty else faults


def write_interchange(
    envelope: Envelope,
    records: Sequence[Any],
    acknowledgements: Iterable[InterchangeAcknowledgement] = (),
) -> bytes:
    """One interchange with `records` of one kind, and TA1 segments where given.

    The same records and envelope give the same bytes. Raises X12Error when something in the
    records cannot be written.
    """
    faults = envelope_faults(envelope)
    kinds = {(record.set_code, record.version) for record in records}
    if len(kinds) > 1:
        raise ValueError("one interchange holds transactions of one kind")
    answers = [ta1_elements(answer) for answer in acknowledgements]
    if not records:
        if faults:
            raise X12Error(faults)
        return interchange(envelope, "", "", [], answers)
    guide = GUIDES[kinds.pop()]
    sets = []
    for record in records:
        body = guide.build(record)
        faults += body.faults
        version = guide.version if guide.has_version_in_st else ""
        number = record.transaction_control_number
        sets.append(transaction(body, record.set_code, number, version))
    faults += _control_number_faults([record.transaction_control_number for record in records])
    if faults:
        raise X12Error(faults)
    return interchange(envelope, guide.functional_code, guide.version, sets, answers)


def _control_number_faults(numbers: Sequence[str]) -> list[Fault]:
    """ST02: four to nine letters or digits, each once in the group."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for number in numbers:
        if not (4 <= len(number) <= 9 and number.isascii() and number.isalnum()):
            message = f"the control number {number!r} cannot be sent"
            faults.append(Fault("X-ST02", ERROR, message, 1, "ST", "ST02", "4 to 9 digits"))
        elif number in seen:
            message = f"the control number {number} comes twice"
            faults.append(Fault("X-ST02", ERROR, message, 1, "ST", "ST02"))
        seen.add(number)
    return faults
