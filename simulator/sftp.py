"""The SFTP door: each sender has a home with `inbound` for claims and `outbound` for answers.

It only serves files; what lies in `inbound` is taken, and answers are left, as in any folder.
"""

import errno
import hmac
import os
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import paramiko
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator import log
from simulator.config import SftpAccount

HOST_KEY = "sftp_host_key"
Accounts = Callable[[], Mapping[str, SftpAccount]]
_SIGN_IN_SECONDS = 30


def host_key(folder: Path) -> paramiko.PKey:
    """The server's own key, made at its first start; `sftp_host_key.pub` is for its partners."""
    path = folder / HOST_KEY
    if not path.exists():
        secret = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secret)
        part.replace(path)
    key = paramiko.Ed25519Key.from_private_key_file(str(path))
    path.with_suffix(".pub").write_text(f"{key.get_name()} {key.get_base64()}\n")
    return key


class Files(paramiko.SFTPServerInterface):
    """One sender's home. No path, and no link, leads out of it."""

    def __init__(self, server: "Gate", *_more: Any, **_even_more: Any) -> None:
        super().__init__(server)
        self._home = server.home

    def list_folder(self, path: str) -> Any:
        """What lies in a folder."""
        return self._answer(lambda place: [_attributes(one) for one in place.iterdir()], path)

    def stat(self, path: str) -> Any:
        """Size and time of one file."""
        return self._answer(_attributes, path)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        """A file to read or to write."""
        return self._answer(lambda place: _open(place, flags), path)

    def remove(self, path: str) -> Any:
        """Delete a file."""
        return self._answer(Path.unlink, path) or paramiko.SFTP_OK

    def rename(self, oldpath: str, newpath: str) -> Any:
        """Give a file another name; never one that is taken."""
        target = self._place(newpath)
        if target is None:
            return paramiko.SFTP_PERMISSION_DENIED
        if target.exists():
            return paramiko.SFTP_FAILURE
        moved = self._answer(lambda place: place.rename(target), oldpath)
        return moved if isinstance(moved, int) else paramiko.SFTP_OK

    def _answer(self, act: Callable[[Path], Any], path: str) -> Any:
        place = self._place(path)
        if place is None:
            return paramiko.SFTP_PERMISSION_DENIED
        try:
            return act(place)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def _place(self, path: str) -> Path | None:
        """The real place of a path as the caller names it; None outside its home."""
        home = self._home.resolve()
        place = home / self.canonicalize(path).lstrip("/")
        return place if place.resolve().is_relative_to(home) else None


class Gate(paramiko.ServerInterface):
    """Who may come in: a user of the configuration, with its password."""

    def __init__(self, accounts: Mapping[str, SftpAccount]) -> None:
        self._accounts = accounts
        self.home = Path()

    def get_allowed_auths(self, username: str) -> str:
        """Passwords only."""
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        """Whether the password is the user's."""
        account = self._accounts.get(username)
        known = account.password if account else ""
        if not account or not hmac.compare_digest(known.encode(), password.encode()):
            log.warn("sftp_sign_in_refused")
            return paramiko.AUTH_FAILED
        for folder in (account.inbound, account.outbound, account.home / "archive"):
            folder.mkdir(parents=True, exist_ok=True)
        self.home = account.home
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Sessions only: the SFTP subsystem, neither shell nor forwarding."""
        if kind == "session":
            return paramiko.OPEN_SUCCEEDED
        return paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


class SftpServer:
    """Listens until it is closed; each line runs in the library's own thread."""

    files: type[Files] = Files

    def __init__(self, address: tuple[str, int], key: paramiko.PKey, accounts: Accounts) -> None:
        self.key = key
        self._accounts = accounts
        self._socket = socket.create_server(address, backlog=32)
        self.port = int(self._socket.getsockname()[1])
        self._lines: list[paramiko.Transport] = []
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name="sftp", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening and end every line."""
        if self._closing:
            return
        self._closing = True
        # A thread that waits in accept() is not woken by closing the socket alone.
        with socket.socket() as last:
            last.connect_ex(self._socket.getsockname())
        self._thread.join(5)
        self._socket.close()
        for line in self._lines:
            line.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            if self._closing:
                connection.close()
                return
            self._lines = [line for line in self._lines if line.is_active()]
            self.greet(connection)

    def gate(self) -> Gate:
        """Who may come in at the next line."""
        return Gate(self._accounts())

    def greet(self, connection: socket.socket) -> None:
        """Begin one line; what goes wrong on it concerns nobody else."""
        line = paramiko.Transport(connection)
        line.auth_timeout = _SIGN_IN_SECONDS
        line.add_server_key(self.key)
        line.set_subsystem_handler("sftp", paramiko.SFTPServer, self.files)
        self._lines.append(line)
        try:
            line.start_server(event=threading.Event(), server=self.gate())
        except (OSError, EOFError, paramiko.SSHException) as error:
            log.warn("sftp_line_failed", error=type(error).__name__)
            line.close()


def _attributes(place: Path) -> paramiko.SFTPAttributes:
    return paramiko.SFTPAttributes.from_stat(place.stat(), place.name)


def _open(place: Path, flags: int) -> paramiko.SFTPHandle:
    writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
    if writes and flags & os.O_APPEND:
        raise PermissionError(errno.EACCES, "no appending")
    handle = paramiko.SFTPHandle(flags)
    handle.filename = str(place)
    file = place.open("wb" if writes else "rb")
    if writes:
        handle.writefile = file
    else:
        handle.readfile = file
    return handle
