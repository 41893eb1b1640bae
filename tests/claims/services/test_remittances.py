"""Remittances as documents: what is kept, matched, and never goes further (W-10 on)."""

from datetime import date
from decimal import Decimal

import pytest

from claims.edi.records import Fault
from claims.models import (
    Claim,
    InboundMessage,
    Remittance,
    RemittanceAdjustment,
    RemittanceClaim,
)
from claims.services.match_remittance import match_remittance
from claims.services.send_transmission import send_due
from claims.services.settle_held import settle_held
from claims.services.store_remittance import _kept
from core.errors import ApplicationError, Conflict
from core.models import NewsItem, Practice, WorkItem
from core.tenancy import practice_scope
from tests.claims.documents import document, enveloped, receive, recount
from tests.factories.claims import World, batch_of, joan, make_claim, make_world, nguyen

pytestmark = pytest.mark.django_db


def sent(world: World, *claims: Claim) -> tuple[Claim, ...]:
    batch_of(world, *claims)
    send_due()
    for claim in claims:
        claim.refresh_from_db()
    return claims


@pytest.fixture
def joans(world: World) -> Claim:
    """The W-01 claim, sent."""
    claim = make_claim(
        world, joan(world), "99214-25 /ab", "20610-RT /a", "J3301-JZ x4 /a #0003-0293-05 1 ML",
        on=date(2026, 11, 2),
    )  # fmt: skip
    return sent(world, claim)[0]


def davids(world: World, *typed: str, on: date) -> Claim:
    return sent(world, make_claim(world, nguyen(world), *typed, on=on))[0]


def remittance_of(message: InboundMessage) -> Remittance:
    return Remittance.objects.get(message=message)


def test_w10_a_clean_payment_is_kept_in_parts_and_matched(world: World, joans: Claim) -> None:
    message = receive(world, enveloped(document("w10.835", SFM1001=joans)))

    row = remittance_of(message)
    assert (message.state, row.state) == ("applied", "matched")
    assert (row.trace_number, row.trace_originator) == ("EFT0010", "1841111111")
    assert (row.payment_amount, row.paid_on) == (Decimal("161.50"), date(2026, 11, 16))
    assert row.payer == world.medicare
    answer = row.claims.get()
    assert answer.version_id == joans.current_version_id
    assert [line.charge_line_id for line in answer.lines.all()] == [
        line.charge_line_id for line in joans.current_version.lines.all()
    ]
    trios = RemittanceAdjustment.objects.filter(remittance_claim=answer)
    assert sum(t.amount for t in trios if t.group_code == "PR") == Decimal("41.20")
    assert NewsItem.objects.filter(topic="claims.remittance_matched", subject_id=row.pk).exists()


def test_w11_a_crossover_is_marked_as_passed_on(world: World, joans: Claim) -> None:
    row = remittance_of(receive(world, enveloped(document("w11.835", SFM1001=joans))))
    answer = row.claims.get()
    assert (answer.status_code, answer.is_forwarded) == ("19", True)
    assert answer.forwarded_to == "ACME SUPPLEMENT"
    assert "MA18" in answer.remark_codes


def test_w12_a_denial_of_a_zero_payment_is_matched_like_any_other(world: World) -> None:
    claim = davids(world, "73721-RT /a", on=date(2026, 10, 15))
    row = remittance_of(receive(world, enveloped(document("w12.835", SFM1003=claim))))
    assert (row.state, row.method_code, row.payment_amount) == ("matched", "NON", 0)
    assert row.claims.get().lines.get().remark_codes == ["N706"]


def test_w13_every_line_of_a_partial_payment_finds_its_charge(world: World) -> None:
    claim = davids(
        world, "99213-25 /a $140", "11102 /a", "J2001 /a", "88305 /a", on=date(2026, 11, 4)
    )
    row = remittance_of(receive(world, enveloped(document("w13.835", SFM1006=claim))))
    reasons = {line.match_reason for line in row.claims.get().lines.all()}
    assert (row.state, reasons) == ("matched", {"control_number"})


def test_w14_a_bundled_line_keeps_the_code_that_was_billed(world: World) -> None:
    claim = davids(world, "93005 /a", "93010 /a", on=date(2026, 11, 6))
    row = remittance_of(receive(world, enveloped(document("w14.835", SFM1007=claim))))
    lines = list(row.claims.get().lines.all())
    assert [line.submitted_procedure_code for line in lines] == ["93005", "93010"]
    assert {line.procedure_code for line in lines} == {"93000"}
    assert row.state == "matched"


def test_w14_also_without_line_numbers_the_submitted_code_leads_home(world: World) -> None:
    claim = davids(world, "93005 /a", "93010 /a", on=date(2026, 11, 6))
    text = document("w14.835", SFM1007=claim)
    text = recount("".join(x for x in text.splitlines(keepends=True) if "REF*6R" not in x))
    row = remittance_of(receive(world, enveloped(text)))
    assert row.state == "matched"


def test_w25_loading_the_same_file_twice_keeps_one_payment(world: World, joans: Claim) -> None:
    text = enveloped(document("w10.835", SFM1001=joans))
    receive(world, text)
    assert receive(world, text).state == "duplicate"
    assert Remittance.objects.count() == 1


def test_w25_the_same_payment_in_another_envelope_is_a_duplicate(
    world: World, joans: Claim
) -> None:
    text = enveloped(document("w10.835", SFM1001=joans))
    first = remittance_of(receive(world, text))
    message = receive(world, text.replace("000000210", "000000999"))

    assert message.state == "duplicate"
    second = remittance_of(message)
    assert (second.state, second.duplicate_of) == ("duplicate", first)
    assert second.claims.count() == 0


def test_w25_the_same_trace_with_another_amount_is_held(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans)
    receive(world, enveloped(text))
    other = text.replace("BPR*I*161.5*", "BPR*I*151.5*").replace(
        "AMT*B6*8~\nSE*33", "AMT*B6*8~\nPLB*2000000010*20261231*L3*10~\nSE*34"
    )
    row = remittance_of(receive(world, enveloped(other)))
    assert row.state == "held"
    assert WorkItem.objects.filter(kind="remittance.reissued").exists()


@pytest.mark.parametrize(
    ("decision", "becomes", "first_is"),
    [
        ("another", "matched", "matched"),
        ("aside", "set_aside", "matched"),
        ("replaces", "matched", "set_aside"),
    ],
)
def test_a_person_decides_what_the_held_one_is(
    world: World, joans: Claim, decision: str, becomes: str, first_is: str
) -> None:
    text = document("w10.835", SFM1001=joans)
    first = remittance_of(receive(world, enveloped(text)))
    other = text.replace("BPR*I*161.5*", "BPR*I*151.5*").replace(
        "AMT*B6*8~\nSE*33", "AMT*B6*8~\nPLB*2000000010*20261231*L3*10~\nSE*34"
    )
    row = remittance_of(receive(world, enveloped(other)))
    with pytest.raises(ApplicationError, match="what the payer answered"):
        settle_held(row, decision=decision, reason="")
    settle_held(row, decision=decision, reason="Called Medicare, ref 8812")
    row.refresh_from_db()
    first.refresh_from_db()
    assert (row.state, first.state) == (becomes, first_is)
    assert first.replaced_by == (row if decision == "replaces" else None)
    assert not WorkItem.objects.filter(kind="remittance.reissued", state="open").exists()
    with pytest.raises(Conflict):
        settle_held(row, decision=decision, reason="Called Medicare, ref 8812")


def test_w29_a_payment_that_does_not_add_up_goes_no_further(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans).replace("BPR*I*161.5*", "BPR*I*160*")
    message = receive(world, enveloped(text))

    row = remittance_of(message)
    assert row.state == "out_of_balance"
    assert [fault["code"] for fault in row.faults] == ["BAL-T"]
    assert WorkItem.objects.filter(kind="remittance.out_of_balance").exists()
    assert not NewsItem.objects.filter(topic="claims.remittance_matched").exists()
    assert row.claims.get().version is None


def test_w29_a_line_that_does_not_add_up_is_named(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans).replace("CAS*PR*2*26~", "CAS*PR*2*25~")
    row = remittance_of(receive(world, enveloped(text)))
    assert row.state == "out_of_balance"
    assert {fault["code"] for fault in row.faults} >= {"BAL-S", "BAL-C"}


def test_a_corrected_file_after_a_broken_one_takes_its_place(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans)
    broken = remittance_of(receive(world, enveloped(text.replace("CAS*PR*2*26~", "CAS*PR*2*25~"))))
    good = remittance_of(receive(world, enveloped(text)))
    broken.refresh_from_db()
    assert (good.state, broken.state, broken.replaced_by) == ("matched", "set_aside", good)
    waiting = WorkItem.objects.filter(kind="remittance.out_of_balance", state="open")
    assert not waiting.exists()


def test_a_payment_off_by_a_cent_is_no_duplicate_of_the_one_that_is_right(
    world: World, joans: Claim
) -> None:
    text = document("w10.835", SFM1001=joans)
    receive(world, enveloped(text.replace("BPR*I*161.5*", "BPR*I*161.49*")))
    assert remittance_of(receive(world, enveloped(text))).state == "matched"


def test_a_truncated_835_is_set_aside_and_keeps_no_payment(world: World, joans: Claim) -> None:
    whole = enveloped(document("w10.835", SFM1001=joans))
    message = receive(world, whole[: whole.index("SVC*HC:J3301")])
    assert message.state == "quarantined"
    assert not Remittance.objects.exists()


def test_a_payment_to_someone_else_is_set_aside(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans)
    text = text.replace("XX*2000000010", "XX*2000000044").replace("TJ*841234567", "TJ*999999998")
    message = receive(world, enveloped(text))
    assert (message.state, Remittance.objects.count()) == ("quarantined", 0)


def test_a_claim_of_the_other_practice_is_unknown_here(
    world: World, joans: Claim, lakeside: Practice
) -> None:
    with practice_scope(lakeside):
        theirs = make_world(lakeside)
        theirs.partner.sender_id = "LAKESIDE1"
        theirs.partner.save()
        foreign = make_claim(theirs, joan(theirs), "99213", on=date(2026, 11, 2))
    text = document("w10.835", SFM1001=joans).replace(joans.control_number, foreign.control_number)
    for line in joans.version.lines.all():
        text = text.replace(line.control_number, f"THEIRS{line.line_number}")
    row = remittance_of(receive(world, enveloped(text)))

    assert row.state == "exceptions"
    answer = RemittanceClaim.objects.get()
    assert (answer.version_id, answer.match_reason) == (None, "unknown")
    assert WorkItem.objects.filter(kind="remittance_no_claim").exists()


def test_a_claim_never_sent_is_not_matched(world: World) -> None:
    claim = make_claim(world, joan(world), "99213", on=date(2026, 11, 2))
    text = document("w12.835", SFM1003=claim)
    row = remittance_of(receive(world, enveloped(text)))
    assert (row.state, row.claims.get().match_reason) == ("exceptions", "unknown")


def test_an_exception_is_matched_again_once_its_claim_is_known(world: World) -> None:
    claim = make_claim(world, nguyen(world), "73721-RT /a", on=date(2026, 10, 15))
    row = remittance_of(receive(world, enveloped(document("w12.835", SFM1003=claim))))
    assert row.state == "exceptions"
    sent(world, claim)
    row.refresh_from_db()

    assert match_remittance(row)
    assert row.state == "matched"
    assert not WorkItem.objects.filter(kind="remittance_no_claim", state="open").exists()


def test_of_very_many_oddities_the_first_are_kept_and_the_others_counted() -> None:
    many = [Fault("R-ODD", "the payer writes it so", segment) for segment in range(1, 1300)]
    kept = _kept(many)
    assert kept[:100] == [one.as_json() for one in many[:100]]
    assert kept[100:] == [{"code": "R-MORE", "message": "and 1,199 more like these", "segment": 0}]
    assert _kept(many[:100]) == kept[:100]
