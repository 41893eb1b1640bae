"""What a posted remittance does to claims: decided, partly decided, denied, reversed (E.3)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from claims.models import Claim, Denial, DenialCase, Remittance, SubmissionAttempt
from claims.services.apply_remittance import (
    ClaimDecision,
    DeniedAmount,
    apply_remittance,
)
from claims.services.resolve_denial import resolve_denial
from claims.services.send_transmission import send_due
from claims.services.set_claim_balances import (
    ClaimBalance,
    close_claim,
    close_settled,
    set_claim_balances,
)
from core.models import NewsItem, WorkItem
from core.services.work import finish_work_item, open_work_item
from core.states import IllegalTransition
from tests.claims.documents import document, enveloped, receive, recount
from tests.factories.claims import World, batch_of, joan, make_claim, nguyen

pytestmark = pytest.mark.django_db
D = Decimal


def sent(world: World, claim: Claim) -> Claim:
    batch_of(world, claim)
    send_due()
    claim.refresh_from_db()
    return claim


@pytest.fixture
def joans(world: World) -> Claim:
    return sent(
        world,
        make_claim(
            world, joan(world), "99214-25 /ab", "20610-RT /a",
            "J3301-JZ x4 /a #0003-0293-05 1 ML", on=date(2026, 11, 2),
        ),
    )  # fmt: skip


def matched(world: World, text: str, number: int = 211) -> Remittance:
    message = receive(world, enveloped(text, number))
    row = Remittance.objects.get(message=message)
    assert row.state == "matched", row.faults
    return row


def post(row: Remittance, outcome: str, *denials: DeniedAmount) -> None:
    """As billing does it: every answer of the remittance with the same outcome."""
    with transaction.atomic():
        apply_remittance(
            remittance=row,
            decisions=[ClaimDecision(answer.pk, outcome, denials) for answer in row.claims.all()],
        )


def state(claim: Claim) -> tuple[str, str]:
    claim.refresh_from_db()
    return claim.current_version.state, claim.current_version.outcome


def test_w10_a_paid_claim_is_adjudicated_and_its_clock_stops(world: World, joans: Claim) -> None:
    row = matched(world, document("w10.835", SFM1001=joans))
    post(row, "paid")

    assert state(joans) == ("adjudicated", "paid")
    assert joans.current_version.payer_claim_number == "2226300000011"
    attempt = SubmissionAttempt.objects.get()
    assert (attempt.state, attempt.clock_due_at) == ("adjudicated", None)
    row.refresh_from_db()
    assert row.state == "posted"
    assert NewsItem.objects.filter(topic="claims.claim_adjudicated").exists()


def test_a_remittance_is_applied_once(world: World, joans: Claim) -> None:
    row = matched(world, document("w10.835", SFM1001=joans))
    post(row, "paid")
    assert state(joans) == ("adjudicated", "paid")
    post(row, "denied")
    assert state(joans) == ("adjudicated", "paid")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_applied(world: World, joans: Claim) -> None:
    row = matched(world, document("w10.835", SFM1001=joans))
    with pytest.raises(RuntimeError):
        apply_remittance(remittance=row, decisions=[])


def test_w12_a_denial_opens_a_denial_and_work_with_its_amount(world: World) -> None:
    claim = sent(world, make_claim(world, nguyen(world), "73721-RT /a", on=date(2026, 10, 15)))
    row = matched(world, document("w12.835", SFM1003=claim))
    line = row.claims.get().lines.get()
    post(row, "denied", DeniedAmount("CO", "197", D("950.00"), ("N706",), line.pk))

    assert state(claim) == ("adjudicated", "denied")
    denial = Denial.objects.get()
    assert (denial.charge_line_id, denial.amount) == (line.charge_line_id, D("950.00"))
    item = WorkItem.objects.get(kind="claim.denied.authorization")
    assert (item.title, item.amount) == ("CO-197 denied by Acme Health Plan", D("950.00"))

    resolve_denial(denial=denial, outcome="written off")
    assert WorkItem.objects.get(kind="claim.denied.authorization").state == "done"


def test_w28_a_claim_paid_in_two_remits_is_decided_by_the_second(world: World) -> None:
    claim = sent(world, make_claim(world, nguyen(world), "11102 /a", "88305 /a",
                                   on=date(2026, 11, 4)))  # fmt: skip
    whole = document("w13.835", SFM1006=claim)
    lines = [line.control_number for line in claim.current_version.lines.all()]

    def part(trace: str, code: str, charge: str, number: str) -> str:
        head = whole[: whole.index("LX*1~")].replace("EFT0013", trace)
        head = head.replace("BPR*I*126*", f"BPR*I*{charge}*")
        return recount(
            f"{head}LX*1~\nCLP*{claim.control_number}*1*{charge}*{charge}**12*ICN{trace}*11*1~\n"
            "NM1*QC*1*NGUYEN*DAVID****MI*AHP222333444~\n"
            f"SVC*HC:{code}*{charge}*{charge}**1~\nDTM*472*20261104~\nREF*6R*{number}~\n"
            "SE*16*0013~\n"
        )

    post(matched(world, part("A1", "11102", "180", lines[0]), 301), "paid")
    assert state(claim) == ("sent", "")
    post(matched(world, part("A2", "88305", "60", lines[1]), 302), "zero")
    assert state(claim) == ("adjudicated", "paid")


def test_a_reversal_takes_the_decision_back(world: World) -> None:
    claim = sent(world, make_claim(world, nguyen(world), "99213 /a $300", on=date(2026, 8, 25)))
    text = document("w15.835")
    start, end = text.index("CLP*SFM1004*22"), text.index("CLP*SFM1004*1")
    head = text[: text.index("LX*1~")]
    reversal = (
        head.replace("BPR*I*40*", "BPR*I*0*")
        + "LX*1~\n"
        + text[start:end].replace("SFM1004L1", claim.current_version.lines.get().control_number)
        .replace("SFM1004", claim.control_number).replace("99215", "99213")
        + "PLB*2000000010*20261231*FB:ICN*-175~\nSE*19*0015~\n"
    )  # fmt: skip
    row = matched(world, recount(reversal))
    post(row, "")
    assert state(claim)[0] == "reversed_awaiting_correction"


def test_a_refusal_that_was_taken_back_counts_no_more(world: World) -> None:
    claim = sent(world, make_claim(world, nguyen(world), "99213 /a $300", on=date(2026, 8, 25)))
    number = claim.current_version.lines.get().control_number

    def answer(trace: str, clp: str, svc: str, cas: str, end: str = "") -> str:
        head = document("w15.835").split("LX*1~")[0].replace("BPR*I*40*", "BPR*I*0*")
        head = head.replace(head.split("TRN*1*")[1].split("*")[0], trace)
        return recount(
            f"{head}LX*1~\nCLP*{claim.control_number}*{clp}**12*ICN1*11*1~\n"
            f"NM1*QC*1*NGUYEN*DAVID****MI*AHP222333444~\nSVC*HC:99213*{svc}**1~\n"
            f"DTM*472*20260825~\nCAS*CO*{cas}~\nREF*6R*{number}~\n{end}SE*1*0015~\n"
        )

    denied = DeniedAmount("CO", "50", Decimal(300))
    post(matched(world, answer("T1", "1*300*0", "300*0", "50*300"), 401), "denied", denied)
    assert state(claim) == ("adjudicated", "denied")
    post(matched(world, answer("T2", "22*-300*0", "-300*0", "50*-300"), 402), "")
    assert Denial.objects.get().state == "resolved"
    assert not WorkItem.objects.filter(kind__startswith="claim.denied", state="open").exists()
    assert DenialCase.objects.get().waits_for == "the payer's new decision"
    post(matched(world, answer("T3", "1*300*0", "300*0", "45*300"), 403), "zero")
    assert state(claim) == ("adjudicated", "zero")
    assert DenialCase.objects.get().outcome == "otherwise", "neither won nor refused again"


def test_unmatched_answers_are_passed_over(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans).replace(joans.control_number + "*1*", "NOBODY*1*")
    text = re.sub(r"REF\*6R\*[^~]+~\n", "", text)  # which would tell the claim by its lines
    message = receive(world, enveloped(recount(text)))
    row = Remittance.objects.get(message=message)
    # Neither the payer's own number nor a line knows it.
    assert row.state == "exceptions"
    post(row, "paid")
    assert state(joans)[0] == "sent"


def test_an_out_of_balance_remittance_cannot_be_posted(world: World, joans: Claim) -> None:
    text = document("w10.835", SFM1001=joans).replace("BPR*I*161.5*", "BPR*I*160*")
    row = Remittance.objects.get(message=receive(world, enveloped(text)))
    with pytest.raises(IllegalTransition):
        post(row, "paid")


def test_a_decided_claim_is_closed_once_nothing_is_open(world: World, joans: Claim) -> None:
    post(matched(world, document("w10.835", SFM1001=joans)), "paid")
    set_claim_balances([ClaimBalance(joans.pk, D("0.00"), D("41.20"))])
    assert not close_claim(joans)
    set_claim_balances([ClaimBalance(joans.pk, D("0.00"), D("0.00"))])
    assert close_claim(joans)
    assert state(joans)[0] == "closed"
    assert not close_claim(joans)


def test_a_settled_claim_that_waited_for_a_person_is_closed_once_they_are_done(
    world: World, joans: Claim
) -> None:
    post(matched(world, document("w10.835", SFM1001=joans)), "paid")
    item = open_work_item(subject=joans, kind="test", title="Look at it")
    set_claim_balances([ClaimBalance(joans.pk, Decimal(0), Decimal(0))])
    assert not close_claim(joans)
    assert close_settled() == 0
    finish_work_item(item, outcome="Looked at")
    assert close_settled() == 1
    assert state(joans)[0] == "closed"


def test_a_claim_that_waits_is_not_closed_by_a_zero_balance(world: World, joans: Claim) -> None:
    set_claim_balances([ClaimBalance(joans.pk, D("0.00"), D("0.00"))])
    assert not close_claim(joans)
