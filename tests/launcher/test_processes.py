"""A child ends with its parent, however the parent ends, and takes its own children along."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from launcher.processes import Child, alive, start, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
STUBBORN = """
import os, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(60)
"""
PARENT = """
import os, sys, time
from pathlib import Path
from launcher.processes import start
command = [sys.executable, "-c", "import time; time.sleep(60)"]
child = start("child", command, environment=os.environ)
Path(sys.argv[1]).write_text(str(child.process.pid))
time.sleep(60)
"""
NEST = """
import subprocess, sys, time
from pathlib import Path
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
Path(sys.argv[1]).write_text(str(inner.pid))
time.sleep(60)
"""


def python(code: str, *words: str, patience: float = 5) -> Child:
    """Start a Python of our own making."""
    command = [sys.executable, "-c", code, *words]
    return start("child", command, environment=os.environ, patience=patience)


def number_in(path: Path) -> int:
    """Wait for a process to write its number."""
    assert wait_for(lambda: path.exists() and path.read_text() != "", seconds=10)
    return int(path.read_text())


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path / "pid")], cwd=ROOT)
    child = number_in(tmp_path / "pid")
    assert alive(child)
    parent.kill()
    parent.wait()
    assert wait_for(lambda: not alive(child), seconds=5)


def test_a_child_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    child = python(STUBBORN, str(tmp_path / "pid"), patience=0.2)
    number_in(tmp_path / "pid")
    child.stop()
    assert not child.running
    assert child.process.returncode == -signal.SIGKILL


def test_stopping_a_child_ends_its_own_children(tmp_path: Path) -> None:
    child = python(NEST, str(tmp_path / "pid"))
    inner = number_in(tmp_path / "pid")
    child.stop()
    assert wait_for(lambda: not alive(inner), seconds=5)


def test_a_child_does_not_hear_the_terminals_ctrl_c() -> None:
    child = python("import time; time.sleep(60)")
    try:
        assert os.getpgid(child.process.pid) != os.getpgid(0)
    finally:
        child.stop()


def test_waiting_gives_up_when_the_child_ends() -> None:
    child = python("")
    assert not wait_for(lambda: False, seconds=30, child=child)
    child.stop()


def test_what_a_child_says_goes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log" / "child.log"
    command = [sys.executable, "-c", "print('hello')"]
    child = start("child", command, environment=os.environ, log=log)
    child.process.wait()
    child.stop()
    assert log.read_text() == "hello\n"
