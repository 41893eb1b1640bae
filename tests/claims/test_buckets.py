"""The worklist's buckets: what is in which, that each counts its rows, what puts a claim off."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from claims.bucket_flags import flagged
from claims.buckets import ALL, BUCKETS
from claims.models import Claim
from claims.money_at_risk import money_at_risk
from claims.services.assign_claim import assign_claim
from claims.services.hold_claim import hold_claim
from claims.services.move_versions import Move, move_versions
from claims.services.snooze_claim import snooze_claim, usual_day
from core import clock
from core.choices import Role
from core.errors import ApplicationError
from core.models import TimelineEntry, WorkItem
from core.services.work import open_work_item
from tests.cast import client_of, user_of
from tests.factories.claims import World, joan, make_claim, nguyen
from tests.factories.silence import unanswered

pytestmark = pytest.mark.django_db
NOVEMBER_2 = date(2026, 11, 2)


@pytest.fixture
def ready(world: World) -> Claim:
    return make_claim(world, joan(world), "99213", on=NOVEMBER_2)


@pytest.fixture
def silent(world: World) -> Claim:
    claim = make_claim(world, nguyen(world), "99214", on=NOVEMBER_2)
    unanswered(world, claim)
    return claim


@pytest.fixture
def biller(world: World) -> Client:
    return client_of(world.practice, Role.BILLER)


def in_bucket(client: Client, key: str) -> set[str]:
    """The claim numbers that the page of a bucket shows."""
    page = client.get(reverse("claims:worklist"), {"bucket": key}).content.decode()
    numbers = Claim.objects.values_list("control_number", flat=True)
    return {number for number in numbers if f">{number}<" in page}


def is_open(claim: Claim) -> bool:
    return Claim.objects.get(pk=claim.pk).is_open


def test_the_database_keeps_which_claims_are_open(ready: Claim) -> None:
    assert is_open(ready)
    move_versions([Move(ready.version.pk, "voided", "claim.voided", "took it back")])
    assert not is_open(ready)
    move_versions([Move(ready.version.pk, "adjudicated", "claim.paid", "paid it after all")])
    assert is_open(ready)


def test_nobody_can_say_that_an_open_claim_is_over(ready: Claim) -> None:
    Claim.objects.filter(pk=ready.pk).update(is_open=False)
    assert is_open(ready)


def test_each_bucket_counts_exactly_the_claims_it_shows(
    biller: Client, ready: Claim, silent: Claim, world: World
) -> None:
    held = make_claim(world, nguyen(world, 2), "99213", on=NOVEMBER_2)
    hold_claim(claim=held, reason="the card is asked for")
    tallies = biller.get(reverse("claims:worklist")).context["list"].buckets
    shown = {one.bucket.key: one.tally for one in tallies}
    for bucket in BUCKETS:
        found = in_bucket(biller, bucket.key)
        rows = Claim.objects.filter(control_number__in=found)
        owed = sum((row.insurance_balance_amount for row in rows), Decimal(0))
        assert (shown[bucket.key].count, shown[bucket.key].amount) == (len(found), owed), bucket.key
    assert in_bucket(biller, "ready") == {ready.control_number}
    assert in_bucket(biller, "no-answer") == {silent.control_number}
    assert in_bucket(biller, "on-hold") == {held.control_number}
    assert shown[ALL].count == 3


def test_a_claim_put_off_leaves_its_bucket_and_comes_back_on_its_day(
    biller: Client, silent: Claim, world: World
) -> None:
    until = usual_day(world.practice)
    snooze_claim(claim=silent, until=until, reason="they promised a letter")
    assert in_bucket(biller, "no-answer") == set()
    assert in_bucket(biller, "snoozed") == {silent.control_number}
    with clock.travel(clock.now() + timedelta(days=(until - clock.today(world.practice)).days)):
        back = client_of(world.practice, Role.BILLER)  # the night has ended the session
        assert in_bucket(back, "no-answer") == {silent.control_number}
    told = TimelineEntry.objects.get(kind="claim.snoozed")
    assert "they promised a letter" in told.sentence


def test_news_brings_back_a_claim_that_was_put_off(biller: Client, silent: Claim) -> None:
    snooze_claim(claim=silent, until=date(2026, 12, 1), reason="they promised a letter")
    open_work_item(subject=silent, kind="claim.status_answer", title="The payer asks for records")
    assert in_bucket(biller, "no-answer") == {silent.control_number}


def test_three_business_days_pass_over_thanksgiving(world: World) -> None:
    assert usual_day(world.practice) == date(2026, 11, 27)  # Monday 23rd; the 26th is a holiday


def test_a_claim_without_work_gets_some_when_it_is_given_to_somebody(ready: Claim) -> None:
    biller = user_of(ready.practice, Role.BILLER)
    assign_claim(claim=ready, owner=biller)
    assert WorkItem.objects.get().owner == biller
    assign_claim(claim=ready, owner=None)
    assert WorkItem.objects.get().owner is None


def test_nobody_cannot_be_taken_from_a_claim(ready: Claim) -> None:
    with pytest.raises(ApplicationError):
        assign_claim(claim=ready, owner=None)


@pytest.mark.parametrize(
    ("days_left", "share"), [(60, "0.95"), (30, "1.90"), (15, "2.85"), (-1, "0.095")]
)
def test_money_at_risk_grows_towards_the_filing_limit(
    ready: Claim, days_left: int, share: str
) -> None:
    today = clock.today(ready.practice)
    version = ready.version
    type(version).objects.filter(pk=version.pk).update(
        filing_deadline_on=today + timedelta(days=days_left)
    )
    rows = flagged(Claim.objects.all(), today).annotate(risk=money_at_risk(today))
    assert rows.get().risk == ready.charge_amount * Decimal(share)


def test_what_is_ready_is_to_be_sent_whatever_was_wrong_before(
    biller: Client, ready: Claim
) -> None:
    open_work_item(subject=ready, kind="claim.rejected", title="Rejected the file")
    page = biller.get(reverse("claims:worklist"), {"bucket": "ready"}).content.decode()
    assert "Send with the next batch" in page
    assert "Rejected the file" not in page
