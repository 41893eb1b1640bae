"""837I: a hospital's claims read as they are meant, their mistakes found before they leave."""

from datetime import date, datetime
from decimal import Decimal

import pytest

import x12
from tests.x12.files import changed, recounted, without, worked
from x12.transactions.claim_837i.model import (
    CodedDiagnosis,
    CodedProcedure,
    InstitutionalClaim,
    Occurrence,
    ValueCode,
)

STAY, OUTPATIENT = worked("i01"), worked("i02")


def claim_of(content: bytes) -> InstitutionalClaim:
    (found,) = x12.read_interchanges(content)
    (claim,) = found.transactions[0].record.claims()
    return claim  # type: ignore[no-any-return]


def codes(content: bytes) -> list[str]:
    return [fault.code for fault in x12.check_bytes(recounted(content))]


def test_a_stay_says_when_why_and_what_was_done() -> None:
    claim = claim_of(STAY)
    assert (claim.type_of_bill, claim.drg_code) == ("111", "287")
    assert (claim.statement_from, claim.statement_to) == (date(2026, 10, 12), date(2026, 10, 14))
    assert claim.admitted_at == datetime(2026, 10, 12, 10, 30)
    assert claim.principal_diagnosis == CodedDiagnosis("I2510", "Y")
    assert claim.other_diagnoses == (CodedDiagnosis("E119", "Y"), CodedDiagnosis("D649", "N"))
    assert claim.procedures == (CodedProcedure("4A023N7", date(2026, 10, 13)),)
    assert claim.occurrences == (Occurrence("11", date(2026, 10, 12)),)
    assert claim.value_codes == (ValueCode("80", Decimal(2)),)
    assert claim.condition_codes == ("17",)
    assert [line.revenue_code for line in claim.lines] == ["0120", "0300", "0250"]


def test_an_outpatient_claim_to_the_next_payer_carries_the_first_ones_decision() -> None:
    claim = claim_of(OUTPATIENT)
    (other,) = claim.other_payers
    assert (other.paid_amount, other.remaining_amount) == (288, 72)
    assert [line.adjudications[0].revenue_code for line in claim.lines] == ["0450", "0320"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("CLM*SFI2001*4525.5*", "CLM*SFI2001*4525.49*", "C-TOTAL"),
        ("*11:A:1*", "*1:A:1*", "C-TOB"),
        ("*11:A:1*", "*11:A:7*", "C-F8"),
        ("*11:A:1*", "*11:A:W*", "C-FREQUENCY"),
        ("DTP*435*DT*202610121030~\n", "", "C-ADMISSION"),
        ("RD8*20261012-20261014~\nDTP*435", "RD8*20261014-20261012~\nDTP*435", "C-DATE"),
        ("DTP*435*DT*202610121030", "DTP*435*DT*202610151030", "C-DATE"),
        ("D8*19500412", "D8*20261013", "C-DATE"),
        ("ABK:I2510", "ABK:I25.10", "C-ICD"),
        ("ABF:E119", "ABF:I2510", "C-DX"),
        ("BBR:4A023N7", "BBR:4A023NO", "C-PCS"),
        ("XX*2000000028", "XX*2000000029", "C-NPI"),
        ("SV2*0120*", "SV2*120*", "C-REVENUE"),
        ("*3600*DA*2", "*3600*DA*0", "C-UNITS"),
        ("*345.5*UN*1", "*345.5*UN*1**346", "C-CHARGE"),
        ("LX*3", "LX*4", "C-LX"),
        ("REF*6R*SFI2001L2", "REF*6R*SFI2001L1", "C-6R"),
        ("DTP*472*D8*20261012", "DTP*472*D8*20261020", "C-DATE"),
        ("BE:80:::2", "BE:80:::2*BE:80:::3", "C-CODE"),
        ("ABK:I2510:::::::Y", "ABK:I2510:::::::X", "E7"),
        ("CL1*1*1*01", "CL1**1*01", "E1"),
        ("NM1*85*2", "NM1*85*1", "E7"),
    ],
)
def test_a_mistake_in_a_hospitals_claim_is_found(old: str, new: str, code: str) -> None:
    assert code in codes(changed(STAY, old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("SVD*01112*208*", "SVD*01112*207*", "C-COB-LINE"),
        ("AMT*D*288", "AMT*D*287", "C-COB-PAID"),
        ("SVD*01112*80*", "SVD*01113*80*", "C-COB-PAYER"),
        ("HC:99284:25*520", "HC:99284:25:25*520", "C-MODIFIER"),
    ],
)
def test_what_another_payer_decided_must_balance(old: str, new: str, code: str) -> None:
    assert code in codes(changed(OUTPATIENT, old, new))


@pytest.mark.parametrize("beginning", ["CL1", "DTP*434", "HI*ABK", "SV2*0300"])
def test_what_every_claim_needs_is_missed(beginning: str) -> None:
    assert "S3" in codes(without(STAY, beginning))


def test_segments_without_a_field_are_kept_and_written_back_in_their_place() -> None:
    content = changed(STAY, "REF*EA*MR1001~\n", "REF*EA*MR1001~\nK3*FREE TEXT~\nNTE*UPI*SEE IT~\n")
    content = recounted(changed(content, "HI*BG:17~\n", "HI*BG:17~\nHI*TC:A01~\n"))
    assert x12.check_bytes(content) == []
    claim = claim_of(content)
    assert [kept[0] for kept in claim.extra] == ["K3", "NTE", "HI"]
    (found,) = x12.read_interchanges(content)
    head = x12.Envelope("HOSPITAL01", "OPENCH01", datetime(2026, 11, 2, 9, 30), 101, 1, usage="T")
    assert (
        x12.write_interchange(head, [found.transactions[0].record]).split(b"ST*")[1]
        == (content.split(b"ST*")[1])
    )
