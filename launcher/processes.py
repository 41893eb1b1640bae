"""Starting and ending child processes so that none of them outlives the launcher."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded once, before any fork: loading a library between fork and exec can deadlock.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The system account that a child runs as (PostgreSQL refuses to run as root)."""

    uid: int
    gid: int


@dataclass
class Child:
    """One running child: its name in messages, how to ask it to stop and where it logs."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    log: Path | None = None

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask, wait, then insist: afterwards nothing of this child's session is left."""
        if self.running:
            self._signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            self.process.send_signal(number)
        except ProcessLookupError:
            return

    def _signal_group(self, number: signal.Signals) -> None:
        # The child leads its own session, so its group id is its process id, also after its end.
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def start(
    name: str,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path | None = None,
    folder: Path | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    death_signal: signal.Signals | None = None,
    patience: float = 10.0,
) -> Child:
    """Start a child in a session of its own that the kernel ends when the launcher dies.

    Its own session keeps Ctrl-C away from it: the launcher alone hears that and stops the children
    in order. `death_signal` is what it gets when the launcher is killed outright.
    """
    output: IO[bytes] | int = subprocess.DEVNULL
    if log is not None:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("ab")
    try:
        process = subprocess.Popen(
            list(command),
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal or stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    finally:
        if not isinstance(output, int):
            output.close()
    return Child(name, process, stop_signal=stop_signal, patience=patience, log=log)


def run_as(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    account: Account | None = None,
    text_in: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a short command to its end and keep what it says."""
    return subprocess.run(
        list(command),
        env=dict(environment),
        cwd="/",
        input=text_in,
        stdin=subprocess.DEVNULL if text_in is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Make the function that runs in the child just before exec: ask the kernel for `number`."""
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # the launcher died between fork and prctl
            os.kill(os.getpid(), signal.SIGKILL)

    return arrange


def alive(pid: int) -> bool:
    """Whether a process with this id exists (a zombie does not count)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process_state(pid) != "Z"


def process_state(pid: int) -> str:
    """The kernel's one-letter state of a process; empty where it cannot be read."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return status.rpartition(")")[2].split()[0]


def wait_for(ready: Callable[[], bool], *, seconds: float, child: Child | None = None) -> bool:
    """Ask `ready` until it agrees; give up when time is over or the child has ended."""
    deadline = time.monotonic() + seconds
    while True:
        if ready():
            return True
        if time.monotonic() > deadline or (child is not None and not child.running):
            return False
        time.sleep(0.05)


def last_lines(log: Path | None, count: int = 12) -> str:
    """The end of a log file, for an error message."""
    if log is None or not log.exists():
        return ""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-count:])
