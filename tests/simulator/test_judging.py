"""What the simulator says to a file: TA1, 999, and the two 277CA."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import x12
from tests.simulator.files import PROVIDER, Visit, claims_file, recounted
from tests.simulator.world import World


def statuses(world: World, speaker: str) -> dict[str, str]:
    """CLM01 to category:status:entity, as one speaker's last 277CA has it."""
    records = [one for one in world.records("277CA") if one.source_entity == speaker]
    return {
        claim.patient_control_number: ":".join(
            filter(None, (s.category_code, s.status_code, s.entity_code))
        )
        for record in records
        for claim in record.claims
        for s in claim.statuses
    }


def ta1(world: World) -> tuple[str, str]:
    (content,) = world.files("TA1")
    (found,) = x12.read_interchanges(content)
    return found.ta1[0].verdict, found.ta1[0].note_code


def test_a_good_file_gets_999_both_277ca_and_an_835_and_no_ta1_it_did_not_ask_for(
    world: World,
) -> None:
    world.answer_to(claims_file([Visit("C1"), Visit("C2", payer_id="MCRPB", filing_code="MB")]))
    assert [x12_kind(content) for content in world.files()] == [
        "999", "277", "277", "277", "835", "835",
    ]  # fmt: skip
    assert statuses(world, "AY") == {"C1": "A1:19:40", "C2": "A1:19:40"}
    assert statuses(world, "PR") == {"C1": "A2:20:PR", "C2": "A2:20:PR"}
    (one,) = [r for r in world.records("277CA") if r.source_id == "12345"]
    assert one.batch_reference == "B000000101"
    assert one.claims[0].payer_claim_number.startswith("12345")


def x12_kind(content: bytes) -> str:
    (found,) = x12.read_interchanges(content)
    return found.transactions[0].set_code if found.transactions else "TA1"


def test_a_ta1_comes_when_it_is_asked_for(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")], asks_for_ta1=True))
    assert ta1(world) == ("A", "000")


@pytest.mark.parametrize(
    ("spoil", "note"),
    [
        (lambda b: b.replace(b"IEA*1*000000101", b"IEA*1*000000109"), "001"),
        (lambda b: b[:400], "023"),
        (lambda b: b.replace(b"OPENCH01       *261123", b"ANOTHER        *261123"), "008"),
        (lambda b: b.replace(b"^*00501*", b"^*00401*"), "003"),
        (lambda b: b.replace(b"GE*1*101~", b"XX*1~GE*1*101~"), "024"),
        (lambda b: b"Dear payer, please find our claims attached. " * 5, "022"),
    ],
)
def test_a_broken_envelope_is_rejected_by_ta1_and_nothing_else_is_said(
    world: World, spoil: Any, note: str
) -> None:
    world.answer_to(spoil(claims_file([Visit("C1")])))
    assert ta1(world) == ("R", note)
    assert len(world.files()) == 1


def test_the_same_interchange_again_is_a_duplicate(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")]), "first")
    world.answer_to(claims_file([Visit("C1")]), "second")
    assert ta1(world) == ("R", "025")
    assert len(world.records("835")) == 1


def test_a_bad_date_rejects_the_set_and_names_segment_element_and_claim(world: World) -> None:
    content = claims_file([Visit("C1"), Visit("C2", child="LILY")])
    broken = content.replace(b"DMG*D8*20180903*F", b"DMG*D8*20181303*F")
    world.answer_to(broken)
    (answer,) = world.records("999")
    assert (answer.verdict, answer.accepted_count) == ("R", 0)
    (error,) = answer.sets[0].errors
    assert (error.segment_id, error.error_code, error.context) == ("DMG", "8", "C2")
    segments = broken.decode().split("~\n")
    start = next(n for n, text in enumerate(segments) if text.startswith("ST*"))
    assert segments[start + error.position - 1] == "DMG*D8*20181303*F"
    assert [(e.position, e.error_code) for e in error.elements] == [(2, "8")]
    assert [x12_kind(c) for c in world.files()] == ["999"], "a rejected set is answered no further"


def test_a_missing_segment_is_named_with_its_loop(world: World) -> None:
    content = claims_file([Visit("C1")]).replace(b"HI*ABK:J020~\n", b"")
    world.answer_to(recounted(content.replace(b"SBR*P*18*******CI~\n", b"")))
    (answer,) = world.records("999")
    found = {(e.segment_id, e.error_code) for e in answer.sets[0].errors}
    assert ("SBR", "3") in found
    assert answer.sets[0].set_error_codes == ("5",)


def test_a_patient_without_a_zip_goes_back_in_the_277ca(world: World) -> None:
    content = claims_file([Visit("C1"), Visit("C2", child="LILY")])
    dated = b"800015678~\nDMG*D8*20180903*F"
    assert dated in content
    world.answer_to(content.replace(b"*" + dated, dated.removeprefix(b"800015678")))
    assert statuses(world, "AY") == {"C1": "A1:19:40", "C2": "A6:500:QC"}


def test_one_bad_set_of_two_is_rejected_partly(world: World) -> None:
    first = claims_file([Visit("C1")]).decode()
    second = claims_file([Visit("C2")]).decode().replace("*0001", "*0002")
    body = second[second.index("ST*") : second.index("GE*")].replace("\nSE*", "\nZZ*1~\nSE*")
    world.answer_to(first.replace("GE*1", body + "GE*2").encode())
    (answer,) = world.records("999")
    assert answer.verdict == "P"
    assert [one.verdict for one in answer.sets] == ["A", "R"]
    assert "4" in answer.sets[1].set_error_codes, "SE01 counts one segment too few"
    assert set(statuses(world, "AY")) == {"C1"}


def test_a_file_of_another_kind_is_rejected_by_999(world: World) -> None:
    content = claims_file([Visit("C1")]).replace(b"GS*HC*", b"GS*HI*")
    world.answer_to(content)
    (answer,) = world.records("999")
    assert (answer.verdict, answer.group_error_codes) == ("R", ("1",))


@pytest.mark.parametrize(
    ("visit", "status"),
    [
        (Visit("C1", payer_id="NOBODY"), "A7:153:PR"),
        (Visit("C1", total="999"), "A8:178"),
        (Visit("C1", frequency_code="7"), "A6:464"),
    ],
)
def test_the_clearinghouse_rejects_what_it_can_see(world: World, visit: Visit, status: str) -> None:
    world.answer_to(claims_file([visit, Visit("C2", day=date(2026, 11, 3))]))
    assert statuses(world, "AY") == {"C1": status, "C2": "A1:19:40"}
    assert set(statuses(world, "PR")) == {"C2"}, "what was rejected is not passed on"
    (paid,) = world.records("835")
    assert [claim.patient_control_number for claim in paid.claims] == ["C2"]


def test_a_wrong_npi_of_the_billing_provider_rejects_its_claims(world: World) -> None:
    provider = replace(PROVIDER, npi="2000000011")
    world.answer_to(claims_file([Visit("C1")], provider=provider))
    assert statuses(world, "AY") == {"C1": "A7:562:85"}


def test_the_payer_rejects_a_day_to_come(world: World) -> None:
    world.answer_to(claims_file([Visit("C1", day=date(2026, 12, 24))]))
    assert statuses(world, "PR") == {"C1": "A7:187"}


def test_the_same_claim_again_is_a_duplicate_unless_it_was_denied_or_rejected(
    world: World,
) -> None:
    world.configure(scenarios={"DENIED": "deny_co16", "WRONG": "reject_payer"})
    world.reopen()
    visits = [Visit("PAID"), Visit("DENIED"), Visit("WRONG")]
    world.answer_to(claims_file(visits), "first")
    world.answer_to(claims_file(visits, control_number=102), "second")
    assert statuses(world, "PR") == {"PAID": "A3:54", "DENIED": "A2:20:PR", "WRONG": "A2:20:PR"}
    again = world.records("835")[-1]
    assert {c.patient_control_number: c.paid_amount > 0 for c in again.claims} == {
        "DENIED": True,
        "WRONG": True,
    }


@pytest.mark.parametrize(
    ("fate", "speaker", "status", "paid"),
    [
        ("reject_clearinghouse", "AY", "A3:562:82", 0),
        ("reject_payer", "PR", "A7:164:IL", 0),
        ("pend", "PR", "A1:19:PR", 1),
        ("silent", "AY", "A1:19:40", 0),
    ],
)
def test_a_fate_can_be_forced(
    world: World, fate: str, speaker: str, status: str, paid: int
) -> None:
    world.configure(scenarios={"AHP222333444": fate})
    world.reopen()
    world.answer_to(claims_file([Visit("C1")]))
    assert statuses(world, speaker)["C1"] == status
    assert len(world.records("835")) == paid
    if fate == "silent":
        assert statuses(world, "PR") == {}


def test_a_fate_rejects_the_whole_set_once(world: World) -> None:
    world.configure(scenarios={"C2": "reject_file"})
    world.reopen()
    visits = [Visit("C1"), Visit("C2")]
    world.answer_to(claims_file(visits))
    assert [one.sets[0].verdict for one in world.records("999")] == ["R"]
    assert world.records("277CA") == []
    world.answer_to(claims_file(visits, control_number=102), "again")
    assert [one.sets[0].verdict for one in world.records("999")] == ["R", "A"]
    assert statuses(world, "PR") == {"C1": "A2:20:PR", "C2": "A2:20:PR"}


def test_amounts_of_a_277ca_add_up_and_every_answer_is_clean(world: World) -> None:
    world.configure(
        scenarios={"C2": "reject_payer", "C3": "reject_clearinghouse", "C4": "deny_co16"}
    )
    world.reopen()
    visits = [Visit(f"C{n}") for n in range(1, 6)]
    world.answer_to(claims_file([*visits, Visit("C6", child="LILY")], asks_for_ta1=True))
    assert {str(fault) for content in world.files() for fault in x12.check_bytes(content)} == set()
    for record in world.records("277CA"):
        assert record.accepted_count + record.rejected_count == len(record.claims)
