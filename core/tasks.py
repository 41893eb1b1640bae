"""Celery's side of the kernel: wake-up calls. The rows are the jobs."""

from celery import shared_task

from core import sweeping
from core.services.seal_audit import seal_audit as seal


@shared_task(name="core.tasks.sweep_due")
def sweep_due() -> None:
    """Beat's round: run every sweep for a few seconds."""
    sweeping.run_all(seconds=20)


@shared_task(name="core.tasks.sweep_one")
def sweep_one(name: str) -> None:
    """A wake-up for one sweep."""
    sweeping.run_one(name)


@shared_task(name="core.tasks.seal_audit")
def seal_audit() -> None:
    """Seal committed audit events."""
    while seal():
        pass
