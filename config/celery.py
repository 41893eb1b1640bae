"""The task queue. Tasks carry only row ids: the row is the job, the message a wake-up call."""

import ctypes
import logging.config
import os
import signal
import sys
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_ready
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

_PR_SET_PDEATHSIG = 1

app = Celery("claimline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_our_logging(**_options: Any) -> None:
    """Keep Celery's own formats away: its lines, too, go through our allow-list."""
    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def end_with_the_worker(**_options: Any) -> None:
    """A pool process ends when its worker is killed outright, instead of waiting for it forever."""
    if sys.platform != "linux":
        return
    worker = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != worker:  # it was killed meanwhile
        os.kill(os.getpid(), signal.SIGKILL)


@worker_ready.connect
def tell_the_launcher(**_options: Any) -> None:
    """Leave a sign that tasks are taken from now on; the launcher waits for it."""
    sign = os.environ.get("CLAIMLINE_READY_FILE")
    if sign:
        Path(sign).touch()
