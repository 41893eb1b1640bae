"""The sweeper finds what is due, whatever happened to the message that should have said so."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections

log = structlog.get_logger(__name__)
Sweep = Callable[[], int]
_sweeps: dict[str, Sweep] = {}


def register(name: str, sweep: Sweep) -> None:
    """Add a sweep: it handles some due rows and returns how many; 0 means nothing was due."""
    _sweeps[name] = sweep


def names() -> list[str]:
    """The registered sweeps in the order they run."""
    return list(_sweeps)


def run_one(name: str, *, seconds: float = 30) -> int:
    """Run one sweep until nothing is due or `seconds` have passed; returns rows handled."""
    handled, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        count = _guarded(name)
        handled += count
        if not count:
            break
    return handled


def run_all(*, seconds: float = 30) -> int:
    """Run every sweep in turn until a whole round finds nothing due; returns rows handled."""
    handled, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        count = sum(_guarded(name) for name in _sweeps)
        handled += count
        if not count:
            break
    return handled


def _guarded(name: str) -> int:
    """One round of one sweep. A sweep that breaks must not keep the others from running."""
    try:
        return _sweeps[name]()
    except Exception:
        if getattr(settings, "CLAIMLINE_RAISE_IN_SWEEPS", False):
            raise
        log.exception("sweep_failed", sweep=name)
        close_old_connections()
        return 0
