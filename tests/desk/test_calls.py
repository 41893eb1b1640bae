"""Call sheets: one call works several claims of a payer, and says when to look again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim, SubmissionAttempt
from core import clock
from core.choices import Role
from core.models import ContactLog, Practice, TimelineEntry, WorkItem
from core.services.work import open_work_item
from desk.call_outcomes import PATIENT_OUTCOMES, PAYER_OUTCOMES, outcome_of
from desk.services.log_call import log_call
from tests.cast import client_of
from tests.claims.conftest import NOVEMBER_23
from tests.factories.claims import World, joan, make_claim, make_world, nguyen
from tests.factories.silence import unanswered

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def world(in_summit: Practice, settings: Any, tmp_path: Any) -> Any:
    settings.CLAIMLINE_VAR_DIR = tmp_path
    with clock.travel(NOVEMBER_23):
        yield make_world(in_summit)


@pytest.fixture
def claims(world: World) -> list[Claim]:
    """Two claims at Acme without an answer, the larger one last."""
    found = [
        make_claim(world, nguyen(world, 1), "99213", on=NOVEMBER_2),
        make_claim(world, nguyen(world, 2), "99214", on=NOVEMBER_2),
    ]
    unanswered(world, *found)
    return found


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def sheet(world: World) -> str:
    return reverse("desk:payer-calls", args=[world.acme.public_id])


def said(client: Client, world: World, claim: Claim, outcome: str, **more: str) -> Any:
    values = {"about": str(claim.public_id), "outcome": outcome, "with_whom": "Dana Testrep",
              "reference": "REF-77"}  # fmt: skip
    return client.post(sheet(world), values | more)


def test_payers_to_call_stand_with_their_claims_and_money(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    page = biller.get(reverse("desk:calls")).content.decode()
    assert "2 claims at 1 payer" in page
    assert "335.00" in page
    assert sheet(world) in page


def test_a_sheet_has_what_the_payer_asks_most_money_first(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    page = biller.get(sheet(world)).content.decode()
    for fact in ("2000000010", "841234567", claims[1].control_number, "$200.00", "99214"):
        assert fact in page, fact
    assert page.index(claims[1].control_number) < page.index(claims[0].control_number)


def test_a_call_is_kept_closes_the_work_and_sets_the_next_day(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    answer = said(biller, world, claims[1], "in-process")
    assert (answer.status_code, answer["Location"]) == (303, sheet(world))
    contact = ContactLog.objects.get()
    assert (contact.with_whom, contact.reference, contact.outcome, contact.next_on) == (
        "Dana Testrep", "REF-77", "In process", date(2026, 12, 7),
    )  # fmt: skip
    item = WorkItem.objects.get(subject_id=claims[1].pk, state="open")
    assert (item.kind, item.due_on, item.title) == (
        "follow_up", date(2026, 12, 7), "Ask again whether it is decided",
    )  # fmt: skip
    closed = WorkItem.objects.get(subject_id=claims[1].pk, kind="claim.no_answer")
    assert (closed.state, closed.outcome) == ("done", "Called: In process")
    assert TimelineEntry.objects.filter(kind="contact.logged", subject_id=claims[1].pk).exists()


def test_what_the_payer_says_ends_the_silence_and_proves_nothing(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    said(biller, world, claims[0], "nobody")
    assert Claim.objects.get(pk=claims[0].pk).version.state == "no_response"
    said(biller, world, claims[1], "paid")
    assert Claim.objects.get(pk=claims[1].pk).version.state == "pended"


def test_after_a_call_the_decision_is_awaited_anew_until_the_day_agreed_on(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    SubmissionAttempt.objects.update(
        clock_kind="835", clock_due_at=clock.now(), silence_reported_at=clock.now()
    )
    said(biller, world, claims[0], "in-process")
    said(biller, world, claims[1], "reprocess")
    days = {
        attempt.version.claim_id: (attempt.clock_due_at - clock.now()).days
        for attempt in SubmissionAttempt.objects.select_related("version")
        if attempt.clock_due_at
    }
    assert (days[claims[0].pk], days[claims[1].pk]) == (14, 30)
    assert not SubmissionAttempt.objects.filter(silence_reported_at__isnull=False).exists()


def test_the_next_claim_stands_on_the_sheet_with_the_same_name_and_number(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    said(biller, world, claims[1], "in-process")
    page = biller.get(sheet(world)).content.decode()
    assert reverse("claims:detail", args=[claims[0].public_id]) in page
    assert "1 to go, 1 call logged today" in page
    assert 'value="Dana Testrep"' in page
    assert 'value="REF-77"' in page


def test_other_work_of_the_claim_is_moved_not_closed(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    today = clock.today(world.practice)
    open_work_item(subject=claims[1], kind="claim.denied", title="Denied", due_on=today)
    said(biller, world, claims[1], "records")
    item = WorkItem.objects.get(kind="claim.denied")
    assert (item.state, item.due_on) == ("open", date(2026, 11, 25))


def test_a_patients_call_that_settles_the_bill_leaves_other_work_of_the_patient_open(
    biller: Client, world: World
) -> None:
    patient = joan(world)
    settled = outcome_of(PATIENT_OUTCOMES, "settled")
    assert settled is not None
    open_work_item(subject=patient, kind="patient.not_covered", title="Ask for the new card")
    log_call(patient, outcome=settled, with_whom="Joan")
    assert WorkItem.objects.get(kind="patient.not_covered").state == "open"


def test_a_day_of_ones_own_goes_before_the_outcomes(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    said(biller, world, claims[1], "in-process", next_on="11/30/2026")
    assert ContactLog.objects.get().next_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"outcome": ""}, "Choose what came of it."),
        ({"with_whom": ""}, "Say who spoke."),
        ({"next_on": "11/01/2026"}, "Choose today or a day to come."),
    ],
)
def test_what_is_missing_is_said_at_its_field_with_nothing_lost(
    biller: Client, world: World, claims: list[Claim], values: dict[str, str], words: str
) -> None:
    typed = {"outcome": "denied", "note": "They want the operative report", **values}
    answer = said(biller, world, claims[0], **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "They want the operative report" in page
    assert not ContactLog.objects.exists()


def test_a_call_that_a_colleague_logged_meanwhile_is_not_logged_twice(
    biller: Client, world: World, claims: list[Claim]
) -> None:
    said(biller, world, claims[1], "in-process")
    answer = said(biller, world, claims[1], "in-process")
    assert answer.status_code == 303
    assert ContactLog.objects.count() == 1


def test_another_practice_finds_no_such_sheet(
    lakeside: Practice, world: World, claims: list[Claim]
) -> None:
    outsider = client_of(lakeside, Role.BILLER)
    assert outsider.get(sheet(world)).status_code == 404
    assert "No payer is to be called" in outsider.get(reverse("desk:calls")).content.decode()


def test_patients_are_called_the_same_way(biller: Client, world: World) -> None:
    patient = joan(world)
    open_work_item(subject=patient, kind="follow_up", title="Call again")
    url = reverse("desk:patient-calls")
    assert "Testpatient, Joan" in biller.get(url).content.decode()
    answer = biller.post(
        url, {"about": str(patient.public_id), "outcome": "promise", "with_whom": "Joan"}
    )
    assert answer.status_code == 303
    item = WorkItem.objects.get(state="open")
    assert (item.title, item.due_on) == (
        "See whether the promised payment came", date(2026, 11, 30),
    )  # fmt: skip
    assert "Testpatient, Joan" not in biller.get(url).content.decode()


@pytest.mark.parametrize("outcomes", [PAYER_OUTCOMES, PATIENT_OUTCOMES])
def test_every_outcome_leads_to_a_business_day_or_to_nothing(outcomes: Any) -> None:
    for one in outcomes:
        day = one.next_on(NOVEMBER_2 + timedelta(days=24))  # Thanksgiving
        assert day is None or day.weekday() < 5
        assert (day is None) == (not one.to_do)
    assert outcome_of(outcomes, "made-up") is None
