"""A guide's table finds what is missing, out of place, too often or badly formed, and where."""

import pytest

import x12
from tests.x12.files import changed, joined, recounted, segments, without, worked
from x12 import Fault
from x12.delimiters import DEFAULT
from x12.guides import GUIDES
from x12.matching import Loop

W01, W02, W10, W32 = (worked(name) for name in ("w01", "w02", "w10", "w32"))


def structural(content: bytes) -> list[Fault]:
    return [f for f in x12.check_bytes(recounted(content)) if f.code[0] in "SE"]


@pytest.mark.parametrize(
    ("name", "beginning", "loop"),
    [
        ("w01", "BHT", "HEADER"),
        ("w01", "NM1*41", "1000A"),
        ("w01", "PER*IC", "1000A"),
        ("w01", "NM1*40", "1000B"),
        ("w01", "NM1*85", "2010AA"),
        ("w01", "N3*100", "2010AA"),
        ("w01", "N4*ANYTOWN", "2010AA"),
        ("w01", "REF*EI", "2010AA"),
        ("w01", "SBR", "2000B"),
        ("w01", "NM1*IL", "2010BA"),
        ("w01", "NM1*PR", "2010BB"),
        ("w01", "CLM", "2300"),
        ("w01", "HI", "2300"),
        ("w01", "LX*2", "2400"),
        ("w01", "SV1", "2400"),
        ("w01", "DTP*472", "2400"),
        ("w02", "PAT", "2000C"),
        ("w02", "NM1*QC", "2010CA"),
        ("w02", "DMG", "2010CA"),
        ("w03", "OI", "2320"),
        ("w03", "DTP*573", "2430"),
        ("w10", "BPR", "HEADER"),
        ("w10", "TRN", "HEADER"),
        ("w10", "N1*PR", "1000A"),
        ("w10", "N1*PE", "1000B"),
        ("w10", "LX", "2000"),
        ("w10", "NM1*QC", "2100"),
        ("w31", "AK1", "HEADER"),
        ("w31", "IK5", "IK5"),
        ("w31", "AK9", "AK9"),
        ("w32", "BHT", "HEADER"),
        ("w32", "DTP*050", "2000A"),
        ("w32", "NM1*41", "2000B"),
        ("w32", "TRN*2*B", "2000B"),
        ("w32", "TRN*2*SFM1002", "2000D"),
        ("w32", "STC*A7", "2000D"),
    ],
)
def test_a_missing_segment_is_named_with_its_loop(name: str, beginning: str, loop: str) -> None:
    found = structural(without(worked(name), beginning))
    missing = [fault for fault in found if fault.code == "S3"]
    segment_id = beginning.split("*", maxsplit=1)[0]
    assert (segment_id, loop) in {(fault.segment_id, fault.loop_id) for fault in missing}
    assert len(found) <= 3, "one mistake is not told as many"


def test_the_place_of_a_missing_segment_is_where_it_should_stand() -> None:
    found = structural(without(W02, "N4*ANYTOWN*CO*800012222"))
    (fault,) = found
    assert (fault.code, fault.segment_id, fault.segment_number) == ("S3", "N4", 20)
    assert fault.claim_number == ""


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ("CLM*SFM1001*", "CLM**", "E1", "CLM01"),
        ("SV1*HC:99214", "SV1*QQ:99214", "E7", "SV101-1"),
        ("SV1*HC:99214:25", "SV1*HC:99214:255", "E5", "SV101-3"),
        ("*UN*1***1:2", "*XX*1***1:2", "E7", "SV103"),
        ("*UN*1***1:2", "*UN*one***1:2", "E6", "SV104"),
        ("DMG*D8*19500412", "DMG*D8*19500230", "E8", "DMG02"),
        ("DTP*472*D8*20261102", "DTP*472*D8*20261131", "E8", "DTP03"),
        ("DTP*472*D8*20261102", "DTP*472*RD8*20261102", "E8", "DTP03"),
        ("*20261123*0930*CH", "*20261123*2530*CH", "E9", "BHT05"),
        ("CLM*SFM1001*", f"CLM*{'A' * 39}*", "E5", "CLM01"),
        ("NM1*IL*1*TESTPATIENT", f"NM1*IL*1*{'A' * 61}", "E5", "NM103"),
        ("N4*ANYTOWN*CO*800015678", "N4*A*CO*800015678", "E4", "N402".replace("2", "1")),
        ("*Y*A*Y*Y~", "*Q*A*Y*Y~", "E7", "CLM06"),
        ("NM1*IL*1*", "NM1*IL*3*", "E7", "NM102"),
        ("NM1*85*2*SUMMIT", "NM1*85*2*SUM\x07MIT", "E6", "NM103"),
    ],
)
def test_a_badly_formed_element_is_named(old: str, new: str, code: str, element: str) -> None:
    found = structural(changed(W01, old, new))
    assert (code, element) in {(fault.code, fault.element) for fault in found}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("content", "after", "extra", "code"),
    [
        (W01, "CLM*", "ZZZ*1", "S1"),
        (W01, "CLM*", "CLP*1", "S1"),
        (W01, "HI*", "DTP*431*D8*20261101", "S7"),
        (W01, "NM1*41*", "N3*1 STREET", "S2"),
        (W01, "CLM*", "AMT*F5*1", ""),
        (W01, "REF*EI*", "REF*EI*841234567", "S5"),
        (W10, "BPR*", "BPR*I*161.5*C*CHK************20261116", "S5"),
        (W10, "CLP*", "PLB*2000000010*20261231*WO:A*1", "S3"),
    ],
)
def test_a_segment_too_many_or_out_of_place_is_named(
    content: bytes, after: str, extra: str, code: str
) -> None:
    pieces = segments(content)
    place = next(n for n, piece in enumerate(pieces) if piece.startswith(after.encode()))
    found = structural(joined([*pieces[: place + 1], extra.encode(), *pieces[place + 1 :]]))
    assert (code in {fault.code for fault in found}) if code else found == []


def test_numbers_of_a_claim_may_come_in_any_order() -> None:
    both = "REF*F8*ICN20261105003~\nREF*G1*AUTH778899"
    content = changed(worked("w05"), "REF*G1*AUTH778899~\nREF*F8*ICN20261105003", both)
    assert structural(content) == []


def test_roles_of_a_claim_may_come_in_any_order() -> None:
    w05 = worked("w05")
    rendering = "NM1*82*1*REYES*ANA****XX*2000000028~\n"
    content = changed(changed(w05, rendering, ""), "NM1*DN*", rendering + "NM1*DN*")
    assert structural(content) == []


def test_more_than_fifty_lines_are_too_many() -> None:
    line = b"LX*%d~\nSV1*HC:99213*1*UN*1***1~\nDTP*472*D8*20261102~\n"
    lines = b"".join(line % number for number in range(4, 53))
    content = changed(W01, "SE*37", lines.decode() + "SE*37")
    assert "S4" in {fault.code for fault in structural(content)}


def test_a_dropped_level_does_not_hide_what_follows() -> None:
    found = structural(without(W01, "HL*2*1*22"))
    assert [(fault.code, fault.segment_id) for fault in found if fault.code == "S3"] == [
        ("S3", "HL")
    ]


def test_loops_are_known_by_position_for_an_acknowledgement() -> None:
    (found,) = x12.read_interchanges(W02)
    loops = x12.loops_of(found.transactions[0])
    assert loops[20] == "2010CA"
    assert loops[22] == "2300"
    assert set(loops) == set(range(1, 36))


def test_a_component_separator_in_a_simple_element_is_a_warning() -> None:
    (fault,) = structural(changed(W01, "REF*6R*SFM1001L1", "REF*6R*SFM:1001L1"))
    assert (fault.code, fault.severity) == ("E6", "W")


def test_every_pattern_of_every_table_can_be_made() -> None:
    def count(loop: Loop) -> int:
        return len(loop.nodes) + sum(count(inner) for inner in loop.loops)

    sizes = {code: count(guide.table.matcher(DEFAULT).root) for (code, _), guide in GUIDES.items()}
    assert sizes["837"] > 200
    assert all(size > 5 for size in sizes.values())
