"""Claim data to segments, one group at a time."""

from typing import Any

import pytest

from claims.edi.situational import (
    claim_roles,
    claim_segments,
    patient_segment,
    payer_numbers,
    property_casualty,
)
from claims.edi.situational_line import drug_numbers, line_roles, line_segments
from tests.claims.claim_data_strategies import CASES, PERSON, PLACE
from tests.claims.paper.snapshots import W01, line


def told(segments: Any) -> list[str]:
    return ["*".join(segment) for segment in segments]


def visit(**groups: Any) -> dict[str, Any]:
    rows = {key: row if isinstance(row, list) else [row] for key, row in groups.items()}
    return {**W01, "claim_data": rows}


def service(**groups: Any) -> dict[str, Any]:
    rows = {key: row if isinstance(row, list) else [row] for key, row in groups.items()}
    return line(1, claim_data=rows)


@pytest.mark.parametrize(
    ("groups", "segments"),
    [
        ({"dates": {"onset": "2026-10-01", "last_seen": "2026-10-05"}},
         ["DTP*431*D8*20261001", "DTP*304*D8*20261005"]),
        ({"work": {"from": "2026-10-01", "to": "2026-10-09"}}, ["DTP*314*RD8*20261001-20261009"]),
        ({"work": {"from": "2026-10-01"}}, ["DTP*360*D8*20261001"]),
        ({"work": {"to": "2026-10-09", "last_worked": "2026-09-30"}},
         ["DTP*361*D8*20261009", "DTP*297*D8*20260930"]),
        ({"hospital": {"admitted": "2026-10-01", "discharged": "2026-10-04"}},
         ["DTP*435*D8*20261001", "DTP*096*D8*20261004"]),
        ({"attachments": [{"type": "OZ", "way": "FX", "number": "A1"},
                          {"type": "B3", "way": "AA"}]},
         ["PWK*OZ*FX***AC*A1", "PWK*B3*AA"]),
        ({"contract": {"type": "04", "amount": "80.00", "code": "C9"}}, ["CN1*04*80**C9"]),
        ({"numbers": {"mammography": "M1", "exception": "3", "medical_record": "MR"}},
         ["REF*4N*3", "REF*EW*M1", "REF*EA*MR"]),
        ({"state_data": [{"text": "ABC"}]}, ["K3*ABC"]),
        ({"ambulance": {"reason": "A", "miles": "12.5", "weight": "150"}},
         ["CR1*LB*150**A*DH*12.5"]),
        ({"ambulance_conditions": {"applies": "Y", "conditions": ["04", "09"]}},
         ["CRC*07*Y*04*09"]),
        ({"spine": {"condition": "A", "first": "NECK"}}, ["CR2********A**NECK"]),
        ({"home": {"homebound": "Y"}}, ["CRC*75*Y*IH"]),
        ({"epsdt": {"referred": "N", "conditions": ["NU"]}}, ["CRC*ZZ*N*NU"]),
        ({"vision": {"what": "E1", "applies": "Y", "reasons": ["L2"]}}, ["CRC*E1*Y*L2"]),
        ({"anesthesia": {"codes": ["27447", "20610"]}}, ["HI*BP:27447*BO:20610"]),
        ({"conditions": {"codes": ["W2", "W3"]}}, ["HI*BG:W2*BG:W3"]),
        ({"repricing": {"method": "02", "allowed": "90.50", "refused": "T1"}},
         ["HCP*02*90.5***********T1"]),
    ],
)  # fmt: skip
def test_a_group_of_the_visit_is_its_segments(groups: Any, segments: list[str]) -> None:
    assert told(claim_segments(visit(**groups))) == segments


@pytest.mark.parametrize(
    ("groups", "segments"),
    [
        ({"dates": {"therapy_began": "2026-09-01", "shipped": "2026-10-05"}},
         ["DTP*463*D8*20260901", "DTP*011*D8*20261005"]),
        ({"numbers": {"authorization": "P1", "vaccine_lot": "L9"}}, ["REF*G1*P1", "REF*BT*L9"]),
        ({"equipment": {"days": "30", "rental": "50.00", "purchase": "400.00", "frequency": "4"}},
         ["SV5*HC:99213*DA*30*50*400*4"]),
        ({"certification": {"kind": "I", "months": "12"}}, ["CR3*I*MO*12"]),
        ({"certificate": {"way": "AD"}}, ["PWK*CT*AD"]),
        ({"equipment_condition": {"applies": "Y", "conditions": ["38"]}}, ["CRC*09*Y*38"]),
        ({"hospice": {"employed": "N"}}, ["CRC*70*N*65"]),
        ({"results": {"kind": "TR", "what": "R1", "value": "11.2"}}, ["MEA*TR*R1*11.2"]),
        ({"amounts": {"tax": "2.50", "postage": "7.00"}}, ["AMT*T*2.5", "AMT*F4*7"]),
        ({"notes": {"text": "TOLD", "third_party": "SAID"}}, ["NTE*ADD*TOLD", "NTE*TPO*SAID"]),
        ({"anesthesia": {"start": "08:00", "stop": "09:00", "obstetric_units": "2"}}, ["QTY*FL*2"]),
        ({"form": {"kind": "UT", "number": "484.03"},
          "answers": [{"question": "1A", "text": "56"}, {"question": "5", "date": "2026-10-01"}]},
         ["LQ*UT*484.03", "FRM*1A**56", "FRM*5***20261001"]),
    ],
)  # fmt: skip
def test_a_group_of_a_line_is_its_segments(groups: Any, segments: list[str]) -> None:
    assert told(line_segments(service(**groups))) == segments


def test_an_accident_has_its_day_and_the_carriers_number_stands_with_the_patient() -> None:
    snapshot = {**W01, "case": CASES[1]}
    assert told(claim_segments(snapshot)) == ["DTP*439*D8*20261030"]
    assert told(property_casualty(snapshot))[0] == "REF*Y4*WC12345"
    assert property_casualty(W01) == ()


def test_death_weight_and_pregnancy_stand_in_one_segment() -> None:
    died = {**W01["patient"], "deceased_on": "2026-11-20"}
    snapshot = {**visit(patient={"weight": "150", "pregnant": "Y"}), "patient": died}
    assert told(patient_segment(snapshot)) == ["PAT*****D8*20261120*01*150*Y"]
    assert patient_segment(W01) == ()


def test_who_took_part_in_a_line_comes_in_the_order_of_the_guide() -> None:
    found = service(purchased={"amount": "9.00"}) | {
        "purchased_from": PLACE, "facility": PLACE, "supervising_provider": PERSON,
        "referring_provider": PERSON,
    }  # fmt: skip
    loops = [segment[1] for segment in line_roles(found, PERSON) if segment[0] == "NM1"]
    assert loops == ["QB", "77", "DQ", "DK", "DN"]
    assert "PS1*2000000036*9" in told(line_segments(found))


def test_primary_care_comes_first_and_only_beside_who_referred() -> None:
    alone = {**W01, "primary_care_provider": PERSON, "supervising_provider": PERSON}
    assert [s[1] for s in claim_roles(alone)] == ["DQ"]
    both = alone | {"referring_provider": PERSON}
    assert [s[1] for s in claim_roles(both)] == ["P3", "DQ"]


def test_a_prescription_and_the_payers_other_numbers_have_their_qualifiers() -> None:
    assert told(drug_numbers(service(drug={"prescription": "RX1"}))) == ["REF*XZ*RX1"]
    assert told(payer_numbers(visit(payer={"office": "12", "provider": "P9"}))) == [
        "REF*FY*12", "REF*G2*P9",
    ]  # fmt: skip


def test_a_snapshot_of_schema_1_has_none_of_it() -> None:
    assert claim_segments(W01) == ()
    assert claim_roles(W01) == ()
    assert line_segments(line(1)) == ()
    assert line_roles(line(1), None) == ()


def test_amounts_have_no_zeros_behind() -> None:
    found = told(line_segments(service(amounts={"tax": "12.50", "postage": "3.00"})))
    assert found == ["AMT*T*12.5", "AMT*F4*3"]
