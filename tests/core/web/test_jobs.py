"""The job centre: what runs is seen from every page, and can be stopped and taken up again."""

from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.choices import JobState, Role
from core.models import AuditEvent, Job, Practice
from core.views.jobs import card_of
from tests.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.site")]


def job_of(practice: Practice, **more: Any) -> Job:
    values = {"kind": "test", "title": "Statement run", "state": JobState.RUNNING} | more
    return Job.everywhere.create(practice=practice, **values)


def test_jobs_of_the_practice_are_listed_and_no_others(
    summit: Practice, lakeside: Practice
) -> None:
    job_of(summit, title="Our import")
    theirs = job_of(lakeside, title="Their import")
    client = client_of(summit, Role.BILLER)
    text = client.get("/jobs/").content.decode()
    assert "Our import" in text
    assert "Their import" not in text
    assert client.get(f"/jobs/{theirs.public_id}/").status_code == 404
    assert client.post(f"/jobs/{theirs.public_id}/cancel/").status_code == 404


def test_the_shell_shows_what_runs(summit: Practice) -> None:
    job_of(summit, total=200, done=144)
    job_of(summit, state=JobState.DONE)
    text = client_of(summit, Role.BILLER).get("/shell/").content.decode()
    assert "1 job · 72 %" in text


def test_a_job_page_refreshes_itself_only_while_it_runs(summit: Practice) -> None:
    client = client_of(summit, Role.BILLER)
    running, over = job_of(summit), job_of(summit, state=JobState.DONE)
    assert "every 2s" in client.get(f"/jobs/{running.public_id}/").content.decode()
    assert "every 2s" not in client.get(f"/jobs/{over.public_id}/").content.decode()


def test_a_fragment_of_a_job_is_its_card_alone(summit: Practice) -> None:
    job = job_of(summit, total=10, done=4, error_count=1, errors=["Row 2: no date"])
    answer = client_of(summit, Role.BILLER).get(
        f"/jobs/{job.public_id}/", headers={"HX-Request": "true"}
    )
    text = answer.content.decode()
    assert text.lstrip().startswith("<section")
    assert "Row 2: no date" in text
    assert "HX-Request" in answer["Vary"]


def test_cancelling_asks_a_running_job_to_stop(summit: Practice) -> None:
    job = job_of(summit, lease_until=clock.now())
    answer = client_of(summit, Role.MANAGER).post(f"/jobs/{job.public_id}/cancel/")
    assert answer.status_code == 303
    job.refresh_from_db()
    assert job.cancel_requested
    assert AuditEvent.objects.filter(action="job.cancelled", subject_id=job.pk).count() == 1


def test_a_stopped_job_goes_on_from_where_it_was(summit: Practice) -> None:
    job = job_of(summit, state=JobState.FAILED, cursor={"row": 7})
    client_of(summit, Role.MANAGER).post(f"/jobs/{job.public_id}/cancel/", {"resume": "1"})
    job.refresh_from_db()
    assert (job.state, job.cursor) == (JobState.QUEUED, {"row": 7})


def test_a_finished_job_cannot_go_on_and_says_why(summit: Practice) -> None:
    job = job_of(summit, state=JobState.DONE)
    client = client_of(summit, Role.MANAGER)
    answer = client.post(f"/jobs/{job.public_id}/cancel/", {"resume": "1"}, follow=True)
    assert "Only a failed or cancelled job can go on." in answer.content.decode()


def test_time_left_is_told_after_ten_seconds_and_not_before(summit: Practice) -> None:
    now = clock.now()
    with clock.travel(now):
        started = now - timedelta(seconds=30)
        job = job_of(summit, total=100, done=25, started_at=started)
        assert card_of(job, may_steer=True).seconds_left == 90
        job.started_at = now - timedelta(seconds=9)
        assert card_of(job, may_steer=True).left_in_words == ""
        job.started_at, job.done = now - timedelta(minutes=10), 50
        assert card_of(job, may_steer=True).left_in_words == "about 10 min left"


def test_only_its_starter_and_managers_may_stop_a_job(summit: Practice) -> None:
    job = job_of(summit)
    biller, manager = client_of(summit, Role.BILLER), client_of(summit, Role.MANAGER)
    auditor = client_of(summit, Role.AUDITOR)
    for client in (biller, auditor):
        assert (
            "Cancel at a safe point" not in client.get(f"/jobs/{job.public_id}/").content.decode()
        )
        assert client.post(f"/jobs/{job.public_id}/cancel/").status_code == 403
    assert "Cancel at a safe point" in manager.get(f"/jobs/{job.public_id}/").content.decode()
    Job.everywhere.filter(pk=job.pk).update(user_id=biller.session["_auth_user_id"])
    assert biller.post(f"/jobs/{job.public_id}/cancel/").status_code == 303


def test_a_view_of_the_jobs_can_be_kept(summit: Practice) -> None:
    answer = client_of(summit, Role.BILLER).post("/jobs/?bucket=failed", {"view_title": "Broken"})
    assert answer.status_code == 303
    assert "view=" in answer["Location"]
