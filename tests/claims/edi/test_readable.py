"""A claim's segments in words, for people who read no X12."""

import pytest

from claims.edi.readable import readable


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("CLM*C7K2M9QX4TBR*350***11:B:1*Y*A*Y*Y", "Claim",
         "C7K2M9QX4TBR, $350, place of service 11, original"),
        ("CLM*C1*80***22:B:7*Y*A*Y*Y", "Claim",
         "C1, $80, place of service 22, replaces an earlier one"),
        ("HI*ABK:M1711*ABF:I10", "Diagnoses", "M17.11, I10"),
        ("SV1*HC:99214:25*200*UN*1***1:2", "Service",
         "99214-25, $200, units 1, for diagnosis A, B"),
        ("NM1*85*2*SUMMIT FAMILY*****XX*2000000010", "Name",
         "billing provider: SUMMIT FAMILY, NPI 2000000010"),
        ("NM1*IL*1*TESTPATIENT*JOAN*Q***MI*1EG4TE5MK73", "Name",
         "subscriber: JOAN Q TESTPATIENT, id 1EG4TE5MK73"),
        ("SBR*P*18*******MB", "Insurance",
         "first payer; insured: the patient; claim filing code MB"),
        ("DTP*472*D8*20261102", "Date", "service: 11/02/2026"),
        ("DTP*472*RD8*20261102-20261104", "Date", "service: 11/02/2026 to 11/04/2026"),
        ("REF*6R*L1", "Number", "our line number: L1"),
        ("DMG*D8*19500412*F", "Person", "born 04/12/1950, female"),
        ("CAS*CO*45*152**253*3.17", "Adjusted", "CO-45 $152; CO-253 $3.17"),
        ("CLM", "Claim", ", $, place of service , "),
    ],
)  # fmt: skip
def test_a_segment_says_what_it_means(text: str, name: str, words: str) -> None:
    (found,) = readable([text])
    assert (found.text, found.name, found.words) == (text, name, words)


def test_a_segment_that_is_not_known_is_shown_as_it_is() -> None:
    (found,) = readable(["ZZZ*1"])
    assert (found.text, found.name, found.words) == ("ZZZ*1", "", "")


def test_levels_claims_and_lines_begin_a_part() -> None:
    parts = [one.starts_part for one in readable(["HL*2*1*22*0", "N3*1 MAIN ST", "CLM*C1", "LX*1"])]
    assert parts == [True, False, True, True]
