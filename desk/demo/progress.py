"""Saying how far the loading is, on standard error: one line that is drawn over itself."""

import time
from typing import TextIO


class Progress:
    """Prints step, done and total; on a terminal over one line, elsewhere now and then."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._step, self._done, self._total = "", 0, 0
        self._started = self._printed = time.monotonic()

    def step(self, name: str, total: int) -> None:
        """Begin a step of `total` parts."""
        self._end_line()
        self._step, self._done, self._total = name, 0, total
        self._print(force=True)

    def did(self, count: int = 1) -> None:
        """`count` more parts are done."""
        self._done += count
        self._print(force=self._done >= self._total)

    def finish(self, words: str) -> None:
        """Say what came of it, and how long it took."""
        self._end_line()
        self._out.write(f"{words} ({time.monotonic() - self._started:.0f} s)\n")
        self._out.flush()

    def _print(self, *, force: bool) -> None:
        now = time.monotonic()
        if not force and now - self._printed < (0.2 if self._live else 5):
            return
        self._printed = now
        line = f"  {self._step}: {self._done} of {self._total}"
        self._out.write(f"\r{line:<60}" if self._live else f"{line}\n")
        self._out.flush()

    def _end_line(self) -> None:
        if self._live and self._step:
            self._out.write("\n")
