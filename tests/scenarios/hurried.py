"""The real Celery application with short waits, so that what takes minutes takes seconds.

Only lengths of time differ: the lease of a file being sent, the pauses between tries, the rest of
a circuit and the rounds of the beat. `celery -A tests.scenarios.hurried …`
"""

from datetime import timedelta
from typing import Any

from celery.signals import worker_init

from config.celery import app
from config.celery import pool as _pool

__all__ = ["app"]

LEASE, NOT_SOONER = timedelta(seconds=6), timedelta(seconds=3)
_ = _pool  # pool processes end with their worker
app.conf.beat_schedule = {
    "sweep what is due": {
        "task": "core.tasks.sweep_due",
        "schedule": 1.0,
        "options": {"expires": 3},
    }
}


@worker_init.connect
def hurry(**_options: Any) -> None:
    """Shorten the waits, before the pool is forked."""
    from claims.services import outbox_work, partner_lines, send_transmission

    send_transmission.LEASE = LEASE
    send_transmission.NOT_SOONER = NOT_SOONER
    send_transmission.TRY_AGAIN = (1, 2, 3)
    outbox_work.ASK_AGAIN = (1, 2, 3)
    partner_lines.REST_SECONDS = (1, 2)
    partner_lines.TRIAL = timedelta(seconds=10)
