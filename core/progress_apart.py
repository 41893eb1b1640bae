"""Progress of work that is one transaction: told over a connection of its own, so that it is seen.

What a job writes inside its transaction nobody sees before the end. Its row is therefore told how
far it is over a second connection, which also hears whether somebody asked it to stop.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections

from core import clock
from core.jobs import LEASE, JobCancelled
from core.models.job import Job

_STEP = """
UPDATE core_job SET done = done + %s, total = COALESCE(%s, total), lease_until = %s
WHERE id = %s RETURNING cancel_requested
"""


@contextmanager
def progress_apart(job: Job) -> Iterator[Callable[[int, int | None], None]]:
    """Yields `step(done, total)`: adds to what is done, sets the total unless it is None.

    The step extends the lease, and raises JobCancelled when the job was asked to stop.
    """
    other = connections.create_connection(DEFAULT_DB_ALIAS)

    def step(done: int, total: int | None = None) -> None:
        until = clock.now() + LEASE
        with other.cursor() as cursor:
            cursor.execute(_STEP, [done, total, until, job.pk])
            row = cursor.fetchone()
        if row and row[0]:
            raise JobCancelled

    try:
        yield step
    finally:
        other.close()
