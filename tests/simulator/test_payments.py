"""Payments: one a payer and day, balanced, each trace once, nothing below zero."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import x12
from simulator.settle import Settling
from tests.simulator.files import Visit, claims_file, recounted
from tests.simulator.world import START, World

D = Decimal
DAY = 86_400
SLOW = {"999": 60, "clearinghouse_277ca": 3600, "payer_277ca": 7200, "835": 3 * DAY}


def test_the_figures_of_a_payment(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")]))
    (paid,) = world.records("835")
    claim = paid.claims[0]
    # A visit of 95 allowed less 30 copay; a test of 16.54 allowed under the deductible of 20.
    assert (paid.payment_amount, claim.patient_responsibility_amount) == (D("65"), D("46.54"))
    assert [line.line_control_number for line in claim.lines] == ["C1L1", "C1L2"]
    assert (paid.payee.identifier, paid.payee.tax_id) == ("2000000010", "841234567")
    assert (paid.payer_identifier, paid.method_code) == ("1841111111", "ACH")
    assert claim.filing_code == "12", "CI is no code of CLP06"


def test_a_deductible_is_used_up_over_the_year(world: World) -> None:
    for number in range(1, 4):
        content = claims_file([Visit(f"C{number}")], control_number=100 + number)
        world.answer_to(content, f"file{number}")
    lines = [record.claims[0].lines[1] for record in world.records("835")]
    taken = [sum(a.amount for a in line.adjustments if a.reason_code == "1") for line in lines]
    assert taken == [D("16.54"), D("3.46"), D(0)]


def test_one_835_a_payer_and_payment_day_with_a_trace_of_its_own(tmp_path: Path) -> None:
    world = World(tmp_path, delays_seconds=SLOW, payment_run="06:00")
    world.send(claims_file([Visit("C1"), Visit("M1", payer_id="MCRPB")]), "monday")
    world.pass_time(hours=3)
    world.send(claims_file([Visit("C2")], control_number=102), "monday_later")
    assert world.pass_time(days=3, hours=9) == (3, "2026-11-27T06:00:00.000000+00:00")
    world.pass_time(days=1)
    paid = world.records("835")
    assert [[c.patient_control_number for c in one.claims] for one in paid] == [
        ["C1", "C2"],
        ["M1"],
    ]
    assert {one.paid_on.isoformat() for one in paid} == {"2026-11-27"}
    assert len({(one.payer_identifier, one.trace_number) for one in paid}) == 2


def test_a_decision_is_taken_back_and_made_again_in_later_payments(tmp_path: Path) -> None:
    world = World(tmp_path, delays_seconds=SLOW, scenarios={"C1": "reverse"})
    world.send(claims_file([Visit("C1")]))
    world.pass_time(days=30)
    paid = world.records("835")
    claims = [record.claims[0] for record in paid]
    assert [(one.status_code, one.paid_amount) for one in claims] == [
        ("1", D("65")),
        ("22", D("-65")),
        ("1", D("65")),
    ]
    assert {one.payer_claim_number for one in claims} == {claims[0].payer_claim_number}
    assert [one.payment_amount for one in paid] == [D("65"), D("0"), D("0")]
    assert x12_faults(world) == set()


def test_another_payers_claim_is_passed_on_undecided(world: World) -> None:
    world.configure(scenarios={"C1": "forward"})
    world.reopen()
    world.answer_to(claims_file([Visit("C1")]))
    (record,) = world.records("835")
    claim = record.claims[0]
    assert (claim.status_code, claim.paid_amount, record.method_code) == ("23", D("0"), "NON")
    assert x12_faults(world) == set()


def x12_faults(world: World) -> set[str]:
    return {str(fault) for content in world.files() for fault in x12.check_bytes(content)}


def test_no_payment_leaves_on_a_weekend(tmp_path: Path) -> None:
    world = World(tmp_path, delays_seconds=SLOW | {"835": 5 * DAY})
    world.send(claims_file([Visit("C1")]))
    world.pass_time(days=10)
    assert [one.paid_on.isoformat() for one in world.records("835")] == ["2026-11-30"]


def test_a_replacement_is_paid_after_the_reversal_of_the_original(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")]), "first")
    number = world.records("835")[0].claims[0].payer_claim_number
    fixed = Visit("C1", (("99215", "300"),), frequency_code="7", earlier_number=number)
    world.answer_to(claims_file([fixed], control_number=102), "second")
    back, again = world.records("835")[1].claims
    assert (back.status_code, back.paid_amount, back.payer_claim_number) == ("22", D(-65), number)
    assert (again.status_code, again.frequency_code) == ("1", "7")
    assert again.paid_amount == D(145)
    assert world.records("835")[1].payment_amount == D(80)
    assert again.payer_claim_number != number


def test_a_void_below_zero_is_carried_and_taken_from_the_next_payment(world: World) -> None:
    world.answer_to(claims_file([Visit("C1")]), "first")
    number = world.records("835")[0].claims[0].payer_claim_number
    void = Visit("C1", frequency_code="8", earlier_number=number)
    world.answer_to(claims_file([void], control_number=102), "second")
    carried = world.records("835")[1]
    assert (carried.payment_amount, carried.method_code) == (D(0), "NON")
    (owed,) = carried.provider_adjustments
    assert (owed.reason_code, owed.amount) == ("FB", D(-65))
    world.answer_to(claims_file([Visit("C9", (("99215", "300"),))], control_number=103), "third")
    after = world.records("835")[2]
    (taken,) = after.provider_adjustments
    assert (taken.reference, taken.amount) == (owed.reference, D(65))
    assert after.payment_amount == D(145 - 65)


def test_a_correction_needs_a_finished_claim_of_that_number(world: World) -> None:
    world.configure(delays_seconds={"835": 120})
    world.reopen()
    world.answer_to(claims_file([Visit("C1")]), "first")
    number = world.records("835")[0].claims[0].payer_claim_number
    fixed = [Visit("C1", frequency_code="7", earlier_number=number) for _ in range(2)]
    stranger = Visit("C2", frequency_code="7", earlier_number=number)
    world.answer_to(claims_file([*fixed, stranger], control_number=102), "second")
    (answer,) = [r for r in world.records("277CA") if r.source_entity == "PR"][1:]
    categories = [claim.statuses[0].category_code for claim in answer.claims]
    assert categories == ["A2", "A8", "A4"]


def test_a_secondary_claim_is_paid_from_what_the_first_left(world: World) -> None:
    content = claims_file([Visit("C1", (("99214-25", "200"),), payer_id="54321", rank="S")])
    loop = (
        b"SBR*P*18*******MB~AMT*D*101.92~OI***Y***Y~NM1*IL*1*NGUYEN*DAVID****MI*1EG4TE5MK73~"
        b"NM1*PR*2*MEDICARE PART B*****PI*MCRPB~LX*1~"
    )
    line = (
        b"REF*6R*C1L1~SVD*MCRPB*101.92*HC:99214:25**1~CAS*CO*45*70**253*2.08~CAS*PR*2*26~"
        b"DTP*573*D8*20261116~\n"
    )
    content = content.replace(b"LX*1~\n", loop).replace(b"REF*6R*C1L1~\n", line)
    world.answer_to(recounted(content))
    assert [one.verdict for one in world.records("999")] == ["A"]
    (paid,) = world.records("835")
    claim = paid.claims[0]
    assert (claim.status_code, claim.paid_amount) == ("2", D(26))
    assert [(a.group_code, a.reason_code, a.amount) for a in claim.lines[0].adjustments] == [
        ("OA", "23", D(174))
    ]


@pytest.mark.parametrize("fate", ["unbalanced_835", "truncated_835", "twice_835"])
def test_a_spoiled_payment_is_alone_in_its_file(world: World, fate: str) -> None:
    world.configure(scenarios={"BAD": fate})
    world.reopen()
    world.answer_to(claims_file([Visit("C1"), Visit("BAD"), Visit("C2")]))
    good, *bad = world.files("835")
    assert x12.check_bytes(good) == []
    assert b"CLP*C1*" in good
    assert b"CLP*C2*" in good
    found = [{fault.code for fault in x12.check_bytes(one)} for one in bad]
    expected = {
        "unbalanced_835": [{"BAL-C", "BAL-C2"}],
        "twice_835": [set(), set()],
    }
    if fate == "truncated_835":
        assert "X-CUT-OFF" in found[0]
    else:
        assert found == expected[fate]
    if fate == "twice_835":
        first, second = world.records("835")[1:]
        assert first == second


def test_the_same_input_at_the_same_virtual_time_gives_the_same_bytes(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        world = World(folder, mix={"pay": 3, "deny_co16": 1, "bundle": 1, "reject_payer": 1})
        world.answer_to(claims_file([Visit(f"C{n}") for n in range(20)], asks_for_ta1=True))
        ids = [row["event_id"] for row in world.service.store.all("SELECT * FROM delivery")]
        seen.append((world.files(), ids))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) == 5


def test_a_restart_loses_nothing_and_repeats_nothing(world: World) -> None:
    world.send(claims_file([Visit("C1")]))
    world.pass_time(seconds=3)
    world.reopen()
    assert world.service.clock.now() > START
    assert len(world.files("999")) == 1
    world.pass_time(minutes=1)
    world.reopen()
    world.pass_time(minutes=1)
    assert [len(world.files(kind)) for kind in ("999", "277CA", "835")] == [1, 2, 1]


def test_work_that_fails_does_not_hold_up_the_rest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(claims_file([Visit("C1")]))
    monkeypatch.setattr(Settling, "settle", lambda *_: 1 / 0)
    world.pass_time(minutes=1)
    assert world.records("835") == []
    monkeypatch.undo()
    world.answer_to(claims_file([Visit("C2")], control_number=102), "second")
    (paid,) = world.records("835")
    assert {claim.patient_control_number for claim in paid.claims} == {"C1", "C2"}


def test_a_moment_given_without_a_zone_is_utc(world: World) -> None:
    assert world.service.clock.now() == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_without_any_delay_a_second_file_of_the_same_moment_is_paid_too(tmp_path: Path) -> None:
    world = World(tmp_path, delays_seconds=dict.fromkeys(SLOW, 0))
    for number in (1, 2):
        world.send(claims_file([Visit(f"C{number}")], control_number=number), f"file{number}")
    assert len(world.records("835")) == 2
