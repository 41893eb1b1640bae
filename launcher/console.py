"""What the person at the terminal sees: one line a step, with the time it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Console:
    """Writes steps and sentences to one stream; a quiet one writes nothing."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self.stream = stream or sys.stdout
        self.quiet = quiet

    def say(self, text: str = "") -> None:
        """Write a line."""
        if not self.quiet:
            print(text, file=self.stream, flush=True)

    @contextmanager
    def step(self, name: str, *, talks: bool = False) -> Iterator[None]:
        """Name a step, do it, say how long it took. A step that `talks` writes lines of its own."""
        if self.quiet:
            yield
            return
        print(f"  {name} ...", end="\n" if talks else " ", file=self.stream, flush=True)
        begin = time.monotonic()
        try:
            yield
        except BaseException:
            self.say("" if talks else "stopped")
            raise
        seconds = f"{time.monotonic() - begin:.1f} s"
        self.say(f"  {name}: {seconds}" if talks else seconds)
