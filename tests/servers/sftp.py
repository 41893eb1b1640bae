"""A real SFTP server for the tests, in threads of its own, that fails as real ones do."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

from simulator.config import SftpAccount
from simulator.sftp import Files, Gate, SftpServer, host_key

USER, PASSWORD = "summit", "correct horse"


@dataclass
class Faults:
    """What goes wrong, until the test puts it right."""

    dies_before_rename: bool = False
    dies_after_rename: bool = False
    holds_after_rename: bool = False
    disk_is_full: bool = False
    refuses_writing: bool = False
    refuses_deleting: bool = False
    is_silent: bool = False
    delay: float = 0.0


class FarSide(SftpServer):
    """A partner's server and what it saw."""

    def __init__(self, home: Path, key_folder: Path, port: int = 0) -> None:
        key_folder.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.account = SftpAccount("SUMMIT01", USER, PASSWORD, home)
        self.faults = Faults()
        self.sign_ins = 0
        self.renames: list[str] = []
        self.held: list[socket.socket] = []
        super().__init__(("127.0.0.1", port), host_key(key_folder), lambda: {USER: self.account})

    @property
    def host_key_line(self) -> str:
        return f"{self.key.get_name()} {self.key.get_base64()}"

    def gate(self) -> Gate:
        return _Gate(self)

    def greet(self, connection: socket.socket) -> None:
        if self.faults.is_silent:
            self.held.append(connection)
        else:
            super().greet(connection)

    def drop(self) -> None:
        """Every line is cut, as when a machine dies."""
        for line in self._lines:
            line.close()

    def answers(self, name: str, content: bytes) -> Path:
        """Leave an answer, as the partner does."""
        self.account.outbound.mkdir(parents=True, exist_ok=True)
        path = self.account.outbound / name
        path.write_bytes(content)
        return path

    def claims(self) -> list[str]:
        """The names of the files that count as delivered."""
        folder = self.account.inbound
        found = folder.iterdir() if folder.is_dir() else ()
        return sorted(one.name for one in found if not one.name.endswith(".part"))


class _Gate(Gate):
    def __init__(self, far: FarSide) -> None:
        super().__init__({USER: far.account})
        self.far = far

    def check_auth_password(self, username: str, password: str) -> int:
        self.far.sign_ins += 1
        return super().check_auth_password(username, password)


class _Files(Files):
    def __init__(self, server: _Gate, *more: Any, **even_more: Any) -> None:
        super().__init__(server, *more, **even_more)
        self._far = server.far

    def stat(self, path: str) -> Any:
        time.sleep(self._far.faults.delay)
        return super().stat(path)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        found = super().open(path, flags, attr)
        if hasattr(found, "writefile"):
            if self._far.faults.refuses_writing:
                return paramiko.SFTP_PERMISSION_DENIED
            if self._far.faults.disk_is_full:
                found.write = lambda _offset, _data: paramiko.SFTP_FAILURE
        return found

    def remove(self, path: str) -> Any:
        if self._far.faults.refuses_deleting:
            return paramiko.SFTP_PERMISSION_DENIED
        return super().remove(path)

    def rename(self, oldpath: str, newpath: str) -> Any:
        if self._far.faults.dies_before_rename:
            self._far.drop()
            return paramiko.SFTP_FAILURE
        self._far.renames.append(newpath)
        done = super().rename(oldpath, newpath)
        while self._far.faults.holds_after_rename:
            time.sleep(0.05)
        if self._far.faults.dies_after_rename:
            self._far.drop()
        return done


FarSide.files = _Files


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[FarSide]:
    """A server whose files and key lie below `folder`."""
    far = FarSide(folder / "home", folder / "key", port)
    far.start()
    try:
        yield far
    finally:
        far.close()
        for one in far.held:
            one.close()
