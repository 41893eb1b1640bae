"""Files left on a partner's SFTP server, and answers picked up there.

The server proves who it is before we do: its key must be the one that a person confirmed. A key
that is new or has changed stops the line; it is never taken on trust.
"""

import hashlib
import posixpath
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import paramiko

from claims.choices import LineStop
from claims.transport.allow_list import HostNotAllowed, check_host
from claims.transport.base import (
    FILES_ONLY,
    Accepted,
    CannotTell,
    Found,
    NotDelivered,
    NotFound,
    Outcome,
    Parcel,
    Rejected,
    Reply,
    Resolution,
    Stopped,
    Tried,
    Unknown,
)
from claims.transport.ssh_keys import host_key_line, private_key
from core.errors import ApplicationError

PART = ".part"
CONNECT_SECONDS, ANSWER_SECONDS = 10, 15
WHOLE_SECONDS = 75  # for one call; shorter than the lease of a transmission
CHUNK = 32 * 1024
_RSA = ("rsa-sha2-512", "rsa-sha2-256")


class LineFailed(Exception):
    """The line broke, or the server would not do what it was asked; the words say which."""


class LineStopped(Exception):
    """The line may not be used until a person has looked."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(stopped.reason)
        self.stopped = stopped


@dataclass(frozen=True, slots=True)
class Account:
    """Where the server is, which key it proves itself by, and who we are there."""

    host: str
    port: int
    user: str
    password: str = ""
    private_key: str = ""
    host_key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as the server lists it."""

    name: str
    size: int
    modified: int


class SftpSession:
    """An open, signed-in line. Every method raises LineFailed with words for a person."""

    def __init__(self, sftp: paramiko.SFTPClient, seconds: float) -> None:
        self._sftp = sftp
        self._end = time.monotonic() + seconds

    @property
    def is_open(self) -> bool:
        """Whether the line still stands: what failed on it was then an answer, not a break."""
        channel = self._sftp.get_channel()
        return channel is not None and not channel.closed and channel.get_transport().is_active()

    def find(self, path: str) -> Entry | None:
        """The file at `path`, None where there is none."""
        try:
            found = self._sftp.stat(path)
        except FileNotFoundError:
            return None
        except _TROUBLE as error:
            raise LineFailed(_words(error)) from error
        return Entry(posixpath.basename(path), found.st_size or 0, int(found.st_mtime or 0))

    def entries(self, folder: str) -> list[Entry]:
        """The plain files in `folder`, by name."""
        with _told():
            listed = self._sftp.listdir_attr(folder)
        found = [
            Entry(one.filename, one.st_size or 0, int(one.st_mtime or 0))
            for one in listed
            if one.st_mode is None or stat.S_ISREG(one.st_mode)
        ]
        return sorted((one for one in found if "/" not in one.name), key=lambda one: one.name)

    def read(self, path: str, *, most: int) -> bytes:
        """The bytes at `path`, at most `most` and one more."""
        content = bytearray()
        with _told(), self._sftp.open(path, "rb") as file:
            while len(content) <= most and (chunk := file.read(CHUNK)):
                content += chunk
                self._check_time()
        return bytes(content)

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole; LineFailed where the server holds less than all of it."""
        with _told():
            with self._sftp.open(path, "wb") as file:
                for start in range(0, len(content), CHUNK):
                    file.write(content[start : start + CHUNK])
                    self._check_time()
            size = self._sftp.stat(path).st_size
        if size != len(content):
            raise LineFailed("the server kept only a part of the file")

    def rename(self, old: str, new: str) -> None:
        """Give a file its name; a server never writes over another file by it."""
        with _told():
            self._sftp.rename(old, new)

    def remove(self, path: str) -> None:
        """Delete a file."""
        with _told():
            self._sftp.remove(path)

    def _check_time(self) -> None:
        if time.monotonic() > self._end:
            raise TimeoutError


class SftpTransport:
    """Uploads `<name>.part`, then renames. The name is the parcel's own, the same at every try."""

    def __init__(self, account: Account, outbound: str, inbound: str = "") -> None:
        self._account = account
        self._outbound, self._inbound = outbound, inbound

    def submit(self, parcel: Parcel) -> Outcome:
        """Leave the file once. What happens before the rename leaves nothing that counts."""
        target = posixpath.join(self._outbound, parcel.file_name)
        try:
            with self.session() as line:
                if known := line.find(target):
                    return _already_there(line, target, known, parcel)
                _upload(line, target + PART, parcel.content)
                return _rename(line, target, parcel)
        except HostNotAllowed as refusal:
            return Rejected(str(refusal))
        except LineStopped as stop:
            return stop.stopped
        except LineFailed as failure:
            return NotDelivered(str(failure))

    def ask(self, parcel: Parcel) -> Reply:
        """Nobody answers from a folder while we wait."""
        return FILES_ONLY

    def resolve(self, parcel: Parcel) -> Resolution:
        """The file lies there: it arrived. Only the half-written one does: it did not.

        Neither: it was taken away, or never came. Only the other side's answer can tell.
        """
        target = posixpath.join(self._outbound, parcel.file_name)
        try:
            with self.session() as line:
                if known := line.find(target):
                    if _is_same(line, target, known, parcel):
                        return Found(parcel.file_name)
                    return CannotTell("another file of this name lies there")
                if line.find(target + PART):
                    return NotFound()
        except LineStopped as stop:
            return stop.stopped
        except (HostNotAllowed, LineFailed) as error:
            return CannotTell(str(error), line_failed=True)
        return CannotTell("the folder was emptied")

    def try_out(self) -> Tried:
        """Sign in, leave and remove an empty file, and look into the folder of answers."""
        try:
            with self.session() as line:
                trial = posixpath.join(self._outbound, f".trial{PART}")
                line.write(trial, b"")
                line.remove(trial)
                words = "Signed in. The folder for claims can be written."
                if self._inbound:
                    count = len(line.entries(self._inbound))
                    files = "1 file" if count == 1 else f"{count} files"
                    words += f" The folder of answers holds {files}."
        except HostNotAllowed as refusal:
            return Tried(is_well=False, words=f"Not called: {refusal}.")
        except LineStopped as stop:
            return Tried(is_well=False, words=_sentence(str(stop)), stopped=stop.stopped)
        except LineFailed as failure:
            return Tried(is_well=False, words=f"It did not work: {failure}.")
        return Tried(is_well=True, words=words)

    @contextmanager
    def session(self, *, seconds: float = WHOLE_SECONDS) -> Iterator[SftpSession]:
        """A signed-in line. Raises HostNotAllowed, LineStopped and LineFailed."""
        account = self._account
        check_host(account.host, account.port)
        with _told(), _greeted(account) as transport:
            _check_host_key(account, transport.get_remote_server_key())
            _sign_in(account, transport)
            sftp = paramiko.SFTPClient.from_transport(transport)
            if sftp is None:
                raise LineFailed("the server offers no SFTP")
            sftp.get_channel().settimeout(ANSWER_SECONDS)
            yield SftpSession(sftp, seconds)


# -- one step of a submission --------------------------------------------------------------------


def _already_there(line: SftpSession, target: str, known: Entry, parcel: Parcel) -> Outcome:
    if _is_same(line, target, known, parcel):
        return Accepted(parcel.file_name)
    return Rejected("another file of this name lies there")


def _is_same(line: SftpSession, target: str, known: Entry, parcel: Parcel) -> bool:
    """Same size and, where the server lets us read, same hash."""
    if known.size != len(parcel.content):
        return False
    try:
        found = line.read(target, most=known.size)
    except LineFailed:
        if line.is_open:  # a folder that may be written and not read: the size must do
            return True
        raise
    return hashlib.sha256(found).digest() == hashlib.sha256(parcel.content).digest()


def _upload(line: SftpSession, part: str, content: bytes) -> None:
    try:
        line.write(part, content)
    except LineFailed:
        with suppress(LineFailed):  # half a file must not fill a disk that is full already
            line.remove(part)
        raise


def _rename(line: SftpSession, target: str, parcel: Parcel) -> Outcome:
    try:
        line.rename(target + PART, target)
    except LineFailed as failure:
        if line.is_open:  # the server answered, and said no
            return NotDelivered(str(failure))
        return Unknown(str(failure))
    return Accepted(parcel.file_name)


# -- opening the line ----------------------------------------------------------------------------


@contextmanager
def _greeted(account: Account) -> Iterator[paramiko.Transport]:
    """A line on which keys were agreed; nothing of ours was said yet."""
    sock = socket.create_connection((account.host, account.port), CONNECT_SECONDS)
    transport = paramiko.Transport(sock)
    try:
        transport.banner_timeout = transport.handshake_timeout = CONNECT_SECONDS
        transport.auth_timeout = transport.channel_timeout = ANSWER_SECONDS
        _prefer_known_key(transport, account.host_key)
        transport.start_client(timeout=CONNECT_SECONDS)
        yield transport
    finally:
        transport.close()


def _prefer_known_key(transport: paramiko.Transport, host_key: str) -> None:
    """Ask a server with several keys for the one we know."""
    known = host_key.split(" ", 1)[0]
    wanted = _RSA if known == "ssh-rsa" else (known,)
    options = transport.get_security_options()
    kinds = tuple(options.key_types)
    options.key_types = tuple(kind for kind in kinds if kind in wanted) + tuple(
        kind for kind in kinds if kind not in wanted
    )


def _check_host_key(account: Account, offered: paramiko.PKey) -> None:
    line = host_key_line(offered)
    if line == account.host_key:
        return
    reason = (
        "the server shows another host key than the confirmed one"
        if account.host_key
        else "nobody has confirmed the server's host key yet"
    )
    raise LineStopped(Stopped(LineStop.HOST_KEY, reason, line))


def _sign_in(account: Account, transport: paramiko.Transport) -> None:
    try:
        if account.private_key:
            transport.auth_publickey(account.user, private_key(account.private_key))
        else:
            transport.auth_password(account.user, account.password, fallback=False)
    except ApplicationError as error:
        raise LineStopped(Stopped(LineStop.SIGN_IN, "our private key cannot be read")) from error
    except paramiko.AuthenticationException as error:
        # The library says the same of a line that broke or was silent meanwhile.
        if transport.is_active() and "timeout" not in str(error).lower():
            reason = "the server refused our user name with its password or key"
            raise LineStopped(Stopped(LineStop.SIGN_IN, reason)) from error
        raise LineFailed("the line broke while signing in") from error
    if not transport.is_authenticated():
        reason = "the server wants more than our password or key"
        raise LineStopped(Stopped(LineStop.SIGN_IN, reason))


# -- words for troubles --------------------------------------------------------------------------

_TROUBLE: tuple[type[Exception], ...] = (OSError, EOFError, paramiko.SSHException)


@contextmanager
def _told() -> Iterator[None]:
    """Every trouble of line and server as a LineFailed."""
    try:
        yield
    except _TROUBLE as error:
        raise LineFailed(_words(error)) from error


def _words(error: Exception) -> str:
    """What happened, without names of files or the server's own text."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    if str(error) == "Socket is closed":  # the library's own words, and no kind of their own
        return "the line broke"
    if type(error) is OSError and error.errno is None:
        return "the server could not do it; its disk may be full"
    return f"the line failed ({type(error).__name__})"


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer in time"),
    (PermissionError, "the server refused permission"),
    (FileNotFoundError, "the folder or file is not there"),
    (ConnectionRefusedError, "nobody listens at that address"),
    (socket.gaierror, "there is no host of that name"),
    (EOFError, "the line broke"),
    (ConnectionError, "the line broke"),
)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
