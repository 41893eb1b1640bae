"""999: AK9 must count the transactions that AK2 names."""

from x12.errors import WARNING, Fault
from x12.transactions.ack_999.model import Acknowledgement999


def check(record: Acknowledgement999) -> list[Fault]:
    """The counts of AK9 against each other and against the sets answered.

    The sender may have counted more in the group than arrived (AK902 above AK903), never fewer.
    """
    faults: list[Fault] = []
    if record.included_count < record.received_count:
        message = f"AK9 counts {record.received_count} received of {record.included_count} included"
        faults.append(Fault("R-AK9", WARNING, message, record.totals_at, "AK9", "AK902"))
    if not record.sets:
        return faults
    accepted = sum(answer.verdict in {"A", "E"} for answer in record.sets)
    if record.received_count != len(record.sets):
        message = f"AK9 counts {record.received_count} received, {len(record.sets)} are answered"
        expected = str(len(record.sets))
        faults.append(Fault("R-AK9", WARNING, message, record.totals_at, "AK9", "AK903", expected))
    if record.accepted_count != accepted:
        message = f"AK9 counts {record.accepted_count} accepted, the answers are {accepted}"
        faults.append(
            Fault("R-AK9", WARNING, message, record.totals_at, "AK9", "AK904", str(accepted))
        )
    return faults
