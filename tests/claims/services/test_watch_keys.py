"""A key that ends soon becomes work in time, and stops being work when it no longer does."""

from datetime import timedelta

import pytest

from claims.models import PayerCredential
from claims.services.credentials import create_credential, revoke_credential
from claims.services.watch_keys import report_ending_keys
from core import clock
from core.models import WorkItem
from tests.factories.claims import World

pytestmark = pytest.mark.django_db
WORK = {"kind": "credential.ending", "state": "open"}


@pytest.fixture
def key(world: World) -> PayerCredential:
    """One that ends in 30 days."""
    ends = clock.now() + timedelta(days=30)
    return create_credential(partner=world.partner, name="Events", expires_at=ends)[0]


def test_two_weeks_before_its_end_an_admin_is_told_once(key: PayerCredential) -> None:
    assert report_ending_keys() == 0
    with clock.travel(clock.now() + timedelta(days=17)):
        assert report_ending_keys() == 1
        assert report_ending_keys() == 0
    item = WorkItem.objects.get(**WORK)
    assert item.title == "The callback key Events ends on 12/23/2026"
    assert (item.role, str(item.due_on)) == ("practice_admin", "2026-12-23")


def test_a_later_end_closes_the_work_and_is_watched_anew(key: PayerCredential) -> None:
    with clock.travel(clock.now() + timedelta(days=17)):
        report_ending_keys()
        PayerCredential.objects.update(expires_at=clock.now() + timedelta(days=90))
        assert report_ending_keys() == 1
        assert not WorkItem.objects.filter(**WORK).exists()
    with clock.travel(clock.now() + timedelta(days=100)):
        assert report_ending_keys() == 1
        assert WorkItem.objects.filter(**WORK).count() == 1


def test_a_revoked_key_and_one_without_an_end_are_nobodys_work(
    world: World, key: PayerCredential
) -> None:
    create_credential(partner=world.partner, name="For ever")
    with clock.travel(clock.now() + timedelta(days=17)):
        report_ending_keys()
        revoke_credential(credential=key)
        assert report_ending_keys() == 1
        assert not WorkItem.objects.filter(**WORK).exists()
        assert report_ending_keys() == 0
