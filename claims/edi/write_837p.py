"""Writing a file of claims, and checking the very bytes that will leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import x12
from claims.choices import Usage
from claims.edi.claim_to_837p import Snapshot, batch_record
from core.errors import ApplicationError
from x12.errors import ERROR


@dataclass(frozen=True, slots=True)
class FileHeader:
    """What the envelope and the head of each set say. `written_at` is the practice's local time."""

    sender_id: str
    receiver_id: str
    receiver_name: str
    usage: str
    interchange_control_number: int
    group_control_number: int
    reference: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class BatchFile:
    """The bytes, and the claim numbers in each set by its control number."""

    content: bytes
    sets: dict[str, list[str]]


def write_837p(
    snapshots: Sequence[Snapshot],
    header: FileHeader,
    claims_per_set: int,
    told: Callable[[], None] | None = None,
) -> BatchFile:
    """One interchange with one group; a new set after every `claims_per_set` claims. `told` is
    called after each claim.

    The same snapshots and header give the same bytes. Raises ApplicationError naming what cannot
    be written.
    """
    parts = [snapshots[i : i + claims_per_set] for i in range(0, len(snapshots), claims_per_set)]
    records = [
        batch_record(
            part,
            reference=header.reference if number == 1 else f"{header.reference}S{number}",
            set_control_number=f"{number:04d}",
            created_at=header.written_at,
            sender_id=header.sender_id,
            receiver_id=header.receiver_id,
            receiver_name=header.receiver_name,
            told=told,
        )
        for number, part in enumerate(parts, 1)
    ]
    envelope = x12.Envelope(
        sender_id=header.sender_id,
        receiver_id=header.receiver_id,
        created_at=header.written_at,
        interchange_control_number=header.interchange_control_number,
        group_control_number=header.group_control_number,
        usage=header.usage,
    )
    try:
        content = x12.write_interchange(envelope, records)
    except x12.X12Error as error:
        raise ApplicationError(str(error.faults[0]), code="x12") from error
    sets = {
        record.transaction_control_number: [
            claim.patient_control_number for claim in record.claims()
        ]
        for record in records
    }
    return BatchFile(content, sets)


def check_file(content: bytes) -> list[str]:
    """What the guide's table finds wrong with the file, in words; [] when it may leave."""
    return [str(fault) for fault in x12.check_bytes(content) if fault.severity == ERROR]


def check_snapshot(snapshot: Snapshot) -> list[str]:
    """What is wrong with a file that holds only this claim."""
    try:
        return check_file(write_alone(snapshot, "CHECK"))
    except ApplicationError as error:
        return [error.message]


def write_alone(snapshot: Snapshot, name: str) -> bytes:
    """A file that holds only this claim, marked as a test by its names; it is never sent.

    It is dated on the last day of service, so that the same snapshot always gives the same bytes.
    """
    served = date.fromisoformat(snapshot["claim"]["service_date_to"])
    header = FileHeader(name, name, name, Usage.TEST, 1, 1, name, datetime.combine(served, time()))
    return write_837p([snapshot], header, 1).content
