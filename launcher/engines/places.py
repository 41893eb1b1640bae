"""Where an engine may keep its files, so that the account it runs as can reach them.

Two traps, both met in practice: a folder below one that only its owner may enter is out of reach
for ``nobody`` (the account PostgreSQL gets when the launcher runs as root), and the path of a unix
socket ends at 107 bytes.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from launcher.errors import LauncherError
from launcher.processes import Account

SOCKET_PATH_LIMIT = 107
SYSTEM_DATA = Path("/var/lib")
TEMPORARY_PREFIX = "claimline-"
LOCK_NAME = "alive"
SOCKETS = "s"
CLUSTER_MARK = "PG_VERSION"
POSTGRES_SOCKET = ".s.PGSQL.5432"


def engine_account(cluster: Path | None = None) -> Account | None:
    """The account PostgreSQL runs as: ourselves; as root the cluster's owner, else ``nobody``."""
    if os.geteuid() != 0:
        return None
    if cluster is not None and (cluster / CLUSTER_MARK).exists():
        made_by = (cluster / CLUSTER_MARK).stat()
        if made_by.st_uid != 0:
            return Account(made_by.st_uid, made_by.st_gid)
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def reachable(folder: Path) -> bool:
    """Whether any account may enter every folder on the way to `folder`."""
    return all(
        parent.stat().st_mode & stat.S_IXOTH
        for parent in folder.resolve().parents
        if parent.exists()
    )


def own(folder: Path, account: Account | None) -> Path:
    """Create a folder that only the engine's account (and root) may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


class TemporaryFolder:
    """A short folder in the temporary directory that a later run removes if this one is killed.

    It holds the sockets and, for throw-away engines, everything else. A lock inside says that its
    run still lives.
    """

    def __init__(self) -> None:
        self.path = _short_folder()
        part = self.path / f"{LOCK_NAME}.part"
        self._lock = part.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        part.rename(self.path / LOCK_NAME)  # nobody ever sees the lock file without its lock

    def remove(self) -> None:
        """Remove the folder with all it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _short_folder() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp"):
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
        folder.chmod(0o711)
        socket = folder / SOCKETS / POSTGRES_SOCKET
        if len(os.fsencode(socket)) < SOCKET_PATH_LIMIT and reachable(folder):
            return folder
        folder.rmdir()
    raise LauncherError(
        "The temporary directory cannot hold a socket: its path is too long or closed to others. "
        "Set TMPDIR to a short folder such as /tmp."
    )


def remove_abandoned_folders() -> None:
    """Remove the temporary folders of our own runs that were killed."""
    for folder in {Path(tempfile.gettempdir()), Path("/tmp")}:
        for lock_file in folder.glob(f"{TEMPORARY_PREFIX}*/{LOCK_NAME}"):
            with contextlib.suppress(OSError):
                if lock_file.stat().st_uid == os.geteuid() and not _is_locked(lock_file):
                    shutil.rmtree(lock_file.parent, ignore_errors=True)


def _is_locked(lock_file: Path) -> bool:
    with lock_file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def postgres_data(data: Path) -> Path:
    """The cluster's folder: in `data`, or in the system data folder that ``data/where`` names."""
    where = data / "where"
    if where.exists():
        return Path(where.read_text().strip()) / "postgres"
    inside = data / "postgres"
    made_before = (inside / CLUSTER_MARK).exists()  # by a run that was not root
    if made_before or os.geteuid() != 0 or reachable(inside):
        return inside
    outside = SYSTEM_DATA / f"claimline-{fingerprint(data)}"
    outside.mkdir(mode=0o711, parents=True, exist_ok=True)
    outside.chmod(0o711)
    where.write_text(f"{outside}\n")
    return outside / "postgres"


def reachable_programs(programs: Path, account: Account | None) -> Path:
    """The programs' folder, copied to the system data folder where the account cannot reach it."""
    if account is None or reachable(programs / "postgres"):
        return programs
    package = programs.parent.parent
    home = SYSTEM_DATA / f"claimline-programs-{fingerprint(package)}"
    copied = home / package.name / programs.parent.name / programs.name
    if not (home / "complete").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o755, parents=True)
        home.chmod(0o755)
        shutil.copytree(package, home / package.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        (home / "complete").touch()
    return copied


def fingerprint(folder: Path) -> str:
    """A short name for a folder, the same every time."""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:10]
