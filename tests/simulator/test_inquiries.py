"""Questions in real time: what a practice asks about coverage and claims is answered at once."""

from typing import Any

import pytest

import x12
from simulator.config import ConfigError
from simulator.inquiries import NoQuestion, Reply
from simulator.intake import UnknownSender
from tests.architecture.tree import ROOT
from tests.simulator.world import World

DATA = ROOT / "tests/x12/data"
QUESTION = (DATA / "e70_eligibility_question.edi").read_bytes()
ABOUT_A_CHILD = (DATA / "e74_question_about_a_child.edi").read_bytes()
WHERE = (DATA / "e76_status_question.edi").read_bytes()


def ask(world: World, content: bytes = QUESTION, **fates: str) -> Reply:
    world.configure(inquiries={key.replace("any", "*"): fate for key, fate in fates.items()})
    world.service.reload()
    return world.service.answer(content, sender_id="")


def record_of(reply: Reply) -> Any:
    (interchange,) = x12.read_interchanges(reply.content)
    assert not [fault for fault in interchange.all_faults if fault.severity == "E"]
    return interchange.transactions[0].record


def test_an_active_member_is_told_with_the_payers_own_terms(world: World) -> None:
    record = record_of(ask(world))
    (member,) = record.members()
    told = {(one.information_code, one.period_code): one for one in member.benefits}
    assert ("1", "") in told
    assert told["C", "23"].amount == 20
    assert told["B", "27"].amount == 30
    assert member.traces[0].kind == "2"


def test_a_child_is_answered_below_the_subscriber(world: World) -> None:
    subscriber, child = record_of(ask(world, ABOUT_A_CHILD)).members()
    assert not subscriber.benefits
    assert child.benefits


@pytest.mark.parametrize(
    ("fate", "codes", "reasons"),
    [
        ("inactive", ["6"], []),
        ("aaa_72", [], ["72"]),
        ("aaa_42", [], ["42"]),
    ],
)
def test_the_fates_of_a_question(
    world: World, fate: str, codes: list[str], reasons: list[str]
) -> None:
    (member,) = record_of(ask(world, any=fate)).members()
    assert [one.information_code for one in member.benefits] == codes
    assert [one.reason_code for one in member.rejections] == reasons


def test_slow_silent_down_and_garbled(world: World) -> None:
    assert ask(world, any="slow").seconds == 8
    assert (ask(world, any="silent").content, ask(world, any="silent").seconds) == (b"", 60)
    assert (ask(world, any="down").content, ask(world, any="down").seconds) == (b"", 0)
    assert not ask(world, any="garbled").content.strip().endswith(b"~IEA")
    assert record_of(ask(world, any="stranger")).reference == "STRANGER"


def test_a_claim_never_seen_is_not_found_and_a_forced_status_is_told(world: World) -> None:
    found = [one.statuses[0].reasons[0] for one in record_of(ask(world, WHERE)).claims()]
    assert {(one.category_code, one.status_code) for one in found} == {("D0", "35")}
    forced = [
        one.statuses[0].reasons[0]
        for one in record_of(ask(world, WHERE, any="status_P3_317")).claims()
    ]
    assert {one.category_code for one in forced} == {"P3"}


def test_strangers_and_other_files_are_refused(world: World) -> None:
    with pytest.raises(UnknownSender):
        ask(world, QUESTION.replace(b"SUMMIT01 ", b"STRANGER ", 1))
    for content in (b"", b"ISA*cut", QUESTION[:300]):
        with pytest.raises(NoQuestion):
            ask(world, content)


def test_an_unknown_fate_is_named(world: World) -> None:
    world.configure(inquiries={"*": "sometimes"})
    with pytest.raises(ConfigError, match="sometimes"):
        world.service.reload()
