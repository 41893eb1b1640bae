"""The environment of a stack's processes, and what is done before they start."""

import hashlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher.console import Console
from launcher.engines import Engines
from launcher.errors import LauncherError
from launcher.layout import Layout
from launcher.processes import die_with_parent
from launcher.secrets import stack_secrets

LOCAL_SETTINGS = "config.settings.local"
# Set in a person's shell these would lead our Python to other packages or settings.
FOREIGN = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "VIRTUAL_ENV", "CLAIMLINE_DB_ROLE")


def clean_environment() -> dict[str, str]:
    """The person's environment without what would lead our processes astray."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"PYTHONUNBUFFERED": "1"}


def stack_environment(layout: Layout, engines: Engines) -> dict[str, str]:
    """Everything the settings read, for the processes of this stack."""
    simulator = f"127.0.0.1:{layout.simulator_port}"
    sftp = f"127.0.0.1:{layout.sftp_port}"
    return (
        clean_environment()
        | engines.environment()
        | stack_secrets(layout.data)
        | {
            "DJANGO_SETTINGS_MODULE": LOCAL_SETTINGS,
            "CLAIMLINE_VAR_DIR": str(layout.data),
            "CLAIMLINE_PUBLIC_URL": f"http://127.0.0.1:{layout.port}",
            "CLAIMLINE_SIMULATOR_URL": f"http://{simulator}",
            "CLAIMLINE_SIMULATOR_SFTP": sftp,
            "CLAIMLINE_OUTBOUND_HOSTS": f"{simulator},{sftp}",
            "CLAIMLINE_COOKIE_SUFFIX": f"-{layout.port}",
        }
    )


class Manage:
    """Runs ``manage.py`` commands of one stack."""

    def __init__(self, layout: Layout, environment: Mapping[str, str]) -> None:
        self.layout = layout
        # A command's own words are its output; what it logs on the way matters when it goes wrong.
        self.environment = {"CLAIMLINE_LOG_LEVEL": "WARNING"} | dict(environment)

    def command(self, *words: str) -> list[str]:
        return [str(self.layout.python), str(self.layout.root / "manage.py"), *words]

    def run(self, *words: str) -> int:
        """Run with the terminal's own input and output; answers the exit code as a shell would."""
        process = subprocess.Popen(
            self.command(*words),
            env=self.environment,
            cwd=self.layout.root,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        return exit_code(wait_out(process))

    def read(self, *words: str) -> str:
        """Run to the end and keep what it says; its error ends the launcher with the same words."""
        done = self._captured(words)
        if done.returncode != 0:
            raise LauncherError(f"manage.py {words[0]} failed:\n{done.stdout}{done.stderr}".strip())
        return done.stdout

    def show(self, *words: str, stream: int | None = None) -> None:
        """Run a command whose progress the person should see."""
        process = subprocess.Popen(
            self.command(*words),
            env=self.environment,
            cwd=self.layout.root,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            start_new_session=True,  # Ctrl-C is for the launcher alone, which ends it in order
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if code != 0:
            raise LauncherError(f"manage.py {words[0]} failed (exit code {code}).")

    def _captured(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env=self.environment,
            cwd=self.layout.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


def wait_out(process: subprocess.Popen[bytes]) -> int:
    """Wait for a child that shares our terminal: Ctrl-C is its business, we only wait longer."""
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, previous)


def exit_code(code: int) -> int:
    """A shell's exit code: a child ended by a signal counts as 128 and the signal."""
    return code if code >= 0 else 128 - code


def prepare(layout: Layout, manage: Manage, console: Console) -> None:
    """Bring database, code sets and demo practice to where the program expects them."""
    wanted = migrations_fingerprint(layout.root)
    stamp = layout.data / "migrated"
    if not stamp.exists() or stamp.read_text() != wanted:
        with console.step("Preparing the database"):
            manage.read("migrate", "--no-input", "--verbosity", "0")
        stamp.write_text(wanted)
    with console.step("Loading code sets"):
        manage.read("load_code_sets")
    with console.step("Loading the demo practice", talks=not is_prepared(layout)):
        # Its progress goes to standard error, which stays the terminal's.
        manage.show("load_demo", stream=subprocess.DEVNULL)
    (layout.data / "prepared").touch()


def is_prepared(layout: Layout) -> bool:
    """Whether this data folder has been set up before."""
    return (layout.data / "prepared").exists()


def migrations_fingerprint(root: Path) -> str:
    """Changes whenever a migration is added or edited."""
    digest = hashlib.sha256()
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
