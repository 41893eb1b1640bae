"""What the test of a killed PostgreSQL runs in processes of its own, on a server of its own.

`lay-out` makes a practice with a remittance of many claims and the job that posts it; `work` runs
jobs as a worker does, and with a place to pause at makes a file there and waits to be killed;
`tell` prints what is in the books.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from bench.big_remittance import answers, deliver, first_answers, lay_out  # noqa: E402
from billing.jobs import POST_REMITTANCE  # noqa: E402
from billing.models import Journal  # noqa: E402
from billing.posting import load_remittance, post_remittance  # noqa: E402
from claims.models import Remittance  # noqa: E402
from claims.services import apply_remittance  # noqa: E402
from core import clock  # noqa: E402
from core.jobs import Progress, run_due_jobs, start_job  # noqa: E402
from core.models import Job, Practice  # noqa: E402
from core.tenancy import practice_scope  # noqa: E402
from tests.billing.books_hold import what_is_wrong  # noqa: E402

CLAIMS, PART = 200, 40


def lay_out_and_queue() -> None:
    """200 claims answered by one 835, and the job that posts it."""
    practice = Practice.objects.create(name="Killed", time_zone="America/Denver")
    with practice_scope(practice):
        lay_out(practice, CLAIMS)
        post_remittance.post_remittance(remittance=deliver(practice, first_answers(CLAIMS), 1))
        remittance = deliver(practice, answers(CLAIMS), 2)
        start_job(
            practice=practice, kind=POST_REMITTANCE, title="Post",
            arguments={"remittance_id": remittance.pk},
        )  # fmt: skip


def work(pause: str, mark: Path) -> None:
    """Run what is due; a lease that a dead worker left has run out."""
    load_remittance.PART = post_remittance.PART_SIZE = post_remittance.PART = PART
    apply_remittance.PART = PART
    if pause == "third part":
        post_remittance.write_plan = _pausing(post_remittance.write_plan, mark, at=3)
    elif pause == "committed":
        Progress.finished = _pausing(Progress.finished, mark, at=1)  # type: ignore[method-assign]
    Job.everywhere.update(lease_until=clock.now())
    while run_due_jobs():
        pass


def _pausing(act: Callable[..., Any], mark: Path, *, at: int) -> Callable[..., Any]:
    calls = 0

    def paused(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        done = act(*args, **kwargs) if calls != at or at > 1 else None
        if calls == at:
            mark.write_text("here")
            time.sleep(600)
        return done

    return paused


def tell() -> None:
    """What the big remittance came to, as JSON."""
    remittance = Remittance.everywhere.get(trace_number="BIG1")
    job = Job.everywhere.get()
    with practice_scope(remittance.practice):
        journals = Journal.objects.filter(source_kind="remittance", source_id=remittance.pk)
        said = {
            "state": remittance.state,
            "journals": journals.count(),
            "job": job.state,
            "done": job.done,
            "total": job.total,
            "wrong": what_is_wrong(),
        }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["lay-out"]:
            lay_out_and_queue()
        case ["work"]:
            work("", Path())
        case ["work", pause, mark]:
            work(pause, Path(mark))
        case ["tell"]:
            tell()
