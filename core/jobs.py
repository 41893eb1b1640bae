"""Long work: a Job row with progress, lease, cancel and resume (DESIGN 3.13)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db.models import F

from core import clock
from core.actors import Actor, acting_as, person
from core.choices import JobState
from core.errors import ApplicationError
from core.leases import claim_due
from core.models.job import Job
from core.models.practice import Practice
from core.quiet_memory import collected_rarely
from core.tenancy import practice_scope
from core.waking import wake

log = structlog.get_logger(__name__)
SWEEP = "jobs"
LEASE = timedelta(seconds=60)
MOST_TRIES = 5
_kinds: dict[str, Callable[["Job", "Progress"], None]] = {}


class JobCancelled(Exception):
    """Somebody asked the job to stop; raised at its next safe point."""


class Progress:
    """What a running job tells about itself. Every call extends its lease."""

    def __init__(self, job: Job) -> None:
        self._job = job

    @property
    def cursor(self) -> Any:
        """Where the last run stopped: whatever that run saved, {} at first."""
        return self._job.cursor

    def total(self, count: int) -> None:
        """Say how many steps there are."""
        self._save(total=count)

    def begin_anew(self) -> None:
        """For work that is whole or not at all: what an earlier run counted is void."""
        self._save(done=0, total=0, error_count=0, errors=[])

    def finished(self) -> None:
        """Say that all is done, for work whose steps were told apart (core/progress_apart.py)."""
        self._save(done=F("total"))

    def step(self, count: int = 1, *, error: str = "", cursor: Any = None) -> None:
        """Say that `count` steps are done; with `error`, that one of them failed and why.

        Saves `cursor` to resume from. Raises JobCancelled at this safe point when asked to stop.
        """
        changes: dict[str, Any] = {"done": F("done") + count}
        if error:
            changes["error_count"] = F("error_count") + 1
            changes["errors"] = [*self._job.errors, error][:100]
        if cursor is not None:
            changes["cursor"] = cursor
        self._save(**changes)
        if self._job.cancel_requested:
            raise JobCancelled

    def result(self, **values: Any) -> None:
        """Keep what came of it, for the job's page."""
        self._save(result={**self._job.result, **values})

    def _save(self, **changes: Any) -> None:
        changes["lease_until"] = clock.now() + LEASE
        Job.everywhere.filter(pk=self._job.pk).update(**changes)
        self._job.refresh_from_db()


def job_kind(name: str) -> Callable[[Callable[[Job, Progress], None]], Callable[..., None]]:
    """Register the decorated function as the work of jobs of kind `name`."""

    def register(work: Callable[[Job, Progress], None]) -> Callable[[Job, Progress], None]:
        _kinds[name] = work
        return work

    return register


def start_job(
    *, practice: Practice, kind: str, title: str, arguments: dict[str, int | str], user: Any = None
) -> Job:
    """Queue one job. `arguments` holds ids, never names. Raises KeyError for an unknown kind."""
    _kinds[kind]
    job = Job.everywhere.create(
        practice=practice, kind=kind, title=title, arguments=arguments, user=user
    )
    wake(SWEEP)
    return job


def cancel_job(job: Job) -> None:
    """Ask a job to stop at its next safe point; one that has not begun stops at once."""
    waiting = Job.everywhere.filter(pk=job.pk, state=JobState.QUEUED, lease_until__isnull=True)
    if not waiting.update(state=JobState.CANCELLED, finished_at=clock.now()):
        Job.everywhere.filter(pk=job.pk).update(cancel_requested=True)


def resume_job(job: Job) -> None:
    """Queue a failed or cancelled job again; it goes on from its cursor."""
    if not job.is_over or job.state == JobState.DONE:
        raise ApplicationError("Only a failed or cancelled job can go on.")
    Job.everywhere.filter(pk=job.pk).update(
        state=JobState.QUEUED,
        cancel_requested=False,
        attempts=0,
        lease_until=None,
        due_at=clock.now(),
        finished_at=None,
        last_error="",
    )
    wake(SWEEP)


def run_due_jobs() -> int:
    """The sweep: take one due job and run it to its end, its failure, or its cancellation."""
    open_jobs = Job.everywhere.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    for job in claim_due(open_jobs, limit=1, lease=LEASE):
        _run(job)
        return 1
    return 0


def _run(job: Job) -> None:
    if job.attempts > MOST_TRIES:
        _finish(job, JobState.FAILED, "stopped too often without an answer")
        return
    Job.everywhere.filter(pk=job.pk).update(
        state=JobState.RUNNING, started_at=job.started_at or clock.now()
    )
    job.refresh_from_db()
    actor = person(job.user, source="job") if job.user else Actor(source="job")
    try:
        with practice_scope(job.practice), acting_as(actor), collected_rarely():
            _kinds[job.kind](job, Progress(job))
    except JobCancelled:
        _finish(job, JobState.CANCELLED, "")
    except ApplicationError as error:
        _finish(job, JobState.FAILED, error.message)
    except Exception as error:
        log.exception("job_failed", job=job.pk, kind=job.kind)
        _finish(job, JobState.FAILED, f"{type(error).__name__}, see the log for job {job.pk}")
    else:
        _finish(job, JobState.DONE, "")


def _finish(job: Job, state: str, error: str) -> None:
    Job.everywhere.filter(pk=job.pk).update(
        state=state, last_error=error[:300], finished_at=clock.now(), lease_until=None
    )
