"""Who works on a data folder: a lock that the kernel drops with its holder, and a note beside it.

The lock, not a process id, says whether a stack runs: it cannot be stale after a ``kill -9``.
"""

import contextlib
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from launcher.engines import Engines
from launcher.errors import LauncherError
from launcher.layout import Layout, make_private

STACK = "run"
COMMAND = "manage"


@dataclass(frozen=True)
class Note:
    """What the holder of the lock says about itself."""

    pid: int
    kind: str
    port: int = 0
    address: str = ""
    engines: dict[str, str] | None = None


class Instance:
    """The lock and the note of one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.lock_file = data / "running.lock"
        self.note_file = data / "running.json"
        self._lock: IO[str] | None = None

    def take(self, kind: str) -> bool:
        """Become the one that works on this data; False when somebody already does."""
        make_private(self.data)
        lock = self.lock_file.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        self.write(Note(os.getpid(), kind))
        return True

    def write(self, note: Note) -> None:
        """Tell others where things are; replaced in one step, so nobody reads half a note."""
        part = self.note_file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(note)))
        part.replace(self.note_file)

    def announce(self, layout: Layout, engines: Engines) -> None:
        """Say that the engines answer, and where the stack is or will be."""
        note = Note(os.getpid(), STACK, layout.port, layout.address, engines.as_json())
        self.write(note)

    def release(self) -> None:
        """Let go; the note goes first, so that it never speaks for nobody."""
        if self._lock is not None:
            with contextlib.suppress(FileNotFoundError):
                self.note_file.unlink()
            self._lock.close()
            self._lock = None

    def holder(self) -> Note | None:
        """Who holds the lock now; None when nobody does."""
        if not self.lock_file.exists():
            return None
        with self.lock_file.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return self._read()
        return None

    def _read(self) -> Note:
        for _attempt in range(40):
            with contextlib.suppress(OSError, ValueError, TypeError):
                return Note(**json.loads(self.note_file.read_text()))
            time.sleep(0.05)  # the holder has the lock and writes its note right now
        return Note(0, STACK)

    def wait_for_engines(self, seconds: float) -> tuple[int, Engines] | None:
        """The running stack's port and engines, once they answer; None when it ends before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            note = self.holder()
            if note is None:
                return None
            if note.engines:
                return note.port, Engines(**note.engines)
            time.sleep(0.1)
        raise LauncherError(f"The stack on {self.data} is still starting; try again in a moment.")
