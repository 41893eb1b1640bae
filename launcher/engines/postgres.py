"""Starting PostgreSQL around the wheel's programs.

The wheel's own wrapper is not used: as root it creates a system user and opens every parent folder
of the data to everybody.
"""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.engines import database
from launcher.engines.places import CLUSTER_MARK, engine_account, own, reachable_programs
from launcher.engines.wheels import postgres_programs
from launcher.errors import LauncherError
from launcher.processes import Child, alive, last_lines, run_as, start, wait_for

SUPERUSER = "postgres"
FIRST_WITH_BUILTIN_LOCALE = 17
# Statements and their DETAIL lines carry patients' data, so the server's log gets neither.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "16MB",  # sorts and hashes of a worklist of 50,000 open claims stay in memory
    "random_page_cost": "1.1",  # no disk turns any more
    "max_locks_per_transaction": "256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "warning",
}
# A test database may be lost with the machine: its durability is not what is tested.
THROW_AWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class Postgres:
    """One PostgreSQL server on a unix socket."""

    data: Path
    sockets: Path
    log: Path
    environment: Path | None = None
    throw_away: bool = False
    child: Child | None = None

    def __post_init__(self) -> None:
        self.account = engine_account(self.data)
        self.programs = reachable_programs(postgres_programs(self.environment), self.account)

    def start(self) -> None:
        """Create the cluster on first use, start the server, make roles and database."""
        own(self.data, self.account)
        own(self.sockets, self.account)
        if not (self.data / CLUSTER_MARK).exists():
            self._create_cluster()
        end_leftover(self.data)
        settings = SETTINGS | (THROW_AWAY_SETTINGS if self.throw_away else {})
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        self.child = start(
            "PostgreSQL",
            [self._program("postgres"), "-D", str(self.data), "-k", str(self.sockets), *options],
            environment=self._environment(),
            folder=Path("/"),
            log=self.log,
            account=self.account,
            # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
            stop_signal=signal.SIGINT,
            patience=20,
        )
        if not wait_for(self._answers, seconds=60, child=self.child):
            self.stop()
            raise LauncherError(f"PostgreSQL did not start:\n{last_lines(self.log)}")
        self._prepare()

    def stop(self) -> None:
        """Stop the server and wait until it has written everything."""
        if self.child is not None:
            self.child.stop()
            self.child = None

    def url(self, role: str, name: str = database.DATABASE) -> str:
        """A libpq-style address of a database on this server."""
        return f"postgresql://{role}@/{name}?host={self.sockets}"

    def _program(self, name: str) -> str:
        return str(self.programs / name)

    def _environment(self) -> dict[str, str]:
        # Nothing of the person's PG* variables may lead the programs to another server.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _create_cluster(self) -> None:
        for leftover in self.data.iterdir():  # an initdb that was interrupted
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        built_in = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        locale = built_in if self._major() >= FIRST_WITH_BUILTIN_LOCALE else ["--locale=C.UTF-8"]
        how = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *locale]
        done = run_as(
            [self._program("initdb"), "-D", str(self.data), *how, "--no-sync"],
            environment=self._environment(),
            account=self.account,
        )
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL could not create its data folder:\n{done.stdout}")

    def _major(self) -> int:
        words = subprocess.run(
            [self._program("postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
            env=self._environment(),
        ).stdout.split()
        return next(int(word.split(".")[0]) for word in words if word[0].isdigit())

    def _psql(self, sql: str, name: str = "postgres") -> subprocess.CompletedProcess[str]:
        where = ["-h", str(self.sockets), "-U", SUPERUSER, "-d", name]
        return run_as(
            [self._program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *where],
            environment=self._environment() | {"PGOPTIONS": "-c client_min_messages=warning"},
            text_in=sql,
        )

    def _answers(self) -> bool:
        return self._psql("SELECT 1").returncode == 0

    def _run_sql(self, sql: str, name: str = "postgres") -> str:
        done = self._psql(sql, name)
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL refused to set up the database:\n{done.stdout}")
        return done.stdout.strip()

    def _prepare(self) -> None:
        self._run_sql(database.roles_sql())
        known = self._run_sql(f"SELECT 1 FROM pg_database WHERE datname = '{database.DATABASE}'")
        if not known:
            self._run_sql(f"CREATE DATABASE {database.DATABASE} OWNER {database.OWNER_ROLE}")
        self._run_sql(database.preparation_sql(), database.DATABASE)


def end_leftover(data: Path) -> None:
    """Deal with what a killed launcher left: a server still ending, or only its lock file."""
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    if not _serves(pid, data):
        lock.unlink(missing_ok=True)  # its number may meanwhile belong to any other process
        return
    if wait_for(lambda: not alive(pid), seconds=3):
        return
    os.kill(pid, signal.SIGINT)
    if not wait_for(lambda: not alive(pid), seconds=20):
        raise LauncherError(f"Another PostgreSQL (pid {pid}) still uses {data}.")


def _serves(pid: int, data: Path) -> bool:
    """Whether this process is a PostgreSQL server whose working folder is `data`."""
    if not alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return True
