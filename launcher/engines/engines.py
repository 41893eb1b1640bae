"""Both engines as one thing to start and stop; an address set in the environment always wins."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from launcher.engines import database
from launcher.engines.places import (
    SOCKETS,
    TemporaryFolder,
    own,
    postgres_data,
    remove_abandoned_folders,
)
from launcher.engines.postgres import SUPERUSER, Postgres
from launcher.engines.valkey import Valkey
from launcher.processes import Child

Reporter = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class Engines:
    """The addresses of running engines. `admin_url` is known only for our own PostgreSQL."""

    database_url: str
    owner_url: str
    redis_url: str
    admin_url: str = ""

    def environment(self) -> dict[str, str]:
        """The variables by which settings and tests find the engines."""
        values = {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.redis_url,
            "CLAIMLINE_TEST_ADMIN_URL": self.admin_url,
        }
        return {name: value for name, value in values.items() if value}

    def as_json(self) -> dict[str, str]:
        return asdict(self)


class EngineSet:
    """PostgreSQL and Valkey for one data folder, or throw-away ones in the temporary directory."""

    def __init__(
        self,
        *,
        data: Path | None,
        environment: Path | None = None,
        logs: Path | None = None,
        report: Reporter | None = None,
    ) -> None:
        self.data = data
        self.environment = environment
        self.logs = logs
        self.report = report or (lambda _name: nullcontext())
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._temporary: TemporaryFolder | None = None

    def start(self) -> Engines:
        """Start what no address in the environment replaces; stop all again if one fails."""
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> Engines:
        given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        if not all(given.values()):
            remove_abandoned_folders()
            self._temporary = TemporaryFolder()
            own(self._sockets(), None)
        if not given["DATABASE_URL"]:
            with self.report("Starting PostgreSQL"):
                self.postgres = self._new_postgres()
                self.postgres.start()
        if not given["REDIS_URL"]:
            with self.report("Starting Valkey"):
                self.valkey = self._new_valkey()
                self.valkey.start()
        return self._addresses(given)

    def _addresses(self, given: dict[str, str]) -> Engines:
        redis_url = self.valkey.url if self.valkey else given["REDIS_URL"]
        if self.postgres is None:
            url = given["DATABASE_URL"]
            owner = os.environ.get("DATABASE_OWNER_URL", "") or url
            return Engines(url, owner, redis_url, os.environ.get("CLAIMLINE_TEST_ADMIN_URL", ""))
        return Engines(
            self.postgres.url(database.APP_ROLE),
            self.postgres.url(database.OWNER_ROLE),
            redis_url,
            self.postgres.url(SUPERUSER),
        )

    def _new_postgres(self) -> Postgres:
        data = postgres_data(self.data) if self.data else self._in_temporary_folder("postgres")
        return Postgres(
            data, self._sockets(), self._log("postgres"), self.environment, self.data is None
        )

    def _new_valkey(self) -> Valkey:
        data = self.data / "valkey" if self.data else self._in_temporary_folder("valkey")
        return Valkey(data, self._sockets(), self._log("valkey"), self.environment, not self.data)

    def _sockets(self) -> Path:
        return self._in_temporary_folder(SOCKETS)

    def _in_temporary_folder(self, name: str) -> Path:
        if self._temporary is None:
            raise RuntimeError("the temporary folder is made by start()")
        return self._temporary.path / name

    def _log(self, name: str) -> Path:
        folder = self.logs or (self.data / "log" if self.data else self._in_temporary_folder("log"))
        return folder / f"{name}.log"

    @property
    def children(self) -> list[Child]:
        """The running engine processes, for the supervisor to watch."""
        return [engine.child for engine in (self.postgres, self.valkey) if engine and engine.child]

    def stop(self) -> None:
        """Stop both engines and remove what was only for this run."""
        for engine in (self.valkey, self.postgres):
            if engine is not None:
                engine.stop()
        if self._temporary is not None:
            self._temporary.remove()
        self._temporary = self.postgres = self.valkey = None

    def __enter__(self) -> Engines:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.stop()
