"""Long work is a row: it shows progress, stops when asked, and goes on where it stopped."""

from collections.abc import Iterator

import pytest

from core import clock, jobs
from core.choices import JobState
from core.errors import ApplicationError
from core.models import Job, Practice
from core.tenancy import current_practice_id

pytestmark = pytest.mark.django_db
steps: list[int] = []


@pytest.fixture(autouse=True)
def counting_job() -> Iterator[None]:
    """A job that counts to five, breaking where its arguments say."""
    steps.clear()

    @jobs.job_kind("test.count")
    def count(job: Job, progress: jobs.Progress) -> None:
        assert current_practice_id() == job.practice_id
        progress.total(5)
        for number in range(progress.cursor.get("next", 1), 6):
            if number == job.arguments.get("break_at") and job.attempts == 1:
                raise OSError("power cut")
            if number == job.arguments.get("cancel_at") and not job.cancel_requested:
                jobs.cancel_job(job)
            steps.append(number)
            error = "three is bad" if number == job.arguments.get("bad") else ""
            progress.step(error=error, cursor={"next": number + 1})
        progress.result(counted=5)

    yield
    jobs._kinds.pop("test.count")


def start(practice: Practice, **arguments: int) -> Job:
    return jobs.start_job(
        practice=practice, kind="test.count", title="Count", arguments=dict(arguments)
    )


def run(job: Job) -> Job:
    jobs.run_due_jobs()
    job.refresh_from_db()
    return job


def test_runs_to_its_end_and_says_how_far_it_is(summit: Practice) -> None:
    job = run(start(summit, bad=3))
    assert (job.state, job.done, job.total, job.percent) == (JobState.DONE, 5, 5, 100)
    assert (job.error_count, job.errors) == (1, ["three is bad"])
    assert job.result == {"counted": 5}
    assert jobs.run_due_jobs() == 0


def test_stops_at_a_safe_point_and_goes_on_from_there(summit: Practice) -> None:
    job = run(start(summit, cancel_at=3))
    assert (job.state, steps) == (JobState.CANCELLED, [1, 2, 3])
    jobs.resume_job(job)
    assert (run(job).state, steps) == (JobState.DONE, [1, 2, 3, 4, 5])


def test_one_that_has_not_begun_is_cancelled_at_once(summit: Practice) -> None:
    job = start(summit)
    jobs.cancel_job(job)
    assert (run(job).state, steps) == (JobState.CANCELLED, [])


def test_a_failure_is_kept_without_its_details_and_can_be_resumed(summit: Practice) -> None:
    job = run(start(summit, break_at=2))
    assert job.state == JobState.FAILED
    assert job.last_error == f"OSError, see the log for job {job.pk}"
    job.arguments = {}
    job.save()
    jobs.resume_job(job)
    assert (run(job).state, steps) == (JobState.DONE, [1, 2, 3, 4, 5])
    with pytest.raises(ApplicationError):
        jobs.resume_job(job)


def test_a_job_whose_worker_died_is_taken_up_again(summit: Practice) -> None:
    job = start(summit)
    Job.everywhere.filter(pk=job.pk).update(
        state=JobState.RUNNING, cursor={"next": 4}, lease_until=clock.now() - jobs.LEASE
    )
    assert (run(job).state, steps) == (JobState.DONE, [4, 5])


def test_one_that_keeps_dying_is_given_up(summit: Practice) -> None:
    job = start(summit)
    Job.everywhere.filter(pk=job.pk).update(attempts=jobs.MOST_TRIES)
    assert run(job).state == JobState.FAILED


def test_an_unknown_kind_is_refused_at_the_door(summit: Practice) -> None:
    with pytest.raises(KeyError):
        jobs.start_job(practice=summit, kind="nonsense", title="?", arguments={})
