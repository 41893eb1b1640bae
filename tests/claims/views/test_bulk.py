"""One act on many claims: what it would do is shown first, and why some are left alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import BulkRun, Claim, TradingPartner
from claims.services import run_bulk
from core.choices import Role
from core.jobs import run_due_jobs
from core.models import Job, Note, Practice, WorkItem
from tests.cast import client_of, user_of
from tests.factories.claims import World, joan, make_claim, nguyen
from tests.factories.silence import sent

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)
URL = "/claims/bulk"


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


@pytest.fixture
def ready(world: World) -> Claim:
    return make_claim(world, joan(world), "99213", on=NOVEMBER_2)


@pytest.fixture
def out(world: World) -> Claim:
    claim = make_claim(world, nguyen(world), "99214", on=NOVEMBER_2)
    sent(world, claim)
    return claim


def post(client: Client, act: str, *claims: Claim, **more: Any) -> Any:
    ids = [str(claim.public_id) for claim in claims]
    return client.post(URL, {"bulk": act, "ids": ids, **more})


def test_the_preview_says_how_many_for_how_much_and_who_is_left_alone(
    biller: Client, ready: Claim, out: Claim
) -> None:
    answer = post(biller, "hold", ready, out)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Put on hold: 1 claim" in page
    assert "$135.00" in page
    assert "It is out already." in page
    assert out.control_number in page
    assert not Claim.objects.exclude(hold_reason="").exists()


def test_the_act_does_what_the_preview_said(biller: Client, ready: Claim, out: Claim) -> None:
    answer = post(biller, "hold", ready, out, go="1", reason="the card is asked for")
    assert answer.status_code == 303
    assert f"#row-{ready.public_id}" in answer["Location"]
    held = Claim.objects.exclude(hold_reason="").get()
    assert (held, held.hold_reason) == (ready, "the card is asked for")


def test_the_preview_of_a_question_says_whose_payer_takes_none_by_wire(
    biller: Client, world: World, ready: Claim, out: Claim
) -> None:
    page = post(biller, "ask", ready, out).content.decode()
    assert "Its payer takes no questions by wire: call." in page
    assert "No payer has it, or it is answered." in page
    TradingPartner.objects.update(transport="https")
    page = post(biller, "ask", out).content.decode()
    assert "Ask where they are: 1 claim" in page
    TradingPartner.objects.update(is_active=False)
    assert "takes no questions by wire" in post(biller, "ask", out).content.decode()


def test_a_missing_reason_is_said_at_its_field_and_nothing_is_done(
    biller: Client, ready: Claim
) -> None:
    answer = post(biller, "snooze", ready, go="1", until="11/30/2026", reason="")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why they can wait." in page
    assert "11/30/2026" in page or "2026-11-30" in page
    assert not WorkItem.objects.exists()


def test_a_day_that_is_over_is_refused(biller: Client, ready: Claim) -> None:
    answer = post(biller, "snooze", ready, go="1", until="11/01/2026", reason="x")
    assert answer.status_code == 422
    assert not WorkItem.objects.exists()


def test_claims_are_given_to_me_and_back_to_nobody(
    biller: Client, world: World, ready: Claim, out: Claim
) -> None:
    me = user_of(world.practice, Role.BILLER)
    post(biller, "assign", ready, out, go="1", owner=str(me.pk))
    assert set(WorkItem.objects.values_list("owner", flat=True)) == {me.pk}
    post(biller, "assign", ready, out, go="1", owner="")
    assert set(WorkItem.objects.values_list("owner", flat=True)) == {None}


def test_a_note_is_written_on_each(biller: Client, ready: Claim, out: Claim) -> None:
    post(biller, "note", ready, out, go="1", text="Called about both.")
    assert Note.objects.count() == 2


def test_the_whole_list_can_be_taken_instead(biller: Client, ready: Claim, world: World) -> None:
    other = make_claim(world, nguyen(world), "99214", on=NOVEMBER_2)
    answer = post(biller, "recheck", ready, scope="list", list="bucket=ready", go="1")
    assert answer.status_code == 303
    assert BulkRun.objects.get().claim_ids == sorted([ready.pk, other.pk])


def test_many_claims_are_a_job_that_a_worker_does(
    biller: Client, ready: Claim, out: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.views.bulk.MOST_AT_ONCE", 1)
    answer = post(biller, "note", ready, out, go="1", text="Looked at.")
    job = Job.objects.get()
    assert answer["Location"] == reverse("core:job", args=[job.public_id])
    assert "Looked at" not in str(job.arguments)
    assert run_due_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert Note.objects.count() == 2


def test_a_claim_that_changed_meanwhile_is_named_with_its_reason(
    biller: Client, world: World, ready: Claim
) -> None:
    planned = run_bulk.plan_bulk(
        practice=world.practice, act="hold", claims=[ready], values={"reason": "x"}, user=None  # type: ignore[arg-type]
    )  # fmt: skip
    sent(world, ready)
    assert run_bulk.run_bulk(planned) == (
        0, [f"Claim {ready.control_number}: It is out already."],
    )  # fmt: skip


def test_another_practices_claims_are_not_touched(lakeside: Practice, ready: Claim) -> None:
    outsider = client_of(lakeside, Role.BILLER)
    answer = post(outsider, "hold", ready, go="1", reason="mine now")
    assert "None of the chosen claims" in answer.content.decode()
    assert not Claim.objects.exclude(hold_reason="").exists()


def test_an_act_that_is_not_known_does_nothing(biller: Client, ready: Claim) -> None:
    assert post(biller, "burn", ready, go="1").status_code == 303
    assert not BulkRun.objects.exists()
