"""Official files as they are published: plain, gzip or ZIP, in several encodings, never unpacked.

A ZIP is read in place, member by member. What could hurt (bombs, names that climb out, locked or
broken archives) is refused with a sentence before anything is read.
"""

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import ApplicationError

MOST_MEMBERS = 400
MOST_BYTES = 1_500_000_000  # of one member, unpacked; the largest official one has about 120 MB
MOST_RATIO = 100  # official text shrinks to a tenth or so
RATIO_MATTERS_FROM = 20_000_000
CODE = "code_sets.bad_file"
_STEP = 1 << 18
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError)


class BadFile(ApplicationError):
    """Not the file that was expected, or a damaged one; the message says which and where."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file", code=CODE)


def hash_of(file: IO[bytes]) -> str:
    """The SHA-256 of what is left of a file, in hexadecimal."""
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


@dataclass(frozen=True)
class SourceFile:
    """A file as it was given: its name, and its bytes or where they lie."""

    name: str
    content: bytes | None = None
    path: Path | None = None

    def open(self) -> BinaryIO:
        """The bytes from the beginning."""
        if self.path is not None:
            return self.path.open("rb")
        return io.BytesIO(self.content or b"")

    def sha256(self) -> str:
        """The hash of the bytes."""
        with self.open() as file:
            return hash_of(file)


@dataclass
class Member:
    """One readable file: a member of an archive, or the file itself."""

    name: str
    size: int
    opener: Callable[[], BinaryIO]
    on_bytes: Callable[[int], None] | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        """The name without folders."""
        return PurePosixPath(self.name).name

    @property
    def ending(self) -> str:
        """txt, csv, xlsx, xml; small letters."""
        return self.base.rpartition(".")[2].lower()

    def open(self) -> BinaryIO:
        """The bytes from the beginning."""
        return self.opener()

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """The bytes, told as read at the end. Raises BadFile where they are damaged."""
        try:
            with self.open() as file:
                yield file
        except _DAMAGED as error:
            raise BadFile(f"{self.base} is damaged: {error}.") from error
        if self.on_bytes:
            self.on_bytes(self.size)

    def lines(self) -> Iterator[str]:
        """Its lines with their ends: UTF-8 with or without mark, else Windows-1252, line by line.

        Raises BadFile where it is damaged or no text.
        """
        unsaid = 0
        try:
            with self.open() as file:
                for number, raw in enumerate(file):
                    if b"\0" in raw:
                        raise BadFile(f"{self.base} is not a text file (line {number + 1}).")
                    unsaid += len(raw)
                    if self.on_bytes and unsaid >= _STEP:
                        self.on_bytes(unsaid)
                        unsaid = 0
                    yield _decoded(raw, is_first=number == 0)
        except _DAMAGED as error:
            raise BadFile(f"{self.base} is damaged: {error}.") from error
        if self.on_bytes and unsaid:
            self.on_bytes(unsaid)

    def table(self) -> Iterator[list[str]]:
        """Its rows as text cells: by comma, by tab, or those of a workbook's first sheet."""
        if self.ending == "xlsx":
            yield from self._sheet()
        elif self.ending == "csv":
            yield from self._csv()
        else:
            for line in self.lines():
                yield line.rstrip("\r\n").split("\t")

    def _csv(self) -> Iterator[list[str]]:
        csv.field_size_limit(10_000_000)
        try:
            yield from csv.reader(self.lines())
        except csv.Error as error:
            raise BadFile(f"{self.base} is no comma-separated file: {error}.") from error

    def _sheet(self) -> Iterator[list[str]]:
        try:
            book = load_workbook(io.BytesIO(self.open().read()), read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
            raise BadFile(f"{self.base} is no Excel workbook.") from error
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in row]
        if self.on_bytes:
            self.on_bytes(self.size)


def members(files: list[SourceFile]) -> list[Member]:
    """Every readable file in what was given; archives within an archive are looked into once.

    Raises BadFile for anything unsafe, damaged or empty.
    """
    found = [member for file in files for member in _members_of(file)]
    if not found:
        raise BadFile("There is no file in it.")
    return found


def _members_of(file: SourceFile) -> Iterator[Member]:
    if file.name.lower().endswith(".gz"):
        yield Member(file.name[:-3], _size(file), lambda: gzip.GzipFile(fileobj=file.open()))  # type: ignore[arg-type,return-value]
        return
    with file.open() as opened:
        is_archive = opened.read(4) == b"PK\x03\x04" and not file.name.lower().endswith(".xlsx")
        opened.seek(0)
        if not is_archive and file.name.lower().endswith(".zip"):
            raise BadFile(f"{file.name} is no ZIP file, or not whole.")
    if is_archive:
        yield from _archive(file, file.name, depth=0)
    else:
        yield Member(file.name, _size(file), file.open)


def _archive(file: SourceFile, name: str, depth: int) -> Iterator[Member]:
    archive = _opened(file, name)
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_MEMBERS:
        raise BadFile(f"{name} holds {len(entries):,} files; no official one holds so many.")
    for entry in entries:
        _refuse_unsafe(name, entry)
        if entry.filename.lower().endswith(".zip"):
            if depth:
                raise BadFile(f"{name} holds archives within archives.")
            inner = SourceFile(PurePosixPath(entry.filename).name, content=archive.read(entry))
            yield from _archive(inner, inner.name, depth + 1)
        else:
            yield Member(entry.filename, entry.file_size, _reader(archive, entry))


def _opened(file: SourceFile, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file.open())
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise BadFile(f"{name} is no ZIP file, or not whole.") from error


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], Any]:
    return lambda: archive.open(entry)


def _refuse_unsafe(name: str, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename:
        raise BadFile(f"{name} holds a file name that leads outside it; it is not official.")
    if entry.flag_bits & 1:
        raise BadFile(f"{name} is locked with a password.")
    if entry.file_size > MOST_BYTES:
        raise BadFile(f"{path.name} in {name} would unpack to {entry.file_size:,} bytes.")
    shrunk = entry.file_size > RATIO_MATTERS_FROM
    if shrunk and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        raise BadFile(f"{path.name} in {name} unpacks to over {MOST_RATIO} times its size.")


def _decoded(raw: bytes, *, is_first: bool) -> str:
    try:
        return raw.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y%m%d"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _size(file: SourceFile) -> int:
    return file.path.stat().st_size if file.path is not None else len(file.content or b"")
