from dataclasses import replace
from datetime import date, datetime, time

import pytest

import x12
from tests.x12.files import segments, worked
from tests.x12.judge import judged
from x12 import Envelope, InterchangeAcknowledgement, X12Error
from x12.transactions.claim_837p.model import ClaimBatch837P

ENVELOPE = Envelope("SUMMIT01", "OPENCH01", datetime(2026, 11, 23, 9, 30), 7, 8)


def batch() -> ClaimBatch837P:
    """The record of the worked example."""
    (found,) = x12.read_interchanges(worked("w01"))
    record: ClaimBatch837P = found.transactions[0].record
    return record


def test_the_same_records_give_the_same_bytes() -> None:
    assert x12.write_interchange(ENVELOPE, [batch()]) == x12.write_interchange(ENVELOPE, [batch()])


def test_counts_and_trailers_are_computed() -> None:
    second = replace(batch(), transaction_control_number="0002", reference="B2")
    pieces = segments(x12.write_interchange(ENVELOPE, [batch(), second]))
    assert pieces[-2:] == [b"GE*2*8", b"IEA*1*000000007"]
    assert sum(piece.startswith(b"SE*37*") for piece in pieces) == 2
    assert len(pieces[0]) == 105


def test_names_are_written_in_the_basic_character_set() -> None:
    record = batch()
    record = replace(record, submitter=replace(record.submitter, name="Praxis Müller*~:"))
    content = x12.write_interchange(ENVELOPE, [record])
    assert b"NM1*41*2*PRAXIS MULLER;*****46*SUMMIT01~" in content
    assert judged(content)[0]


def test_what_cannot_be_written_is_refused_with_its_place() -> None:
    record = batch()
    record = replace(record, receiver=replace(record.receiver, name="李"))
    with pytest.raises(X12Error) as refused:
        x12.write_interchange(ENVELOPE, [record])
    (fault,) = refused.value.faults
    assert (fault.code, fault.segment_number, fault.element) == ("X-CHARACTER", 5, "NM103")


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"sender_id": "A" * 16}, "ISA06"),
        ({"receiver_id": ""}, "ISA08"),
        ({"receiver_id": "lower"}, "ISA08"),
        ({"usage": "Q"}, "ISA15"),
        ({"interchange_control_number": 1_000_000_000}, "ISA13"),
        ({"group_control_number": -1}, "GS06"),
    ],
)
def test_an_envelope_that_would_be_cut_or_bent_is_refused(
    change: dict[str, str | int], element: str
) -> None:
    with pytest.raises(X12Error) as refused:
        x12.write_interchange(replace(ENVELOPE, **change), [batch()])
    assert element in {fault.element for fault in refused.value.faults}


def test_a_control_number_may_not_come_twice() -> None:
    with pytest.raises(X12Error, match="comes twice"):
        x12.write_interchange(ENVELOPE, [batch(), batch()])


def test_transactions_of_two_kinds_do_not_share_a_file() -> None:
    (found,) = x12.read_interchanges(worked("w10"))
    with pytest.raises(ValueError, match="one kind"):
        x12.write_interchange(ENVELOPE, [batch(), found.transactions[0].record])


@pytest.mark.parametrize(("verdict", "note"), [("A", "000"), ("E", "022"), ("R", "025")])
def test_an_interchange_is_answered_without_a_group(verdict: str, note: str) -> None:
    answer = InterchangeAcknowledgement(101, date(2026, 11, 23), time(9, 30), verdict, note)
    content = x12.write_interchange(ENVELOPE, [], [answer])
    (found,) = x12.read_interchanges(content)
    assert found.ta1 == [answer]
    assert found.all_faults == []
    accepted, why = judged(content)
    assert accepted, why
