"""`manage.py sweep`: do what is due now, without Celery or Redis."""

from typing import Any

from django.core.management.base import BaseCommand

from core import sweeping
from core.services.seal_audit import seal_audit


class Command(BaseCommand):
    """Run every sweep until nothing is due."""

    help = "Do everything that is due now (what the beat does every few seconds)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, seal, and say how many rows were handled."""
        handled = sweeping.run_all(seconds=600)
        while sealed := seal_audit():
            handled += sealed
        self.stdout.write(f"{handled} rows handled")
