"""What payers reject or underpay on in an 837P, found before it leaves (domain B.3 to B.7, C.3)."""

import pytest

import x12
from tests.x12.files import changed, recounted, without, worked
from x12 import Fault
from x12.transactions.claim_837p.check import npi_is_valid

W01, W02, W03, W05 = (worked(name) for name in ("w01", "w02", "w03", "w05"))


def codes(content: bytes) -> list[str]:
    return [fault.code for fault in x12.check_bytes(recounted(content))]


def only(content: bytes) -> Fault:
    (fault,) = x12.check_bytes(recounted(content))
    return fault


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("XX*2000000010", "XX*2000000011", "C-NPI"),
        ("XX*2000000028", "XX*2000000027", "C-NPI"),
        ("REF*EI*841234567", "REF*EI*84123456", "C-TIN"),
        ("ANYTOWN*CO*800011234", "ANYTOWN*CO*80001", "C-ZIP9"),
        ("ANYTOWN*CO*800011234", "ANYTOWN*ZZ*800011234", "C-STATE"),
        ("ANYTOWN*CO*800015678", "ANYTOWN*ZZ*800015678", "C-STATE"),
        ("ANYTOWN*CO*800015678", "ANYTOWN*CO*8000156", "C-ZIP"),
        ("PXC*207Q00000X", "PXC*207Q000000", "C-TAXONOMY"),
        ("N3*100 MAIN ST STE 200", "N3*PO BOX 12", "C-POBOX"),
        ("CLM*SFM1001*390*", "CLM*SFM1001*389.99*", "C-TOTAL"),
        ("*11:B:1*", "*11:B:7*", "C-F8"),
        ("*11:B:1*", "*11:B:8*", "C-F8"),
        ("*11:B:1*", "*1:B:1*", "C-POS"),
        ("ABK:M1711", "ABK:M17.11", "C-ICD"),
        ("ABF:I10", "ABF:M1711", "C-DX"),
        ("*1***1:2~", "*1***1:3~", "C-POINTER"),
        ("*1***1:2~", "*1***1:1~", "C-POINTER"),
        ("*200*UN*1*", "*200*UN*0*", "C-UNITS"),
        ("HC:99214:25*", "HC:99214:25:25*", "C-MODIFIER"),
        ("LX*2", "LX*3", "C-LX"),
        ("REF*6R*SFM1001L2", "REF*6R*SFM1001L1", "C-6R"),
        ("D8*20261102", "D8*20270102", "C-DATE"),
        ("D8*19500412", "D8*20261103", "C-DATE"),
        ("N4*00003029305", "N4*3029305", "C-NDC"),
        ("SBR*P*18*******MB", "SBR*P*18", "C-FILING"),
        ("SBR*P*18*", "SBR*P**", "C-HL"),
        ("DMG*D8*19500412*F~\n", "", "C-DMG"),
    ],
)
def test_a_mistake_in_a_claim_is_found(old: str, new: str, code: str) -> None:
    assert code in codes(changed(W01, old, new))


def test_a_fault_names_the_segment_and_the_claim() -> None:
    fault = only(changed(W01, "HC:20610:RT*150*UN*1***1", "HC:20610:RT*150*UN*1***9"))
    assert (fault.code, fault.element, fault.claim_number) == ("C-POINTER", "SV107", "SFM1001")
    assert fault.segment_number == 27, "the LX of the second line"
    assert fault.loop_id == "2400"


def test_an_original_claim_names_no_earlier_one() -> None:
    assert codes(changed(W05, "*11:B:7*", "*11:B:1*")) == ["C-F8"]


def test_a_dependent_needs_a_patient_level() -> None:
    found = codes(changed(W02, "SBR*P**55001", "SBR*P*18*55001"))
    assert "C-HL" in found


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("HL*2*1*22*1", "HL*2*1*22*0", "HL04"),
        ("HL*3*2*23*0", "HL*3*1*23*0", "HL02"),
        ("HL*3*2*23*0", "HL*4*2*23*0", "HL01"),
        ("HL*2*1*22*1", "HL*2*9*22*1", "HL02"),
    ],
)
def test_levels_are_numbered_and_name_their_parents(old: str, new: str, element: str) -> None:
    found = x12.check_bytes(changed(W02, old, new))
    assert element in {fault.element for fault in found}


def test_a_line_without_a_control_number_is_a_warning() -> None:
    fault = only(without(W01, "REF*6R*SFM1001L1"))
    assert (fault.code, fault.severity) == ("C-6R", "W")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("SVD*MCRPB*101.92*", "SVD*MCRPB*101.93*", {"C-COB-LINE", "C-COB-PAID"}),
        ("CAS*PR*2*26~", "CAS*PR*2*26.01~", {"C-COB-LINE", "C-COB-TOTAL"}),
        ("AMT*D*161.5~", "AMT*D*161.49~", {"C-COB-PAID", "C-COB-TOTAL"}),
        ("SVD*MCRPB*6.27*", "SVD*OTHER*6.27*", {"C-COB-PAYER", "C-COB-PAID", "C-COB-TOTAL"}),
        ("AMT*EAF*1.6~\n", "", {"C-COB-EAF"}),
    ],
)
def test_a_secondary_claim_balances_against_the_first_payer(
    old: str, new: str, expected: set[str]
) -> None:
    assert set(codes(changed(W03, old, new))) == expected


def test_npi_check_digits_of_w07() -> None:
    assert npi_is_valid("1234567893")
    for wrong in ("1234567890", "3234567893", "123456789", "", "12345678９3", "abcdefghij"):
        assert not npi_is_valid(wrong)


def test_one_number_for_two_claims_is_a_warning() -> None:
    start, end = W01.index(b"HL*2*1*22"), W01.index(b"SE*37")
    second = W01[start:end].replace(b"HL*2*", b"HL*3*").replace(b"SFM1001L", b"SFM1002L")
    fault = only(W01[:end] + second + W01[end:])
    assert (fault.code, fault.severity, fault.claim_number) == ("C-CLM01", "W", "SFM1001")
