"""Everything that is not domain: settings, addresses, the task queue, logging, safety checks."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
