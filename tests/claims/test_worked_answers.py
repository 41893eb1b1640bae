"""The worked answers W-30 to W-33 and W-43, each by callback and by folder: bytes in, state out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from claims.models import (
    AcknowledgedClaim,
    Claim,
    InboundMessage,
    SubmissionBatch,
)
from claims.services import queue_batch as batches
from claims.services.ask_eligibility import ask_eligibility
from claims.services.ask_status import ask_status
from claims.services.collect_folder import collect_folders
from claims.services.credentials import create_credential
from claims.services.process_message import process_due
from claims.services.send_transmission import send_due
from claims.transport.folders import folder_path
from core.choices import Role
from core.models import WorkItem
from core.services.documents import read_document
from tests.cast import client_of
from tests.claims.answers import ACTIVE, answer_271, answer_277
from tests.claims.callbacks.test_callbacks import Sender
from tests.claims.documents import document, of_batch, recount
from tests.claims.line import accepted
from tests.factories.claims import World, batch_of, joan, lily, make_claim, nguyen

pytestmark = pytest.mark.django_db
Door = Callable[[str | bytes], InboundMessage]


@pytest.fixture(params=["callback", "folder"])
def door(world: World, request: Any, tmp_path: Path) -> Door:
    """How the answer arrives; what is answered is the message as it then stands."""
    sender = Sender(*create_credential(partner=world.partner, name="Open Clearinghouse"))

    def arrives(text: str | bytes) -> InboundMessage:
        content = text if isinstance(text, bytes) else text.encode()
        if request.param == "callback":
            assert sender.post(content, event_id=f"evt_{len(content)}").status_code == 202
        else:
            folder = folder_path(world.partner.inbound_folder)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "answer.edi").write_bytes(content)
            assert collect_folders() == 1
        process_due()
        message = InboundMessage.objects.latest("id")
        assert message.source == request.param
        return message

    return arrives


@pytest.fixture
def lilys(world: World) -> Claim:
    """W-02: the claim that goes wrong in W-31 and W-32."""
    day, tested = date(2026, 11, 3), ("J020",)
    return make_claim(world, lily(world), "99213 /a", "87880-QW /a", on=day, diagnoses=tested)


@pytest.fixture
def davids(world: World) -> Claim:
    return make_claim(world, nguyen(world), "20610 /a", on=date(2026, 11, 3))


def sent(world: World, *claims: Claim) -> SubmissionBatch:
    batch = batch_of(world, *claims)
    assert send_due() == 1
    assert isinstance(batch, SubmissionBatch)
    return batch


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return str(claim.current_version.state)


def page_of(world: World, claim: Claim) -> str:
    client = client_of(world.practice, Role.BILLER)
    return client.get(reverse("claims:detail", args=[claim.public_id])).content.decode()


def press(world: World, name: str, claims: list[Claim]) -> None:
    biller: Client = client_of(world.practice, Role.BILLER)
    biller.post(reverse(name), {"ids": [str(claim.public_id) for claim in claims], "act": "send"})


def check_again(world: World, claims: list[Claim]) -> None:
    biller: Client = client_of(world.practice, Role.BILLER)
    ids = [str(claim.public_id) for claim in claims]
    biller.post(reverse("claims:bulk"), {"ids": ids, "bulk": "recheck", "go": "1"})


def test_w30_a_rejected_envelope_rejects_every_claim_and_all_may_go_under_a_new_number(
    world: World, door: Door, lilys: Claim, davids: Claim
) -> None:
    batch = sent(world, lilys, davids)
    head = document("w31.999").split("GS*")[0]
    number = batch.interchange_control_number
    door(f"{head}TA1*{number}*261123*0930*R*006~\nIEA*0*000000301~\n")

    assert (state(lilys), state(davids)) == ("file_rejected", "file_rejected")
    assert "sender id not valid" in page_of(world, lilys)
    check_again(world, [lilys, davids])
    assert (state(lilys), state(davids)) == ("ready", "ready")
    press(world, "claims:batch-build", [lilys, davids])
    again = SubmissionBatch.objects.latest("id")
    assert int(again.interchange_control_number) == int(number) + 1
    assert f"*{again.interchange_control_number}*" in read_document(again.document).decode()


def partial_999(batch: SubmissionBatch, guilty: Claim) -> str:
    """Set 0001 accepted, set 0002 rejected for the ZIP of one claim in it."""
    text = of_batch(document("w31.999"), batch)
    return recount(text.replace("SFM1002", guilty.control_number))


def test_w31_a_claim_that_spoils_its_set_is_named_and_the_others_may_go_again(
    world: World, door: Door, lilys: Claim, davids: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "CLAIMS_PER_SET", 2)
    joans = [make_claim(world, joan(world), "99213", on=date(2026, 11, day)) for day in (2, 4)]
    batch = sent(world, *joans, lilys, davids)
    assert batch.set_count == 2
    spoiled = sorted(
        batch.attempts.filter(set_control_number="0002").values_list("version__claim", flat=True)
    )
    guilty, other = Claim.objects.get(pk=spoiled[0]), Claim.objects.get(pk=spoiled[1])
    door(partial_999(batch, guilty))

    accepted_ones = Claim.objects.exclude(pk__in=spoiled)
    assert {state(claim) for claim in accepted_ones} == {"file_accepted"}
    assert (state(guilty), state(other)) == ("file_rejected", "file_rejected")
    named = AcknowledgedClaim.objects.get()
    assert (named.version_id, named.attempt_id) == (
        guilty.current_version_id,
        guilty.version.current_attempt_id,
    )
    assert named.message.startswith("N4 position 3 missing")
    assert "N4 position 3 missing" in page_of(world, guilty)
    told = page_of(world, other)
    assert "Another claim of its set was at fault" in told
    assert "It may go again as it is." in told
    work = WorkItem.objects.get(kind="claim.rejected", subject_id=other.pk)
    assert "another claim in it was at fault" in work.title

    biller = client_of(world.practice, Role.BILLER)
    page = biller.get(reverse("claims:batch", args=[batch.public_id]))
    assert page.context["again"] == [other]
    check_again(world, page.context["again"])
    assert (state(other), state(guilty)) == ("ready", "file_rejected")


def test_w32_the_payer_rejects_one_claim_and_the_way_to_its_field_is_open(
    world: World, door: Door, lilys: Claim, davids: Claim
) -> None:
    batch = sent(world, lilys, davids)
    door(of_batch(document("w32.277", SFM1002=lilys, SFM1019=davids), batch))

    assert (state(lilys), state(davids)) == ("payer_rejected", "payer_accepted")
    assert davids.current_version.timely_proof_on == date(2026, 11, 23)
    work = WorkItem.objects.get(kind="claim.rejected")
    assert work.title == "Member id of the subscriber (A7, 164)"
    assert work.reason.startswith("Compare the member id with the card")
    coverage = reverse("patients:coverage-edit", args=[lilys.version.coverage.public_id])
    told = page_of(world, lilys)
    assert f"{coverage}#id_member_id" in told
    assert "Open the coverage" in told
    assert "Why it was rejected" not in page_of(world, davids)


def test_a_clearinghouse_and_a_payer_are_told_apart(
    world: World, door: Door, lilys: Claim, davids: Claim
) -> None:
    batch = sent(world, lilys, davids)
    text = of_batch(document("w32.277", SFM1002=lilys, SFM1019=davids), batch)
    text = text.replace(
        "NM1*PR*2*ACME HEALTH PLAN*****PI*12345", "NM1*AY*2*OPEN CH*****46*OPENCH01"
    )
    door(text)
    assert (state(lilys), state(davids)) == ("ch_rejected", "ch_accepted")
    assert davids.current_version.timely_proof_on is None


def test_a_line_that_is_named_is_matched_and_shown(
    world: World, door: Door, lilys: Claim, davids: Claim
) -> None:
    batch = sent(world, lilys, davids)
    line = lilys.version.lines.order_by("line_number").last()
    assert line is not None
    named = (
        f"SVC*HC:{line.procedure_code}*{line.charge_amount:.0f}*****1~\n"
        f"STC*A7:454**U*{line.charge_amount:.0f}~\nREF*FJ*{line.control_number}~\n"
        "DTP*472*D8*20261103~\n"
    )
    text = of_batch(document("w32.277", SFM1002=lilys, SFM1019=davids), batch)
    text = text.replace("STC*A7:164:IL*20261123*U*165~", "STC*A7:21*20261123*U*165~")
    text = text.replace("DTP*472*D8*20261103~\nHL*5", f"DTP*472*D8*20261103~\n{named}HL*5")
    door(recount(text))

    kept = AcknowledgedClaim.objects.get(version=lilys.version)
    assert (kept.status_code, kept.lines[0]["control_number"]) == ("454", line.control_number)
    assert "procedure code (454)" in kept.lines[0]["words"]
    told = page_of(world, lilys)
    assert line.control_number in told
    assert "Open the coding" in told
    assert WorkItem.objects.get(kind="claim.rejected").title == "Procedure code (A7, 454)"


@pytest.mark.parametrize(
    ("statuses", "title", "then"),
    [
        ("STC*P3:317*20261120~", "The payer asks for records", "pended"),
        (
            "STC*F1:65*20261119**200*126*20261118**20261118*EFT0013~",
            "Paid, says the payer, and no remittance yet",
            "payer_accepted",
        ),
        ("STC*F2:54*20261119~", "Denied, says the payer, and no remittance yet", "payer_accepted"),
        ("STC*D0:35*20261119~", "The payer does not find this claim", "payer_received"),
    ],
)
def test_w33_a_status_is_told_and_makes_the_work_of_its_kind(  # noqa: PLR0917
    world: World, door: Door, settings: Settings, statuses: str, title: str, then: str
) -> None:
    claim = accepted(
        world, make_claim(world, joan(world), "99213", on=date(2026, 11, 2)), "payer_received"
    )
    with road_for_questions(world):
        inquiry = ask_status(version=claim.version)
    door(answer_277(inquiry.reference, statuses))

    inquiry.refresh_from_db()
    assert inquiry.state == "answered"
    assert state(claim) == then
    work = WorkItem.objects.get(kind="claim.status_answer")
    assert work.title == title
    if "F2" in statuses:
        assert "No earlier claim for these services is known here" in work.reason
    if "F1" in statuses:
        assert "No remittance with that number has come" in work.reason
    assert title in page_of(world, claim)


def test_w33_a_claim_denied_as_a_copy_leads_to_the_one_that_came_first(
    world: World, door: Door
) -> None:
    patient, day = joan(world), date(2026, 11, 2)
    first = make_claim(world, patient, "99213", on=day, provider=world.cole)
    copy = accepted(world, make_claim(world, patient, "99213", on=day))
    # Only now is it seen that both bill the same visit.
    Claim.objects.filter(pk=first.pk).update(rendering_provider=world.reyes)
    with road_for_questions(world):
        inquiry = ask_status(version=copy.version)
    door(answer_277(inquiry.reference, "STC*F2:54*20261119~"))

    work = WorkItem.objects.get(kind="claim.status_answer")
    assert f"The original is claim {first.control_number}: its answer counts." in work.reason
    page = page_of(world, copy)
    assert f"Open the original, {first.control_number}" in page
    assert reverse("claims:detail", args=[first.public_id]) in page


def test_w43_benefits_come_by_the_same_doors(world: World, door: Door) -> None:
    coverage = joan(world).coverages.get()
    with road_for_questions(world):
        check = ask_eligibility(coverage=coverage, service_on=date(2026, 11, 23))
    door(answer_271(check.reference, ACTIVE))

    check.refresh_from_db()
    assert (check.state, check.verdict) == ("answered", "active")
    row = check.sheet["rows"][0]
    assert (row["deductible"], row["deductible_left"]) == ("$1,500.00 a calendar year", "$200.00")
    assert (row["coinsurance"], row["out_of_pocket_left"]) == ("20%", "$2,150.00")

    desk = client_of(world.practice, Role.FRONT_DESK)
    url = reverse("claims:eligibility-check", args=[check.public_id])
    for allowed, service, share in (("350.00", "30", "$230.00"), ("95", "98", "$30.00")):
        page = desk.get(url, {"allowed": allowed, "service": service}).content.decode()
        assert f"The patient pays about <b>{share}</b>" in " ".join(page.split())
    refused = desk.get(url, {"allowed": "a lot", "service": "30"}).content.decode()
    assert "Enter an amount like 125.00." in refused
    assert "The patient pays about" not in refused

    with road_for_questions(world):
        near_limit = ask_eligibility(coverage=coverage, service_on=date(2026, 11, 23))
    door(answer_271(near_limit.reference, ACTIVE.replace("29*2150", "29*100"), number=901))
    url = reverse("claims:eligibility-check", args=[near_limit.public_id])
    page = desk.get(url, {"allowed": "350", "service": "30"}).content.decode()
    assert "The patient pays about <b>$100.00</b>" in " ".join(page.split())


@contextmanager
def road_for_questions(world: World) -> Iterator[None]:
    """The partner takes questions; then the road is as it was."""
    world.partner.transport = "https"
    world.partner.endpoint_url = "https://clearinghouse.example"
    world.partner.save()
    yield
    world.partner.transport = "folder"
    world.partner.save()
