"""Waking workers: a Celery message is a wake-up call that carries no work (DESIGN 3.5).

When the broker is away nothing is lost: the beat and `manage.py sweep` find the rows.
"""

from functools import partial

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake(sweep: str) -> None:
    """After the commit, ask a worker to run the sweep of that name; once a transaction."""
    if not getattr(settings, "CLAIMLINE_WAKE_WORKERS", True):
        return
    pending = {
        call.args
        for _, call, *_ in transaction.get_connection().run_on_commit
        if isinstance(call, partial)
    }
    if (sweep,) not in pending:
        transaction.on_commit(partial(_send, sweep), robust=True)


def _send(sweep: str) -> None:
    try:
        current_app.send_task("core.tasks.sweep_one", args=[sweep], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("wake_up_not_sent", sweep=sweep, error=type(error).__name__)
