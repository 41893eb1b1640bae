"""999 and 277CA: their own counts are checked, and what they name is found."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

import x12
from tests.x12.files import changed, segments, worked
from tests.x12.judge import judged
from x12 import Envelope
from x12.transactions.ack_277ca.model import (
    CLEARINGHOUSE,
    AcknowledgedClaim,
    AcknowledgedLine,
    AcknowledgedProvider,
    ClaimAcknowledgement277,
    Status,
)
from x12.transactions.ack_999.model import (
    Acknowledgement999,
    ElementError,
    SegmentError,
    SetAcknowledgement,
)

ENVELOPE = Envelope("OPENCH01", "SUMMIT01", datetime(2026, 11, 23, 10, 15), 7, 8)
DAY = date(2026, 11, 23)


def test_counts_of_a_999_that_do_not_fit_are_a_warning() -> None:
    (fault,) = x12.check_bytes(changed(worked("w31"), "AK9*P*2*2*1", "AK9*P*2*2*2"))
    assert (fault.code, fault.severity) == ("R-AK9", "W")


def test_totals_of_a_277ca_that_do_not_fit_are_warnings() -> None:
    w32 = worked("w32")
    for old, new in (("AMT*YU*150", "AMT*YU*151"), ("QTY*AA*1", "QTY*AA*2")):
        (fault,) = x12.check_bytes(changed(w32, old, new))
        assert (fault.code, fault.severity) == ("R-277-TOTAL", "W")
    (fault,) = x12.check_bytes(changed(w32, "QTY*QC*1", "QTY*QC*3"))
    assert (fault.code, fault.segment_number) == ("R-277-TOTAL", 20)


def test_a_999_with_every_kind_of_error_is_written_and_read_back() -> None:
    error = SegmentError(
        "SV1", 27, "2400", "8", "SFM1001", (ElementError(1, "7", 2, "234", "99X14"),)
    )
    record = Acknowledgement999(
        "HC", 1, "005010X222A1",
        (
            SetAcknowledgement("837", "0001", "A", "005010X222A1"),
            SetAcknowledgement("837", "0002", "R", "005010X222A1", (error,), ("5",)),
        ),
        "P", 2, 2, 1,
    )  # fmt: skip
    content = x12.write_interchange(ENVELOPE, [record])
    assert b"IK4*1:2*234*7*99X14~" in content
    (found,) = x12.read_interchanges(content)
    assert found.transactions[0].record == record
    assert found.all_faults == []
    accepted, why = judged(content)
    assert accepted, why


def answer(*claims: AcknowledgedClaim) -> ClaimAcknowledgement277:
    rejected = [claim for claim in claims if claim.is_rejected]
    accepted = [claim for claim in claims if not claim.is_rejected]
    return ClaimAcknowledgement277(
        reference="ANSWER1",
        created_at=datetime(2026, 11, 23, 11, 30),
        source_name="OPEN CLEARINGHOUSE",
        source_id="OPENCH01",
        source_entity=CLEARINGHOUSE,
        receiver_name="SUMMIT FAMILY MEDICINE PLLC",
        receiver_id="SUMMIT01",
        batch_reference="B000000101",
        received_on=DAY,
        processed_on=DAY,
        batch_statuses=(Status("A1", "19", "40", DAY, "WQ", Decimal(315)),),
        providers=(AcknowledgedProvider("SUMMIT", "2000000010", (), claims),),
        accepted_count=len(accepted),
        rejected_count=len(rejected),
        accepted_amount=sum((c.statuses[0].amount or Decimal(0) for c in accepted), Decimal(0)),
        rejected_amount=sum((c.statuses[0].amount or Decimal(0) for c in rejected), Decimal(0)),
        source_trace="RCPT1",
    )


def test_a_277ca_with_a_rejected_line_is_written_and_read_back() -> None:
    line = AcknowledgedLine(
        "99213", Decimal(165), (Status("A7", "454", "", DAY, "U", Decimal(165)),), ("25",),
        line_control_number="SFM1002L1", service_date_from=DAY,
    )  # fmt: skip
    record = answer(
        AcknowledgedClaim(
            "SFM1002", (Status("A7", "454", "", DAY, "U", Decimal(165)),), "CARTER", "LILY",
            "AHP123456789", service_date_from=DAY, lines=(line,),
        ),
        AcknowledgedClaim(
            "SFM1001", (Status("A2", "20", "PR", DAY, "WQ", Decimal(150)),), "NGUYEN", "DAVID",
            "AHP222333444", payer_claim_number="PCN1", service_date_from=DAY,
        ),
    )  # fmt: skip
    content = x12.write_interchange(ENVELOPE, [record])
    (found,) = x12.read_interchanges(content)
    assert found.transactions[0].record == record
    assert found.all_faults == []


def test_one_stc_with_three_reasons_is_three_statuses() -> None:
    content = changed(
        worked("w32"), "STC*A7:164:IL*20261123*U*165~",
        "STC*A7:164:IL*20261123*U*165******A6:125:QC*A3:21~",
    )  # fmt: skip
    (found,) = x12.read_interchanges(content)
    claim = found.transactions[0].record.claims[0]
    assert [(s.category_code, s.status_code, s.entity_code) for s in claim.statuses] == [
        ("A7", "164", "IL"),
        ("A6", "125", "QC"),
        ("A3", "21", ""),
    ]
    assert {status.action for status in claim.statuses} == {"U"}


def test_a_claim_without_a_status_is_judged_by_its_lines() -> None:
    status = Status("A7", "454", "", DAY, "U", Decimal(1))
    line = AcknowledgedLine("99213", Decimal(1), (status,))
    claim = AcknowledgedClaim("A", (), lines=(line,))
    assert claim.is_rejected
    assert not replace(claim, lines=()).is_rejected


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("AK9*P*2*2*1", "AK9*P*1*2*1", "AK902"),
        ("AK9*P*2*2*1", "AK9*P*3*3*1", "AK903"),
        ("AK9*P*2*2*1", "AK9*P*2*2*0", "AK904"),
    ],
)
def test_each_count_of_a_999_is_compared(old: str, new: str, element: str) -> None:
    (fault,) = x12.check_bytes(changed(worked("w31"), old, new))
    assert (fault.code, fault.element, fault.segment_id) == ("R-AK9", element, "AK9")
    assert fault.segment_number > 0


@pytest.mark.parametrize(
    ("place", "value", "element"),
    [
        (1, "12345", "TA101"),
        (2, "261399", "TA102"),
        (3, "2599", "TA103"),
        (4, "Q", "TA104"),
        (5, "032", "TA105"),
        (5, "000", "TA105"),  # rejected, and nothing was wrong
    ],
)
def test_an_answer_to_an_interchange_says_something_that_can_be(
    place: int, value: str, element: str
) -> None:
    content = worked("w30")
    ta1 = next(piece for piece in segments(content) if piece.startswith(b"TA1"))
    elements = ta1.split(b"*")
    elements[place] = value.encode()
    (fault,) = x12.check_bytes(content.replace(ta1, b"*".join(elements)))
    assert (fault.code, fault.severity, fault.element) == ("X-TA1", "E", element)


def test_nothing_at_all_is_a_fault() -> None:
    (fault,) = x12.check_bytes(b"")
    assert (fault.code, fault.severity) == ("X-EMPTY", "E")
