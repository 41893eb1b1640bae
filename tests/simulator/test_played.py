"""Every scenario on one claim: the 837 that went in, and the answers that came back, as text.

`data/played.txt` holds them; where the domain has a worked example, its figures are in the tests
below as well, worked out there and not here.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import x12
from simulator.scenarios.catalogue import built_in
from tests.simulator.files import Visit, claims_file
from tests.simulator.plays import PLAIN_PAYERS, needs_another, paid_next, played, said, story
from tests.simulator.world import World
from tests.x12.judge import judged

D = Decimal
_TEXT = (Path(__file__).parent / "data" / "played.txt").read_text()
STORIES = {
    name: body.strip().splitlines()
    for name, _, body in (part.partition("\n") for part in _TEXT.split("== ")[1:])
}
WHOLE = [name for name, one in built_in().items() if not (one.file or one.acknowledgement)]


def test_what_went_in_is_what_the_text_begins_with() -> None:
    written = _TEXT.partition("== ")[0].strip().splitlines()[1:]
    assert said(claims_file([Visit("C1")], asks_for_ta1=True)) == written
    assert set(STORIES) == set(built_in()), "every scenario is told"


@pytest.mark.parametrize("scenario", built_in())
def test_a_scenario_answers_as_written(tmp_path: Path, scenario: str) -> None:
    world = played(tmp_path, scenario)
    if needs_another(scenario):
        paid_next(world)
    assert story(world, scenario) == STORIES[scenario]
    faults = [str(fault) for content in world.files() for fault in x12.check_bytes(content)]
    spoils = scenario.startswith(("truncated", "unbalanced", "cent", "wrong"))
    assert bool(faults) is spoils
    world.service.store.close()


def test_pyx12_takes_every_answer_of_every_scenario_that_spoils_no_file(tmp_path: Path) -> None:
    alone = {"reject_interchange", "reject_file", "reject_set_at_claim", "silent_receiver"}
    names = [name for name in WHOLE if name not in alone]
    world = World(
        tmp_path, payers=PLAIN_PAYERS, scenarios={f"C{n}": name for n, name in enumerate(names)}
    )
    world.answer_to(claims_file([Visit(f"C{n}") for n in range(len(names))], asks_for_ta1=True))
    for place, name in enumerate(sorted(alone), 1):
        world.configure(scenarios={f"A{place}": name})
        world.service.reload()
        content = claims_file([Visit(f"A{place}")], control_number=900 + place)
        world.answer_to(content, f"alone{place}")
    world.pass_time(hours=1)
    found = world.files()
    assert len(found) > 10
    assert [words for one in found for ok, words in [judged(one)] if not ok] == []
    world.service.store.close()


def test_a_set_is_rejected_and_its_neighbour_taken_as_in_w31(tmp_path: Path) -> None:
    """Two sets in one group: 999 P, 2 received, 1 accepted, and the claim named by CTX."""
    first = claims_file([Visit("C1")])
    second = claims_file([Visit("C2")]).replace(b"*0001*005010X222A1~", b"*0002*005010X222A1~")
    second = second.replace(b"*0001~\nGE", b"*0002~\nGE")
    set_two = second[second.index(b"ST*837") : second.index(b"GE*1")]
    content = first.replace(b"GE*1*", set_two + b"GE*2*")
    world = World(tmp_path, scenarios={"C2": "reject_set_at_claim"})
    world.answer_to(content)
    assert said(world.files("999")[0]) == [
        "AK1*HC*101*005010X222A1",
        "AK2*837*0001*005010X222A1",
        "IK5*A",
        "AK2*837*0002*005010X222A1",
        "IK3*CLM*19*2300*8",
        "CTX*CLM01:C2",
        "IK4*5**7",
        "IK5*R*5",
        "AK9*P*2*2*1",
    ]
    assert [one.claims[0].patient_control_number for one in world.records("835")] == ["C1"]
    assert judged(world.files("999")[0])[0]
    world.service.store.close()


def test_one_rejected_and_one_accepted_in_one_277ca_as_in_w32(tmp_path: Path) -> None:
    world = World(tmp_path, scenarios={"SFM1002": "reject_payer"})
    visits = [Visit("SFM1002", (("99213", "165"),)), Visit("SFM1019", (("99213", "150"),))]
    world.answer_to(claims_file(visits))
    spoken = said(next(one for one in world.files("277CA") if b"NM1*PR*" in one))
    assert [one for one in spoken if one.startswith(("STC*A7", "STC*A2", "AMT*"))] == [
        "AMT*YU*150",
        "AMT*YY*165",
        "STC*A7:164:IL*20261123*U*165",
        "STC*A2:20:PR*20261123*WQ*150",
    ]
    world.service.store.close()


MEDICARE: list[dict[str, Any]] = [
    {**PLAIN_PAYERS[1], "crosses_to": "54321"}, PLAIN_PAYERS[2],
]  # fmt: skip
W10_LINES = (("99214-25", "200"), ("20610-RT", "150"), ("J3301-JZ", "40"))


def test_medicare_crosses_over_and_the_supplement_pays_as_in_w11_and_w21(tmp_path: Path) -> None:
    payers = [{**MEDICARE[0], "fees": {"99214": "130", "20610": "68", "J3301": "8"}}, MEDICARE[1]]
    world = World(tmp_path, payers=payers, scenarios={"SFM1001": "cross_over"})
    visit = Visit("SFM1001", W10_LINES, payer_id="MCRPB", filing_code="MB")
    world.answer_to(claims_file([visit]))
    first, second = world.records("835")
    crossed, after = first.claims[0], second.claims[0]
    assert (crossed.status_code, crossed.crossover_payer_id) == ("19", "54321")
    assert crossed.remark_codes == ("MA01", "MA18")
    assert (first.payment_amount, crossed.patient_responsibility_amount) == (D("161.5"), D("41.2"))
    assert (after.status_code, second.payment_amount) == ("2", D("41.2"))
    assert [
        (one.group_code, one.reason_code, one.amount)
        for line in after.lines
        for one in line.adjustments
    ] == [("OA", "23", D("174")), ("OA", "23", D("136.4")), ("OA", "23", D("38.4"))]
    world.service.store.close()


def test_what_crossed_over_and_comes_again_is_a_duplicate(tmp_path: Path) -> None:
    world = played(tmp_path, "cross_over")
    again = Visit("C1", payer_id="54321", rank="S")
    world.answer_to(claims_file([again], control_number=300), "again")
    spoken = [one for one in said(world.files("277CA")[-1]) if one.startswith("STC*A3")]
    assert spoken == ["STC*A3:54*20261123*U*170"]
    world.service.store.close()


def test_two_lines_are_paid_as_one_code_as_in_w14(tmp_path: Path) -> None:
    declared = {"as_93000": {"decision": {"do": "recode", "code": "93000"}}}
    payer = {**PLAIN_PAYERS[0], "fees": {"93000": "50"}, "coinsurance_percent": "0"}
    world = World(tmp_path, payers=[payer], declared=declared, scenarios={"SFM1007": "as_93000"})
    world.answer_to(claims_file([Visit("SFM1007", (("93005", "40"), ("93010", "30")))]))
    lines = [one for one in said(world.files("835")[0]) if one.startswith(("SVC", "CAS", "LQ"))]
    assert lines == [
        "SVC*HC:93000*40*50**1*HC:93005",
        "CAS*CO*45*20",
        "CAS*OA*94*-30",
        "SVC*HC:93000*30*0**1*HC:93010",
        "CAS*CO*97*30",
        "LQ*HE*M15",
    ]
    world.service.store.close()


def test_a_visit_is_paid_one_level_lower_as_in_w22(tmp_path: Path) -> None:
    payer = {**PLAIN_PAYERS[0], "fees": {"99215": "150", "99214": "110"}}
    world = World(tmp_path, payers=[payer], scenarios={"SFM1017": "downcode"})
    world.answer_to(claims_file([Visit("SFM1017", (("99215", "240"),))]))
    wanted = ("SVC", "CAS", "AMT", "LQ")
    assert [one for one in said(world.files("835")[0]) if one.startswith(wanted)] == [
        "SVC*HC:99214*240*88**1*HC:99215",
        "CAS*CO*45*90**150*40",
        "CAS*PR*2*22",
        "AMT*B6*110",
        "LQ*HE*N22",
    ]
    world.service.store.close()


def test_a_claim_is_split_as_in_w28(tmp_path: Path) -> None:
    payer = {
        **PLAIN_PAYERS[0], "fees": {"99213": "240", "87880": "150"}, "coinsurance_percent": "0",
    }  # fmt: skip
    world = World(tmp_path, payers=[payer], scenarios={"SFM1021": "split"})
    world.answer_to(claims_file([Visit("SFM1021", (("99213", "300"), ("87880", "200")))]))
    halves = [record.claims[0] for record in world.records("835")]
    assert [(one.charge_amount, one.paid_amount) for one in halves] == [
        (D(300), D(240)),
        (D(200), D(150)),
    ]
    world.service.store.close()


def test_the_very_bytes_come_again_under_another_event(tmp_path: Path) -> None:
    world = played(tmp_path, "resend_835")
    first, second = world.files("835")
    assert first == second
    events = world.service.store.all("SELECT event_id FROM delivery WHERE name LIKE '835%'")
    assert len({row["event_id"] for row in events}) == 2
    world.service.store.close()


def test_a_take_back_waits_for_money_and_what_is_short_is_carried(tmp_path: Path) -> None:
    world = played(tmp_path, "take_back")
    assert len(world.files("835")) == 1, "no 835 of its own"
    small = claims_file([Visit("C2", (("87880", "30"),))], control_number=300)
    world.answer_to(small, "small")
    nothing = world.records("835")[1]
    assert [(one.reason_code, one.amount) for one in nothing.provider_adjustments] == [
        ("WO", D("89.23")),
        ("FB", D("-76.00")),
    ]
    assert nothing.payment_amount == 0
    world.service.store.close()


def test_a_practice_that_corrects_first_is_not_taken_back_from(tmp_path: Path) -> None:
    slow = {"835": 600}
    world = World(tmp_path, payers=PLAIN_PAYERS, scenarios={"C1": "take_back"}, delays_seconds=slow)
    world.send(claims_file([Visit("C1")]))
    world.pass_time(minutes=11)
    number = world.records("835")[0].claims[0].payer_claim_number
    fixed = Visit("C1", frequency_code="7", earlier_number=number)
    world.answer_to(claims_file([fixed], control_number=300), "fixed")
    world.pass_time(hours=1)
    codes = [
        one.reason_code for record in world.records("835") for one in record.provider_adjustments
    ]
    assert "WO" not in codes
    world.service.store.close()


def test_trouble_with_a_file_strikes_once(tmp_path: Path) -> None:
    for scenario in ("reject_interchange", "reject_file", "silent_receiver"):
        folder = tmp_path / scenario
        folder.mkdir()
        world = played(folder, scenario)
        assert world.files("835") == []
        world.answer_to(claims_file([Visit("C1")], control_number=102), "again")
        assert len(world.files("835")) == 1, scenario
        world.service.store.close()
