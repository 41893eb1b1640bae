"""276 and 277: which claims are asked for, and what has become of them."""

from datetime import date
from decimal import Decimal

import pytest

import x12
from tests.x12.files import changed, recounted, worked
from x12.transactions.claim_status.model import (
    Reason,
    StatusInquiry276,
    StatusResponse277,
)


def codes(content: bytes) -> list[str]:
    return [f"{fault.severity} {fault.code}" for fault in x12.check_bytes(recounted(content))]


def question() -> StatusInquiry276:
    (found,) = x12.read_interchanges(worked("e76"))
    record: StatusInquiry276 = found.transactions[0].record
    return record


def answer() -> StatusResponse277:
    (found,) = x12.read_interchanges(worked("e77"))
    record: StatusResponse277 = found.transactions[0].record
    return record


def test_a_question_traces_each_claim_by_our_number() -> None:
    first, second, third = question().claims()
    assert (first.trace_number, first.payer_claim_number) == ("SFM1003", "ICN20261105003")
    assert (first.charge_amount, first.extra) == (Decimal(950), (("REF", "6P", "GRP77"),))
    assert first.lines[0].modifiers == ("RT",)
    assert (second.service_date_from, second.service_date_to) == (
        date(2026, 10, 1),
        date(2026, 10, 3),
    )
    assert third.trace_number == "SFM1002", "a dependent's claim stands under the subscriber"


def test_an_answer_says_what_was_paid_and_how() -> None:
    paid, pended, unknown = answer().claims()
    (status,) = paid.statuses
    assert status.reasons == (Reason("F1", "65"),)
    assert (status.charge_amount, status.paid_amount) == (Decimal(950), Decimal("412.5"))
    assert (status.decided_on, status.check_number) == (date(2026, 11, 8), "EFT0033")
    assert paid.lines[0].paid_amount == Decimal("412.5")
    assert pended.statuses[0].reasons == (Reason("P3", "317"), Reason("P1", "20", "PR"))
    assert unknown.statuses[0].reasons == (Reason("A4", "35"),)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("**950*412.5*2026", "**950**2026", "W R-STC05"),
        ("**950*412.5*2026", "**950*951*2026", "W R-STC05"),
        ("P1:20:PR", "F2:20:PR", "W R-STC01"),
        ("XX*2000000010", "XX*2000000011", "E C-NPI"),
        ("STC*A4:35*", "STC*A4*", "E E1"),
    ],
)
def test_what_does_not_make_sense_in_an_answer_is_named(old: str, new: str, fault: str) -> None:
    assert fault in codes(changed(worked("e77"), old, new))


def test_two_questions_under_one_trace_number_cannot_be_told_apart() -> None:
    assert codes(changed(worked("e76"), "TRN*1*SFM1010", "TRN*1*SFM1003")) == ["E C-TRN"] * 2


def test_a_277_of_either_guide_is_read_as_what_it_is() -> None:
    (found,) = x12.read_interchanges(worked("w32"))
    assert found.transactions[0].record.version == "005010X214"
    assert answer().version == "005010X212"
    (fault,) = [
        fault
        for fault in x12.check_bytes(changed(worked("e77"), "*0077*005010X212", "*0077*005010X364"))
        if fault.code == "X-GUIDE"
    ]
    assert fault.expected == "005010X214 005010X212"
