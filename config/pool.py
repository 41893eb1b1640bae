"""Ties Celery's pool processes to the worker that forked them."""

import ctypes
import os
import signal
import sys
from typing import Any

from celery.signals import worker_process_init

_PR_SET_PDEATHSIG = 1
_WORKER = os.getpid()  # read before the first fork: `-A config` imports this


@worker_process_init.connect
def end_with_the_worker(**_options: Any) -> None:
    """A pool process ends when its worker is killed outright, instead of waiting for it forever."""
    if sys.platform != "linux" or os.getpid() == _WORKER:  # the worker itself, with `--pool solo`
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != _WORKER:  # it was killed between the fork and the line above
        os.kill(os.getpid(), signal.SIGKILL)
