"""A whole stack of the real launcher, engines, gunicorn and Celery around a tiny application."""

import json
import os
import signal
import stat
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest

from launcher.ports import port_is_free
from tests.launcher.clone import Clone

FIRST_PORT = 18_200


@pytest.fixture(scope="module")
def port() -> int:
    """A pair of free ports that differs between test processes."""
    start = FIRST_PORT + os.getpid() % 1000 * 2
    return next(p for p in range(start, start + 400, 2) if port_is_free(p) and port_is_free(p + 1))


@pytest.fixture(scope="module")
def clone() -> Iterator[Clone]:
    """A clone whose path has a space."""
    made = Clone()
    yield made
    for line in made.processes():
        os.kill(int(line.split()[0]), signal.SIGKILL)
    made.remove()


@pytest.fixture(scope="module")
def stack(clone: Clone, port: int) -> Iterator[subprocess.Popen[str]]:
    """The running stack."""
    yield (process := clone.start("--port", str(port)))
    if process.poll() is None:
        process.kill()
    process.wait()


def test_a_fresh_clone_is_set_up_by_a_management_command(clone: Clone) -> None:
    done = clone.run("manage", "put", "first")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert clone.wait_until_gone() == []


def test_says_where_it_is_and_how_to_sign_in(
    clone: Clone, stack: subprocess.Popen[str], port: int
) -> None:
    assert f"http://localhost:{port}/" in clone.output()
    assert "coder / secret" in clone.output()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        assert answer.read() == b"alive"


def test_secrets_are_for_their_owner_only(clone: Clone, stack: subprocess.Popen[str]) -> None:
    for name in ("secrets", "running.json"):
        mode = (clone.root / "var" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


def test_a_second_run_on_the_same_data_names_the_first(
    clone: Clone, stack: subprocess.Popen[str], port: int
) -> None:
    done = clone.run()
    assert done.returncode == 1
    assert f"pid {stack.pid}" in done.stderr
    assert f"http://localhost:{port}/" in done.stderr
    assert "Traceback" not in done.stderr


def test_manage_attaches_and_prints_only_the_commands_own_words(
    clone: Clone, stack: subprocess.Popen[str]
) -> None:
    done = clone.run("manage", "get")
    assert (done.stdout, done.stderr) == ("first\n", "")
    assert stack.poll() is None


def test_an_attached_command_knows_the_running_stacks_address(
    clone: Clone, stack: subprocess.Popen[str], port: int
) -> None:
    assert clone.run("manage", "where").stdout == f"http://127.0.0.1:{port}\n"


def test_manage_passes_the_exit_code(clone: Clone, stack: subprocess.Popen[str]) -> None:
    assert clone.run("manage", "exit", "3").returncode == 3


def test_a_process_that_dies_is_started_again(
    clone: Clone, stack: subprocess.Popen[str], port: int
) -> None:
    worker = next(line for line in clone.processes() if "celery" in line and " worker " in line)
    (clone.root / "var" / "worker-ready").unlink()
    os.kill(int(worker.split()[0]), signal.SIGKILL)
    for _ in range(100):
        if (clone.root / "var" / "worker-ready").exists():
            break
        assert stack.poll() is None
        subprocess.run(["sleep", "0.1"], check=True)
    assert "Celery worker ended" in clone.output()
    assert (clone.root / "var" / "worker-ready").exists()


def test_killing_the_launcher_leaves_no_process(clone: Clone, stack: subprocess.Popen[str]) -> None:
    assert len(clone.processes()) >= 7  # or the next line would prove nothing
    stack.kill()
    stack.wait()
    assert clone.wait_until_gone() == []


def test_after_a_kill_it_starts_again_with_its_data_and_stops_when_told(
    clone: Clone, port: int
) -> None:
    process = clone.start("--port", str(port))
    assert clone.run("manage", "get").stdout == "first\n"
    sockets = json.loads((clone.root / "var/running.json").read_text())["engines"]["redis_url"]
    stopped = clone.run("stop")
    assert stopped.returncode == 0, stopped.stderr
    assert process.wait(10) == 0
    assert clone.wait_until_gone() == []
    assert not os.path.exists(sockets.removeprefix("unix://").partition("?")[0])  # noqa: PTH110
    assert clone.run("stop").stdout.startswith("Nothing is running")


def test_ctrl_c_during_set_up_leaves_nothing(clone: Clone, port: int) -> None:
    process = subprocess.Popen(
        ["python3", str(clone.root / "run"), "--port", str(port)],
        env=clone.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while "PostgreSQL" not in (line := process.stdout.readline()) and line:
        pass
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    process.stdout.close()
    assert process.wait(20) == 0
    assert "Stopped." in rest
    assert clone.wait_until_gone() == []
