"""A payer's own rules, each on a claim that meets it and one that does not."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.adjudicate import Year, adjudicate
from simulator.config import ConfigError, load
from simulator.coordination import Earlier, earlier_by_line
from simulator.payer import PayerConfig, read_payer, read_payer_file
from simulator.scenarios.parts import Pay
from simulator.volume import SAMPLE
from tests.simulator.files import PROVIDER, Visit, claims_file
from tests.simulator.test_adjudicate import balance_faults, claim, line, trios
from tests.simulator.world import PAYERS, World
from x12.transactions.adjustments import Adjustment
from x12.transactions.claim_837p.model import (
    Claim,
    LineAdjudication,
    OtherPayer,
    Party,
    PayerParty,
    ServiceLine,
)
from x12.transactions.remittance_835.model import RemittanceClaim

D = Decimal
BASE = {"payer_id": "P", "name": "P", "tax_id": "841111111", "default_percent": "0.50",
        "coinsurance_percent": "0"}  # fmt: skip


def payer(**more: Any) -> PayerConfig:
    return read_payer(BASE | more)


def decide(
    what: Any, by: PayerConfig, year: Year | None = None, on: date = date(2026, 11, 23)
) -> RemittanceClaim:
    answer = adjudicate(
        what, by, Pay(), payer_claim_number="I", received_on=on, year=year or Year()
    ).claim
    assert balance_faults(answer) == []
    return answer


def test_a_percent_of_charge_goes_by_the_longest_beginning_of_the_code() -> None:
    by = payer(percents={"J": "0.80", "J33": "0.90", "8": "0.10"})
    answer = decide(
        claim(line(1, "J3301", "100"), line(2, "J1100", "100"), line(3, "99213", "100")), by
    )
    assert [one.paid_amount for one in answer.lines] == [D(90), D(80), D(50)]


def test_the_second_procedure_of_a_day_is_halved_by_rank_of_what_is_allowed() -> None:
    by = payer(
        fees={"20610": "68", "11102": "101", "99213": "90"},
        multiple_procedures=["20610", "11102"],
    )
    lines = (line(1, "20610", "150"), line(2, "11102", "180"), line(3, "99213", "120"))
    answer = decide(claim(*lines), by)
    assert [one.paid_amount for one in answer.lines] == [D(34), D(101), D(90)]
    assert trios(answer)[:2] == [("CO", "45", D(82)), ("CO", "59", D(34))]
    other_day = replace(lines[1], service_date_from=date(2026, 11, 3))
    apart = decide(claim(lines[0], other_day), by)
    assert [one.paid_amount for one in apart.lines] == [D(68), D(101)]


def test_the_second_code_of_a_pair_is_bundled_unless_a_modifier_parts_them() -> None:
    by = payer(bundles=[["80053", "80048"]])
    both = (line(1, "80053", "48"), line(2, "80048", "36"))
    assert trios(decide(claim(*both), by))[-1] == ("CO", "97", D(36))
    parted = (both[0], replace(both[1], modifiers=("59",)))
    assert decide(claim(*parted), by).lines[1].paid_amount == 18


def test_a_code_that_needs_an_authorization_is_denied_without_its_number() -> None:
    by = payer(needs_authorization=["70551"])
    scan = claim(line(1, "70551", "900"))
    assert trios(decide(scan, by)) == [("CO", "197", D(900))]
    assert decide(replace(scan, authorization_number="AUTH1"), by).paid_amount == 450


def test_what_is_not_covered_is_the_practices_unless_the_patient_was_told() -> None:
    by = payer(not_covered=["99080"])
    form = line(1, "99080", "20")
    assert trios(decide(claim(form), by)) == [("CO", "96", D(20))]
    told = decide(claim(replace(form, modifiers=("GY",))), by)
    assert (trios(told), told.patient_responsibility_amount) == ([("PR", "96", D(20))], D(20))
    assert told.lines[0].remark_codes == ("N130",), "reason 96 must have a remark"


def test_the_patient_pays_no_more_than_the_years_limit() -> None:
    by = payer(deductible="300", out_of_pocket="100", coinsurance_percent="0.20")
    answer = decide(claim(line(1, "20610", "500")), by, Year(D(0), D(40)))
    assert trios(answer) == [("CO", "45", D(250)), ("PR", "1", D(60))]
    assert answer.paid_amount == 190
    assert decide(claim(line(1, "20610", "500")), by, Year(D(60), D(100))).paid_amount == 250


def test_a_member_may_have_benefits_of_its_own() -> None:
    by = payer(copay="30", members={"AHP1": {"copay": "5"}})
    visit = claim(line(1, "99213", "100"))
    assert trios(decide(visit, by))[1] == ("PR", "3", D(5))
    assert trios(decide(replace(visit, member_id="AHP2"), by))[1] == ("PR", "3", D(30))


def test_limits_run_over_a_members_claims_and_come_back_with_a_void(tmp_path: Path) -> None:
    plan = PAYERS[0] | {"copay": "0", "deductible": "100", "out_of_pocket": "110"}
    world = World(tmp_path, payers=[plan])
    for number in (1, 2):
        content = claims_file([Visit(f"C{number}", (("99213", "140"),))], control_number=number)
        world.answer_to(content, f"file{number}")
    shares = [one.claims[0].patient_responsibility_amount for one in world.records("835")]
    # 95 of the deductible; then its last 5, and of 18 coinsurance only what is left to 110.
    assert shares == [D(95), D(15)]
    first = world.records("835")[0].claims[0].payer_claim_number
    void = Visit("C1", (("99213", "140"),), frequency_code="8", earlier_number=first)
    world.answer_to(claims_file([void], control_number=3), "void")
    world.answer_to(claims_file([Visit("C3", (("99213", "140"),))], control_number=4), "third")
    assert world.records("835")[-1].claims[0].patient_responsibility_amount == D(95)
    world.service.store.close()


def test_a_repetition_is_rejected_or_denied_as_the_payer_likes(tmp_path: Path) -> None:
    world = World(tmp_path, payers=[PAYERS[0] | {"duplicates": "deny"}])
    world.answer_to(claims_file([Visit("C1")]), "first")
    world.answer_to(claims_file([Visit("C1")], control_number=102), "second")
    again = world.records("835")[1].claims[0]
    assert [one.adjustments[0].reason_code for one in again.lines] == ["18", "18"]
    world.service.store.close()


@pytest.mark.parametrize(
    ("mode", "paid", "left"),
    [
        ("patient_share", D("26.00"), ("CO", "45", D(0))),
        ("carve_out", D("0.00"), ("PR", "2", D("26.00"))),
        ("lesser_of", D("5.00"), ("CO", "45", D("21.00"))),
        ("msp", D("26.00"), ("PR", "2", D(0))),
    ],
)
def test_a_secondary_pays_by_its_own_rule(
    mode: str, paid: Decimal, left: tuple[str, str, Decimal]
) -> None:
    """Charge 200, the first allowed 130 and paid 104: 26 are open. Our own allowed is 109."""
    by = payer(secondary=mode, fees={"99214": "109"}, coinsurance_percent="0.20")
    told = line(1, "99214", "200", earlier_paid_amount=D(104), earlier_patient_amount=D(26),
                earlier_allowed_amount=D(130))  # fmt: skip
    answer = decide(claim(told, payer_rank="S"), by)
    assert answer.paid_amount == paid
    expected = [("OA", "23", D(174)), left]
    assert trios(answer) == [one for one in expected if one[2]]


def other(paid: str, *adjustments: Adjustment) -> OtherPayer:
    return OtherPayer(
        "P", "18", "MB", Party("NGUYEN", "DAVID", member_id="M1"), PayerParty("MEDICARE", "MCRPB"),
        paid_amount=D(paid), adjustments=adjustments,
    )  # fmt: skip


def lines_of(*adjudications: tuple[LineAdjudication, ...]) -> tuple[ServiceLine, ...]:
    return tuple(
        ServiceLine(n, "99214", D(100), D(1), (1,), date(2026, 11, 2), f"L{n}", adjudications=one)
        for n, one in enumerate(adjudications, 1)
    )


def told_by(payer_id: str, paid: str, patient: str) -> LineAdjudication:
    return LineAdjudication(
        payer_id, D(paid), "99214", D(1), None, adjustments=(Adjustment("PR", "2", D(patient)),)
    )


def test_a_line_that_was_parted_has_all_its_parts_summed() -> None:
    lines = lines_of((told_by("MCRPB", "30", "5"), told_by("MCRPB", "10", "2")), ())
    found = earlier_by_line(Claim("C1", D(200), "11", ("I10",), lines, other_payers=(other("40"),)))
    assert found == {1: Earlier(D(40), D(7), D(47))}


def test_after_two_payers_what_the_second_left_is_open() -> None:
    lines = lines_of((told_by("A", "60", "40"), told_by("B", "30", "10")))
    found = earlier_by_line(Claim("C1", D(100), "11", ("I10",), lines, other_payers=(other("60"),)))
    assert found == {1: Earlier(D(90), D(10), D(40))}


def test_a_payer_that_decided_on_the_whole_claim_is_spread_over_its_lines() -> None:
    whole = other("100.01", Adjustment("PR", "2", D("25")), Adjustment("CO", "45", D("74.99")))
    lines = lines_of((), ())
    found = earlier_by_line(Claim("C1", D(200), "11", ("I10",), lines, other_payers=(whole,)))
    assert [one.paid_amount for one in found.values()] == [D("50.01"), D("50.00")]
    assert sum(one.patient_amount for one in found.values()) == 25


def test_the_sample_payers_and_mix_can_be_used() -> None:
    config = load(SAMPLE)
    assert set(config.payers) == {"12345", "MCRPB", "54321"}
    assert config.payers["12345"].members["AHP000000001"] == {"deductible": D(0), "copay": D(10)}
    assert sum(config.mix.values()) == 1000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('tax_id = "841111111"\nname = "P"', "payer_id is missing|'payer_id'"),
        ('payer_id = "P"\nname = "P"\ntax_id = "1"', "has not nine digits"),
        ('payer_id = "P"\nname = "P"\ntax_id = "841111111"\ncopays = 1', "copays is not known"),
        ('payer_id = "P"\nname = "P"\ntax_id = "841111111"\nanswers = "fax"', "one of callback"),
        ('payer_id = "P"\nname = "P"\ntax_id = "841111111"\nbundles = ["1"]', "pairs of codes"),
        ('payer_id = "P"\nname = "P"\ntax_id = "841111111"\n[members.M]\nx = 1', "x is not known"),
        ('payer_id = "P"\nname = "P"\ntax_id = "841111111"\n[mix]\nexplode = 1', "no scenario"),
        ('payer_id "P"', "Expected"),
    ],
)
def test_what_is_wrong_with_a_payers_file_is_said(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "payer.toml").write_text(text)
    (tmp_path / "config.toml").write_text('payer_files = ["payer.toml"]')
    with pytest.raises(ConfigError, match=sentence):
        load(tmp_path / "config.toml")


def test_a_payers_file_says_what_a_table_says(tmp_path: Path) -> None:
    (tmp_path / "payer.toml").write_text(
        'payer_id = "P"\nname = "P"\ntax_id = "841111111"\ndefault_percent = 0.50\n'
        'coinsurance_percent = 0\nbundles = [["80053", "80048"]]\n[fees]\n99213 = 92.10\n'
    )
    assert read_payer_file(tmp_path / "payer.toml") == payer(
        bundles=[["80053", "80048"]], fees={"99213": "92.10"}
    )


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"x": 1}, "a table is needed"),
        ({"x": {"later": {}}}, "later is no stage"),
        ({"x": {"decision": {}}}, "write { do"),
        ({"x": {"decision": {"do": "explode"}}}, "cannot be done here; there are pay, deny"),
        ({"x": {"decision": {"do": "pay", "share": 1}}}, "share is not known to pay"),
        ({"x": {"decision": {"do": "pay", "percent": "half"}}}, "is no amount"),
        ({"x": {"decision": {"do": "deny", "group": "XX"}}}, "one of CO, OA, PI, PR"),
        ({"x": {"door": {"do": "refuse", "times": "2"}}}, "is no int"),
        ({"x": {"afterwards": {"do": "correct", "decision": {"do": "no"}}}}, "decision: 'no'"),
    ],
)
def test_what_is_wrong_with_a_declared_scenario_is_said(
    tmp_path: Path, table: Any, sentence: str
) -> None:
    world_file = tmp_path / "config.json"
    world_file.write_text(json.dumps({"declared": table}))
    with pytest.raises(ConfigError, match=sentence):
        load(world_file)


def test_a_payer_may_have_a_mix_of_its_own(tmp_path: Path) -> None:
    strict = PAYERS[0] | {"mix": {"deny_co50": 1}}
    world = World(tmp_path, payers=[strict, PAYERS[1]])
    medicare = Visit("M1", payer_id="MCRPB", filing_code="MB")
    world.answer_to(claims_file([Visit("C1"), medicare], provider=PROVIDER))
    found = {one.payer.name: one.payment_amount for one in world.records("835")}
    assert found["ACME HEALTH PLAN"] == 0
    assert found["MEDICARE PART B"] > 0
    world.service.store.close()
