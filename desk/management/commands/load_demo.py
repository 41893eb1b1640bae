"""`manage.py load_demo`: two fictional practices with half a year of work in every state."""

import signal
import sys
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from desk.demo.load import is_loaded, load_demo, refresh_addresses
from desk.demo.progress import Progress
from desk.demo.simulator_process import SimulatorFailed


class Command(BaseCommand):
    """Load the demo once; on later runs only tell the simulator the addresses of this run."""

    help = "Load the demo practices (once) and write the payer simulator's configuration."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            refresh_addresses()
            self.stdout.write("The demo practices are there already; nothing was changed.")
            return
        signal.signal(signal.SIGTERM, _stop)
        progress = Progress(sys.stderr)
        try:
            load_demo(progress)
        except SimulatorFailed as error:
            raise CommandError(
                f"The demo was not loaded, and nothing of it stayed: {error}"
            ) from error
        refresh_addresses()
        progress.finish("  The demo practices are loaded")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End as on Ctrl-C, so that the simulator is stopped and the transaction rolled back."""
    raise SystemExit(143)
