"""Keeps the stack's processes running until told to stop, then ends them in order."""

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn

from launcher.console import Console
from launcher.errors import LauncherError
from launcher.processes import Child, last_lines, wait_for

MOST_RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Somebody asked the launcher to stop: Ctrl-C, a signal, ``./run stop``."""


def stop_on_signals() -> None:
    """Turn the signals that mean "stop" into StopRequested, wherever the launcher is just now."""

    def request(_number: int, _frame: FrameType | None) -> NoReturn:
        raise StopRequested

    for number in STOP_SIGNALS:
        # nohup ignores the hang-up on purpose; that wish is respected.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, request)


def finish_undisturbed() -> None:
    """From here on the launcher only cleans up; a second Ctrl-C must not leave half of it."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@dataclass
class Service:
    """One of our processes: how to start it and how to know that it is ready."""

    name: str
    launch: Callable[[], Child]
    ready: Callable[[], bool] = lambda: True
    seconds_to_ready: float = 60
    child: Child | None = None
    ended_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.child = self.launch()

    def wait_until_ready(self) -> None:
        """Wait for the first sign of life; a service that ends or stays silent is an error."""
        if not wait_for(self.ready, seconds=self.seconds_to_ready, child=self.child):
            log = self.child.log if self.child else None
            raise LauncherError(f"{self.name} did not start. {log} ends with:\n{last_lines(log)}")


class Supervisor:
    """Starts services in the order given and stops them in the reverse order."""

    def __init__(self, services: Sequence[Service], console: Console) -> None:
        self.services = list(services)
        self.console = console

    def start(self) -> None:
        """Start all at once (they do not wait for one another), then wait for each."""
        for service in self.services:
            service.start()
        for service in self.services:
            service.wait_until_ready()

    def watch(self, engines: Sequence[Child]) -> NoReturn:
        """Restart a service that ends; give up when an engine ends or a service keeps ending."""
        while True:
            time.sleep(0.5)
            for engine in engines:
                if not engine.running:
                    raise LauncherError(
                        f"{engine.name} ended. {engine.log} ends with:\n{last_lines(engine.log)}"
                    )
            for service in self.services:
                if service.child is not None and not service.child.running:
                    self._restart(service, service.child)

    def _restart(self, service: Service, child: Child) -> None:
        child.stop()  # its own children may still be there
        now = time.monotonic()
        recent = [moment for moment in service.ended_at if now - moment < RESTART_WINDOW_SECONDS]
        service.ended_at = [*recent, now]
        if len(service.ended_at) > MOST_RESTARTS:
            raise LauncherError(
                f"{service.name} keeps ending. {child.log} ends with:\n{last_lines(child.log)}"
            )
        code = child.process.returncode
        self.console.say(f"  {service.name} ended (code {code}); starting it again")
        service.start()

    def stop(self) -> None:
        """Stop every service, the last one started first."""
        for service in reversed(self.services):
            if service.child is not None:
                service.child.stop()
                service.child = None
