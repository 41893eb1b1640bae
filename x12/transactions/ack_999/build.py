"""999 records to segments."""

from x12.transactions.ack_999.model import Acknowledgement999, SegmentError
from x12.writer import SetWriter


def build(record: Acknowledgement999) -> SetWriter:
    """The segments between ST and SE."""
    out = SetWriter()
    out.add("AK1", record.group_functional_code, record.group_control_number, record.group_version)
    for answer in record.sets:
        out.add("AK2", answer.set_code, answer.set_control_number, answer.set_version)
        for error in answer.errors:
            _error(out, error)
        out.add("IK5", answer.verdict, *answer.set_error_codes[:5])
    out.add(
        "AK9", record.verdict, record.included_count, record.received_count,
        record.accepted_count, *record.group_error_codes[:5],
    )  # fmt: skip
    return out


def _error(out: SetWriter, error: SegmentError) -> None:
    out.add("IK3", error.segment_id, error.position, error.loop_id, error.error_code)
    if error.context:
        out.add("CTX", ["CLM01", error.context])
    for element in error.elements:
        place = [str(element.position), str(element.component) if element.component else ""]
        out.add("IK4", list(place), element.reference_number, element.error_code, element.bad_value)
