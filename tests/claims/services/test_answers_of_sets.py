"""A file of several sets: what is said of one set, or of a part of it, touches no other."""

from datetime import date

import pytest
from django.urls import reverse

from claims.models import Acknowledgement, Claim, SubmissionBatch
from claims.rejections import rejections_of
from claims.services import queue_batch as batches
from claims.services.send_transmission import send_due
from core.choices import Role
from core.models import WorkItem
from tests.cast import client_of
from tests.claims.documents import document, of_batch, receive, recount
from tests.factories.claims import World, batch_of, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db


@pytest.fixture
def sets(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Claim]:
    """Two claims that went in one file, each in a set of its own, in the order of the sets."""
    monkeypatch.setattr(batches, "CLAIMS_PER_SET", 1)
    first = make_claim(world, lily(world), "99213 /a", on=date(2026, 11, 3), diagnoses=("J020",))
    second = make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))
    batch_of(world, first, second)
    assert send_due() == 1
    rows = SubmissionBatch.objects.get().attempts.order_by("set_control_number")
    return [attempt.version.claim for attempt in rows.select_related("version__claim")]


def states(claims: list[Claim]) -> list[str]:
    return [Claim.objects.get(pk=claim.pk).version.state for claim in claims]


def ack_277(*, of_set: int, batch: str = "A1:19:PR", provider: str = "A1:19:PR") -> str:
    """A payer's 277CA about one set, which names no claim; both codes are told as they are."""
    reference = SubmissionBatch.objects.get().reference + (f"S{of_set}" if of_set > 1 else "")
    text = document("w32.277").replace("B000000102", reference)
    head, _, rest = text.partition("HL*4*3*PT~\n")
    for place, code in enumerate((batch, provider)):
        day = "20261123" if place == 0 else ""
        action = "U" if code.startswith(("A3", "A7")) else "WQ"
        head = head.replace(f"STC*A1:19:PR*{day}*WQ*315~", f"STC*{code}*{day}*{action}*315~", 1)
    return recount(head + rest[rest.index("SE*") :])


def ack_999(verdict: str, *sets: str) -> str:
    head, _, tail = of_batch(document("w31.999"), SubmissionBatch.objects.get()).partition("AK2*")
    end = tail[tail.index("AK9*") :].replace("AK9*P*2*2*1", f"AK9*{verdict}*2*2*0")
    return recount(head + "".join(sets) + end)


def test_a_rejected_set_leaves_the_other_sets_of_its_file_alone(
    world: World, sets: list[Claim]
) -> None:
    receive(world, ack_277(of_set=2, batch="A3:21:41"))
    assert states(sets) == ["sent", "payer_rejected"]
    assert Acknowledgement.objects.get().set_control_number == "0002"


def test_the_set_without_a_number_is_the_first(world: World, sets: list[Claim]) -> None:
    receive(world, ack_277(of_set=1, batch="A3:21:41"))
    assert states(sets) == ["payer_rejected", "sent"]


def test_a_rejected_billing_provider_takes_its_claims_of_that_set_only(
    world: World, sets: list[Claim]
) -> None:
    receive(world, ack_277(of_set=2, provider="A3:562:85"))
    assert states(sets) == ["sent", "payer_rejected"]


def test_a_claim_is_answered_in_the_set_that_it_went_in(world: World, sets: list[Claim]) -> None:
    reference = SubmissionBatch.objects.get().reference
    text = document("w32.277", SFM1002=sets[0], SFM1019=sets[1])
    message = receive(world, text.replace("B000000102", f"{reference}S2"))
    assert states(sets) == ["sent", "payer_accepted"]
    assert "1 accepted, 0 rejected" in message.result


@pytest.mark.parametrize("verdict", ["R", "M", "W", "X"])
def test_a_rejected_group_rejects_the_sets_that_it_calls_accepted(
    world: World, sets: list[Claim], verdict: str
) -> None:
    receive(world, ack_999(verdict, "AK2*837*0001*005010X222A1~\nIK5*A~\n"))
    assert states(sets) == ["file_rejected", "file_rejected"]


def test_a_rejected_group_keeps_what_is_said_of_its_sets(world: World, sets: list[Claim]) -> None:
    errors = (
        "AK2*837*0002*005010X222A1~\nIK3*N4*20*2010*8~\n"
        f"CTX*CLM01:{sets[1].control_number}~\nIK4*3*116*I9~\nIK5*E*5~\n"
    )
    receive(world, ack_999("R", "AK2*837*0001*005010X222A1~\nIK5*A~\n", errors))
    assert states(sets) == ["file_rejected", "file_rejected"]
    second = Acknowledgement.objects.get(set_control_number="0002")
    assert second.verdict == "R"
    assert second.details["reasons"][0].startswith("N4 position 3 missing")


def test_a_set_rejected_as_a_whole_says_why_in_words(world: World, sets: list[Claim]) -> None:
    receive(world, ack_999("P", "AK2*837*0001*005010X222A1~\nIK5*R*4~\n"))
    assert states(sets) == ["file_rejected", "sent"]
    words = "the number of segments is not the one that the trailer says"
    assert work_of(sets[0]).title == words.capitalize()
    version = Claim.objects.get(pk=sets[0].pk).version
    assert [one.words for one in rejections_of(version)] == [words]


def test_a_group_rejected_as_a_whole_says_why_of_each_claim(
    world: World, sets: list[Claim]
) -> None:
    text = ack_999("R").replace("AK9*R*2*2*0", "AK9*R*2*2*0*19*88")
    receive(world, text)
    for claim in sets:
        said = [one.words for one in rejections_of(Claim.objects.get(pk=claim.pk).version)]
        assert said == [
            "the control number of the group is used twice in its interchange", "group error 88",
        ]  # fmt: skip


def test_a_rejected_provider_is_told_on_each_claim_with_the_way_to_the_field(
    world: World, sets: list[Claim]
) -> None:
    receive(world, ack_277(of_set=1, provider="A7:562:85"))
    item = work_of(sets[0])
    assert item.title == "NPI of the billing provider (A7, 562)"
    assert item.reason.startswith("An admin compares NPI, taxonomy and tax id")
    page = page_of(world, sets[0])
    assert "NPI of the billing provider (A7, 562)" in page
    assert "It said: Said of the billing provider: A7 found information" in page
    assert f'href="{reverse("claims:enrolments")}"' in page


def test_a_rejected_batch_is_told_on_each_claim_with_its_reason(
    world: World, sets: list[Claim]
) -> None:
    receive(world, ack_277(of_set=2, batch="A3:496:41"))
    assert (
        work_of(sets[1]).title == "Not enrolled to send claims by wire of the submitter (A3, 496)"
    )
    page = page_of(world, sets[1])
    assert "It said: Said of the whole batch: A3 sent it back as unprocessable" in page
    assert "Why it was rejected" not in page_of(world, sets[0])


def work_of(claim: Claim) -> WorkItem:
    return WorkItem.objects.get(kind="claim.rejected", subject_id=claim.pk)


def page_of(world: World, claim: Claim) -> str:
    biller = client_of(world.practice, Role.BILLER)
    answer = biller.get(reverse("claims:detail", args=[claim.public_id]))
    return " ".join(answer.content.decode().split())
