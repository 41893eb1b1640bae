"""One cent wrong at any level of an 835 is found, and its place is named (domain E.2, W-29)."""

import pytest

import x12
from tests.x12.files import changed, segments, without, worked
from x12 import Fault

W10 = worked("w10")


def faults(content: bytes) -> list[Fault]:
    return x12.check_bytes(content)


def place_of(content: bytes, beginning: str) -> int:
    """Which segment, ST being the first, begins so."""
    pieces = segments(content)
    first = next(n for n, piece in enumerate(pieces) if piece.startswith(b"ST*"))
    return next(n - first + 1 for n, p in enumerate(pieces) if p.startswith(beginning.encode()))


def test_a_line_off_by_one_cent_is_named() -> None:
    content = changed(W10, "*150*53.31*", "*150*53.32*")
    line, claim = faults(content)
    assert (line.code, line.element, line.expected) == ("BAL-S", "SVC03", "53.31")
    assert line.segment_number == place_of(content, "SVC*HC:20610")
    assert "line 2" in line.message
    assert "off by 0.01" in line.message
    assert line.claim_number == "SFM1001"
    assert (claim.code, claim.element) == ("BAL-C2", "CLP04")


def test_an_adjustment_off_by_one_cent_unbalances_line_and_claim() -> None:
    found = faults(changed(W10, "CAS*CO*45*82*", "CAS*CO*45*82.01*"))
    assert [fault.code for fault in found] == ["BAL-S", "BAL-C"]


def test_a_claim_payment_off_by_one_cent_is_named() -> None:
    content = changed(W10, "*390*161.5*", "*390*161.49*")
    found = faults(content)
    assert [fault.code for fault in found] == ["BAL-C", "BAL-C2", "BAL-T"]
    assert found[0].segment_number == place_of(content, "CLP*")
    assert found[0].expected == "161.50"


def test_a_claim_charge_off_by_one_cent_is_named() -> None:
    found = faults(changed(W10, "*1*390*", "*1*390.01*"))
    assert [(fault.code, fault.element) for fault in found] == [
        ("BAL-C", "CLP04"),
        ("BAL-C2", "CLP03"),
    ]


def test_a_payment_off_by_one_cent_is_named() -> None:
    (fault,) = faults(changed(W10, "BPR*I*161.5*", "BPR*I*161.51*"))
    assert (fault.code, fault.segment_number, fault.expected) == ("BAL-T", 2, "161.50")


def test_a_provider_adjustment_off_by_one_cent_unbalances_the_payment() -> None:
    (fault,) = faults(changed(worked("w20"), "*-1.25", "*-1.26"))
    assert fault.code == "BAL-T"


def test_a_patient_share_off_by_one_cent_is_only_a_warning() -> None:
    (fault,) = faults(changed(W10, "*161.5*41.2*", "*161.5*41.21*"))
    assert (fault.code, fault.severity, fault.expected) == ("BAL-PR", "W", "41.20")


def test_a_reversal_may_leave_out_the_patient_share_or_negate_it() -> None:
    w15 = worked("w15")
    assert faults(w15) == []
    assert faults(changed(w15, "*22*-300*-175**", "*22*-300*-175*-25*")) == []
    assert faults(changed(w15, "*22*-300*-175**", "*22*-300*-175*999*")) == []


def test_claim_level_adjustments_count_once() -> None:
    content = changed(worked("w12"), "CAS*CO*197*950~\nREF", "REF")
    content = changed(content, "SVC*HC:73721:RT*950*0*", "SVC*HC:73721:RT*950*950*")
    content = changed(
        content, "*12*ICN20261105003*11*1~\n", "*12*ICN20261105003*11*1~\nCAS*CO*197*950~\n"
    )
    assert faults(content) == []


def test_a_payment_below_nothing_is_an_error_and_of_nothing_needs_its_codes() -> None:
    negative = changed(worked("w16a"), "BPR*H*0*C*NON", "BPR*H*-115*C*NON")
    assert {"BAL-0", "BAL-T"} == {fault.code for fault in faults(negative)}
    (fault,) = faults(changed(worked("w12"), "*C*NON*", "*C*CHK*"))
    assert (fault.code, fault.severity, fault.element) == ("BAL-0", "W", "BPR04")
    (fault,) = faults(changed(worked("w12"), "BPR*H*0", "BPR*I*0"))
    assert (fault.code, fault.severity, fault.element) == ("BAL-0", "W", "BPR01")


def test_a_provider_adjustment_of_nothing_is_a_warning() -> None:
    content = changed(worked("w23"), "CT:CAP202611*-5000", "CT:CAP202611*-5000*WO:X*0")
    (fault,) = faults(content)
    assert (fault.code, fault.severity, fault.segment_id) == ("BAL-0", "W", "PLB")


def test_reason_45_over_the_whole_charge_is_a_warning() -> None:
    (fault,) = faults(changed(worked("w12"), "CAS*CO*197*950", "CAS*CO*45*950"))
    assert (fault.code, fault.severity) == ("BAL-0", "W")


def test_the_remittance_of_w29_does_not_balance() -> None:
    content = changed(worked("w17"), "BPR*I*320*", "BPR*I*330*")
    (fault,) = faults(content)
    assert fault.code == "BAL-T"
    assert "off by 10" in fault.message


def test_a_payer_without_a_contact_is_only_a_warning() -> None:
    (fault,) = faults(without(W10, "PER*BL"))
    assert (fault.code, fault.severity, fault.segment_id) == ("S3", "W", "PER")


@pytest.mark.parametrize("amount", ["1E2", "1,5", "abc", "NaN"])
def test_an_amount_that_is_none_is_a_fault_and_never_an_exception(amount: str) -> None:
    found = faults(changed(W10, "BPR*I*161.5*", f"BPR*I*{amount}*"))
    assert ("E6", "BPR02") in {(fault.code, fault.element) for fault in found}
