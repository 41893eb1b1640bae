"""A due row is leased to one worker; a lease that ran out can be taken by the next."""

from datetime import timedelta

import pytest

from core import clock
from core.leases import backoff, claim_due
from core.models import Job, Practice

pytestmark = pytest.mark.django_db


def job_of(practice: Practice, **columns: object) -> Job:
    return Job.everywhere.create(practice=practice, kind="test", title="Test", **columns)


def test_takes_what_is_due_oldest_first_up_to_the_limit(summit: Practice) -> None:
    now = clock.now()
    late = job_of(summit, due_at=now - timedelta(minutes=1))
    early = job_of(summit, due_at=now - timedelta(minutes=9))
    job_of(summit, due_at=now + timedelta(minutes=9))
    assert claim_due(Job.everywhere.all(), limit=5) == [early, late]


def test_a_leased_row_is_nobody_elses_until_the_lease_runs_out(summit: Practice) -> None:
    job_of(summit)
    (first,) = claim_due(Job.everywhere.all(), limit=1, lease=timedelta(seconds=30))
    assert claim_due(Job.everywhere.all(), limit=1) == []
    with clock.travel(clock.now() + timedelta(seconds=31)):
        (again,) = claim_due(Job.everywhere.all(), limit=1)
    assert (again.pk, again.attempts) == (first.pk, 2)
    assert again.lease_token != first.lease_token


def test_waiting_doubles_up_to_an_hour() -> None:
    assert [backoff(n).seconds for n in (0, 1, 2, 3)] == [5, 10, 20, 40]
    assert backoff(50) == timedelta(hours=1)
