"""A received file to records: the one place where inbound X12 becomes ours."""

import json
from datetime import date

import x12
from claims.choices import MessageKind
from claims.edi.from_835 import remit_of
from claims.edi.from_acknowledgements import batch_answer, group_answer, interchange_answer
from claims.edi.from_inquiries import coverage_answer, status_answer
from claims.edi.received import Content, ReceivedFile
from claims.edi.records import Fault
from core.errors import ApplicationError
from x12.errors import ERROR
from x12.transactions.claim_status.model import StatusResponse277

_KIND_OF_SET = {
    "999": MessageKind.ACK_999,
    "277": MessageKind.ACK_277CA,
    "835": MessageKind.REMITTANCE,
    "271": MessageKind.BENEFITS_271,
}
_BROKEN = "X-"  # faults of envelope and framing: what stands inside cannot be trusted


def payload_of(body: bytes) -> bytes:
    """The X12 file inside a stored JSON event. Raises ApplicationError where there is none."""
    try:
        payload = json.loads(body)["data"]["payload"]
        return str(payload).encode()
    except (ValueError, KeyError, TypeError) as error:
        raise ApplicationError("The event holds no X12 file.") from error


def read_file(content: bytes, today: date) -> ReceivedFile:
    """Everything in `content`, or the faults that make it unreadable.

    A file whose envelope is broken anywhere, such as one cut off, is not acted on at all.
    """
    interchanges = list(x12.read_interchanges(content))
    if not interchanges:
        return ReceivedFile(faults=(Fault("X-EMPTY", "the file is empty"),))
    faults = tuple(
        Fault(fault.code, fault.message, fault.segment_number)
        for interchange in interchanges
        for fault in interchange.all_faults
        if fault.severity == ERROR and fault.code.startswith(_BROKEN)
    )
    kinds: list[str] = []
    contents: list[Content] = []
    for interchange in interchanges:
        for answer in interchange.ta1:
            kinds.append(MessageKind.TA1)
            contents.append(interchange_answer(answer))
        for group in interchange.groups:
            for transaction in group.transactions:
                kinds.append(_kind(transaction))
                numbers = _control_numbers(interchange, group, transaction)
                found = _content(transaction, interchange.date or today, numbers)
                contents += [found] if found else []
    return ReceivedFile(
        kinds=tuple(kinds),
        contents=() if faults else tuple(contents),
        faults=faults,
        envelopes=tuple((one.receiver_id, one.usage) for one in interchanges),
    )


def _control_numbers(
    interchange: x12.Interchange, group: x12.Group, transaction: x12.Transaction
) -> str:
    """Sender, ISA13, GS06 and ST02: payers reset them, so equal ones prove nothing (E.8)."""
    numbers = (interchange.control_number, group.control_number, transaction.control_number)
    return "/".join([interchange.sender_id, *map(str, numbers)])


def _content(
    transaction: x12.Transaction, fallback_day: date, control_numbers: str
) -> Content | None:
    if transaction.record is None:
        return None
    kind = _kind(transaction)
    if kind == MessageKind.ACK_999:
        return group_answer(transaction.record)
    if kind == MessageKind.ACK_277CA:
        return batch_answer(transaction.record)
    if kind == MessageKind.REMITTANCE:
        return remit_of(transaction, fallback_day, control_numbers)
    if kind == MessageKind.BENEFITS_271:
        return coverage_answer(transaction.record)
    if kind == MessageKind.STATUS_277:
        return status_answer(transaction.record)
    return None


def _kind(transaction: x12.Transaction) -> MessageKind:
    """Two guides share the set code 277: the acknowledgement, and the answer to a question."""
    if isinstance(transaction.record, StatusResponse277):
        return MessageKind.STATUS_277
    return _KIND_OF_SET.get(transaction.set_code, MessageKind.OTHER)
