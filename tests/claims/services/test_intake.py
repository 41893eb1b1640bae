"""One payment, whatever road, envelope or delimiters it comes by: kept once (T09, E.8, W-25)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from claims.models import InboundMessage, Remittance
from claims.reissue import compare_with_first
from claims.services import process_message
from claims.services.receive_message import receive_message
from core import clock
from core.models import WorkItem
from tests.claims.documents import document, enveloped, receive
from tests.claims.services.test_remittances import remittance_of, sent
from tests.factories.claims import World, joan, make_claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(world: World) -> str:
    """W-10's payment of a claim that was sent."""
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    return document("w10.835", SFM1001=sent(world, claim)[0])


def wrapped(text: str, number: int = 210) -> str:
    """The payment in an interchange with this control number."""
    return enveloped(text, number=number).replace("000000210", f"{number:09d}")


def rewrapped(text: str) -> str:
    """The same interchange with other delimiters, other line breaks and another control number."""
    file = wrapped(text, 977)
    return file.replace("\n", "").translate(str.maketrans("*:~", "|>\n"))


@pytest.mark.parametrize("source", ["callback", "folder", "sftp", "upload"])
def test_the_same_payment_by_another_road_is_a_duplicate(
    world: World, text: str, source: str
) -> None:
    first = remittance_of(receive(world, enveloped(text)))
    again = receive(world, wrapped(text, 977), source=source)
    assert again.state == "duplicate"
    assert remittance_of(again).duplicate_of == first


def test_other_delimiters_and_line_breaks_make_it_no_other_payment(world: World, text: str) -> None:
    receive(world, enveloped(text))
    assert receive(world, rewrapped(text)).state == "duplicate"
    assert Remittance.objects.filter(state="matched").count() == 1


def test_amounts_written_otherwise_and_loops_numbered_otherwise_make_it_no_other_payment(
    world: World, text: str
) -> None:
    receive(world, enveloped(text))
    again = text.replace("LX*1~", "LX*7~").replace("CAS*PR*2*26~", "CAS*PR*2*26.00~")
    assert again != text
    assert receive(world, wrapped(again, 977)).state == "duplicate"


def test_one_amount_changed_stops_for_a_person_who_sees_what_differs(
    world: World, text: str
) -> None:
    receive(world, enveloped(text))
    changed = text.replace("CAS*PR*2*26~", "CAS*PR*3*26~")
    held = remittance_of(receive(world, wrapped(changed, 977)))
    assert held.state == "held"
    found = compare_with_first(held)
    assert found is not None
    assert (found.payment, found.claims_alike, found.may_replace) == ((), 0, True)
    (one,) = found.claims
    assert "PR-3" in one.later
    assert "PR-3" not in one.first


def test_a_held_payment_that_comes_again_is_a_duplicate_and_asks_nobody_twice(
    world: World, text: str
) -> None:
    receive(world, enveloped(text))
    changed = text.replace("CAS*PR*2*26~", "CAS*PR*3*26~")
    held = remittance_of(receive(world, wrapped(changed, 977)))
    again = receive(world, wrapped(changed, 978))
    assert (again.state, remittance_of(again).duplicate_of) == ("duplicate", held)
    assert WorkItem.objects.filter(kind="remittance.reissued").count() == 1


def test_equal_control_numbers_with_another_trace_are_only_a_warning(
    world: World, text: str
) -> None:
    receive(world, enveloped(text))
    other = text.replace("EFT0010", "EFT0099")
    row = remittance_of(receive(world, enveloped(other)))
    assert row.state == "matched"
    assert [fault["code"] for fault in row.faults] == ["R-CONTROL"]


def test_two_payers_without_an_originator_may_both_have_a_check_of_one_number(
    world: World, text: str
) -> None:
    bare = text.replace("EFT0010*1841111111~", "EFT0010~")
    assert bare != text
    receive(world, enveloped(bare))
    theirs = bare.replace("MEDICARE PART B", "ACME HEALTH PLAN").replace(
        "CAS*PR*2*26~", "CAS*PR*3*26~"
    )
    assert remittance_of(receive(world, wrapped(theirs, 977))).state != "held"


def test_zero_payments_may_repeat_a_trace_their_content_decides(world: World) -> None:
    claim = sent(world, make_claim(world, joan(world), "99213 /a", on=date(2026, 10, 15)))[0]
    first = document("w12.835", SFM1003=claim)
    second = first.replace("CAS*CO*197*", "CAS*CO*198*")
    assert second != first
    receive(world, enveloped(first))
    assert remittance_of(receive(world, wrapped(second, 977))).state != "held"
    assert receive(world, wrapped(first, 978)).state == "duplicate"


def test_a_file_that_kills_its_worker_each_time_waits_for_a_person_and_the_others_go_on(
    world: World, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = receive_message(
        practice=world.practice, partner=world.partner, source="folder",
        content=wrapped(text, 5).encode(), content_type="application/edi-x12",
    )  # fmt: skip
    InboundMessage.objects.filter(pk=poison.pk).update(
        attempts=process_message.MOST_TRIES, due_at=clock.now() - timedelta(hours=1)
    )
    good = receive(world, wrapped(text.replace("EFT0010", "EFT0011"), 6))
    poison.refresh_from_db()
    assert (poison.state, good.state) == ("failed", "applied")
    assert "worker stopped" in poison.result
    assert WorkItem.objects.filter(kind="inbox.failed").count() == 1


def test_each_message_has_its_own_tries(world: World, text: str) -> None:
    """What is taken together would be counted together when the worker dies over one of them."""
    for number in (11, 12):
        receive_message(
            practice=world.practice, partner=world.partner, source="folder",
            content=wrapped(text.replace("EFT0010", f"EFT{number}"), number).encode(),
            content_type="application/edi-x12",
        )  # fmt: skip
    seen: list[int] = []

    def dies(message: InboundMessage) -> None:
        seen.append(message.pk)
        raise SystemExit  # as a worker that is killed: nothing after it runs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process_message, "process_message", dies)
        with pytest.raises(SystemExit):
            process_message.process_due()
    assert len(seen) == 1
    assert sorted(InboundMessage.objects.values_list("attempts", flat=True)) == [0, 1]


def test_several_payments_in_one_file_are_several_remittances(world: World, text: str) -> None:
    first = text[text.index("ST*") : text.index("GE*")]
    second = first.replace("EFT0010", "EFT0012").replace("835*0010", "835*0011")
    second = second.replace("SE*33*0010", "SE*33*0011")
    file = enveloped(text).replace("GE*1*", second + "GE*2*")
    message = receive(world, file)
    rows = list(message.remittances.order_by("position"))
    assert [row.trace_number for row in rows] == ["EFT0010", "EFT0012"]
    assert sum((row.payment_amount for row in rows), Decimal(0)) == Decimal(323)
