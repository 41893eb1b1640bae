"""pyx12, with the guides' own grammar, takes every kind of answer that the simulator writes."""

import pytest

from tests.simulator.files import Visit, claims_file
from tests.simulator.world import World
from tests.x12.judge import judged


@pytest.fixture
def busy(world: World) -> World:
    """A simulator that has answered a good file, a rejected one and a correction."""
    world.configure(
        scenarios={
            "C2": "deny_co16", "C3": "reject_payer", "C4": "reject_clearinghouse",
            "C5": "bundle", "C6": "zero_pay",
        }
    )  # fmt: skip
    world.reopen()
    visits = [Visit(f"C{n}") for n in range(1, 7)]
    medicare = Visit("M1", (("99214-25", "200"),), payer_id="MCRPB", filing_code="MB")
    world.answer_to(claims_file([*visits, medicare, Visit("C8", child="LILY")], asks_for_ta1=True))
    broken = claims_file([Visit("C7", child="LILY")], control_number=102)
    world.answer_to(broken.replace(b"*20180903*F", b"*20181303*F"), "broken")
    number = world.records("835")[0].claims[0].payer_claim_number
    void = Visit("C1", frequency_code="8", earlier_number=number)
    world.answer_to(claims_file([void], control_number=103), "void")
    return world


def test_every_answer_passes(busy: World) -> None:
    found = busy.files()
    assert len(found) == 12
    assert [said for content in found for ok, said in [judged(content)] if not ok] == []
