"""The task queue. Tasks carry only row ids: the row is the job, the message a wake-up call."""

import logging.config
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready
from django.conf import settings

from config import pool

__all__ = ["app", "pool"]  # the pool: for its signal handlers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("claimline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**_options: Any) -> None:
    """Keep Celery's own formats away: its lines, too, go through our allow-list."""
    logging.config.dictConfig(settings.LOGGING)


@worker_ready.connect
def tell_the_launcher(**_options: Any) -> None:
    """Leave a sign that tasks are taken from now on; the launcher waits for it."""
    sign = os.environ.get("CLAIMLINE_READY_FILE")
    if sign:
        Path(sign).touch()
