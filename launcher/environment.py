"""The virtual environment: made from hash-pinned requirements, with uv where possible, else pip."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher.console import Console
from launcher.errors import LauncherError
from launcher.layout import JudgeLayout, Layout, make_private
from launcher.processes import die_with_parent
from launcher.system import apt_install, may_install

RUN_FILES = ("requirements.txt", "requirements-embedded.txt")
DEV_FILES = ("requirements-dev.txt",)
JUDGE_FILE = "requirements-judge.txt"
UV_FILE = "launcher/uv.txt"


def ensure_environment(layout: Layout, console: Console, *, dev: bool = False) -> None:
    """Make or refresh the environment; does nothing when it is already as the files say."""
    if _is_current(layout, dev=dev):
        return
    make_private(layout.virtual_environment.parent)
    with _setup_lock(layout):
        if _is_current(layout, dev=dev):  # another command made it while we waited
            return
        if not _works(layout):
            with console.step("Making the virtual environment"):
                _make(layout, console)
        what = "development packages" if dev else "packages"
        with console.step(f"Installing {what}"):
            _install(layout, DEV_FILES if dev else RUN_FILES)
        _stamp(layout, dev=dev).write_text(_wanted(layout, dev=dev))


def ensure_judge(layout: Layout, console: Console) -> str:
    """The Python of the independent X12 judge, whose packages may not stand beside ours.

    Tests only. Made or refreshed where the file of its packages says so; "" where it cannot be
    had, which the tests say, and in CI fail for.
    """
    judge = JudgeLayout(layout.data, root=layout.root)
    content = (layout.root / JUDGE_FILE).read_bytes()
    wanted = hashlib.sha256(f"{sys.version_info[:2]} {layout.root}".encode() + content).hexdigest()
    stamp = judge.virtual_environment / "installed"
    with _setup_lock(judge):
        if not (stamp.exists() and stamp.read_text() == wanted and judge.python.exists()):
            try:
                with console.step("Installing the judge of X12 files"):
                    _make(judge, console)
                    _install(judge, (JUDGE_FILE,))
            except LauncherError as error:
                console.say(str(error))
                return ""
            stamp.write_text(wanted)
    return str(judge.python)


@contextmanager
def _setup_lock(layout: Layout) -> Iterator[None]:
    with (layout.virtual_environment.parent / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stamp(layout: Layout, *, dev: bool) -> Path:
    return layout.virtual_environment / ("installed-dev" if dev else "installed")


def _wanted(layout: Layout, *, dev: bool) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]} {layout.root}".encode())
    for name in DEV_FILES if dev else RUN_FILES:
        digest.update((layout.root / name).read_bytes())
    return digest.hexdigest()


def _is_current(layout: Layout, *, dev: bool) -> bool:
    def current(kind: bool) -> bool:
        stamp = _stamp(layout, dev=kind)
        return stamp.exists() and stamp.read_text() == _wanted(layout, dev=kind)

    if not layout.python.exists():
        return False
    # The development set contains the other one.
    return current(True) or (not dev and current(False))


def _works(layout: Layout) -> bool:
    """Whether the environment has a Python of the same version that starts."""
    if not layout.python.exists():
        return False
    ask = [str(layout.python), "-c", "import sys; print(sys.version_info[:2])"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == str(tuple(sys.version_info[:2]))


def _make(layout: Layout, console: Console) -> None:
    folder = layout.virtual_environment
    shutil.rmtree(folder, ignore_errors=True)
    uv = shutil.which("uv")
    if uv and _quiet([uv, "venv", "-q", "--python", sys.executable, str(folder)]) == "":
        return
    _require_venv(console)
    problem = _quiet([sys.executable, "-m", "venv", str(folder)])
    if problem:
        raise LauncherError(f"Python could not make a virtual environment:\n{problem}")


def _require_venv(console: Console) -> None:
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if may_install() and (apt_install(["python3-venv"]) or apt_install([package])):
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip"):
            return
    raise LauncherError(
        "This Python cannot make virtual environments. Install that part of it, then run again:\n"
        f"    sudo apt-get install python3-venv     (or {package})"
    )


def _install(layout: Layout, files: Sequence[str]) -> None:
    paths = [part for name in files for part in ("-r", str(layout.root / name))]
    problem = ""
    for command in _installers(layout):
        problem = _quiet([*command, "--require-hashes", *paths])
        if not problem:
            return
    raise LauncherError(f"The packages could not be installed:\n{problem}")


def _installers(layout: Layout) -> Iterator[list[str]]:
    """Ways to install, best first: uv takes a third of pip's time."""
    own, main = layout.virtual_environment, Layout(layout.data, root=layout.root)
    beside = main.virtual_environment / "bin" / "uv"
    uv = shutil.which("uv") or str(beside if beside.exists() else own / "bin" / "uv")
    pip = [str(layout.python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    has_pip = (layout.virtual_environment / "bin" / "pip").exists()
    if not Path(uv).exists() and has_pip:
        _quiet([*pip, "--require-hashes", "-r", str(layout.root / UV_FILE)])
    if Path(uv).exists():
        yield [uv, "pip", "install", "-q", "--python", str(layout.python)]
    if not has_pip:
        _quiet([str(layout.python), "-m", "ensurepip"])
    yield [*pip, "--no-deps"]


def _quiet(command: Sequence[str]) -> str:
    """Run a command; answers nothing when it worked, else what it said."""
    # uv would fetch an interpreter of its own from the network where it dislikes ours.
    environment = dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=environment,
        umask=0o022,  # PostgreSQL's own account must be able to run what is installed
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    if done.returncode == 0:
        return ""
    return done.stdout.strip() or f"{command[0]} ended with {done.returncode}"
