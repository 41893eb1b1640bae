"""999: AK9 must count the transactions that AK2 names."""

from x12.errors import WARNING, Fault
from x12.transactions.ack_999.model import Acknowledgement999


def check(record: Acknowledgement999) -> list[Fault]:
    """The counts of AK9 against the sets answered."""
    accepted = sum(answer.verdict in {"A", "E"} for answer in record.sets)
    if record.sets and (record.received_count, record.accepted_count) != (
        len(record.sets),
        accepted,
    ):
        message = (
            f"AK9 counts {record.accepted_count} of {record.received_count} accepted, "
            f"the answers are {accepted} of {len(record.sets)}"
        )
        return [Fault("R-AK9", WARNING, message, 0, "AK9", "AK903")]
    return []
