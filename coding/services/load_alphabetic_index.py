"""Loading the Alphabetic Index of ICD-10-CM and its tables: whole or not at all, and once."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO

from django.db import transaction

from coding.choices import CodeSetKind, IndexTable, ReleaseState
from coding.code_sets.alphabetic_index import IndexRow, lines, read_csv, read_xml
from coding.code_sets.bulk import Table, copy_table
from coding.models import CodeSetRelease, IndexEntry
from core.errors import ApplicationError

_COLUMNS = ('"table"', "position", "level", "path", "modifiers", "codes", "see", "see_also")
_MOST_BYTES = 200_000_000  # of one member unpacked; the largest official one has 10 million
_MEMBER_WORDS = ("index", "neoplasm", "drug")


def load_alphabetic_index(
    paths: Sequence[Path], *, label: str, effective_from: date, effective_to: date | None = None
) -> tuple[CodeSetRelease, bool]:
    """Load the files as one release. Returns it and whether it is new.

    `paths` are XML or CSV files, or ZIP files that hold them. The same bytes under any label are
    the release that is there already. Raises ApplicationError when a file is not part of the index,
    two files are the same part, or the label is taken by other files.
    """
    sha256 = _sha256(paths)
    kind = CodeSetKind.ICD10CM_INDEX
    known = CodeSetRelease.objects.filter(kind=kind, source_sha256=sha256).first()
    if known:
        return known, False
    if CodeSetRelease.objects.filter(kind=kind, label=label).exists():
        raise ApplicationError(f"There is another index with the label {label}.", field="label")
    read: dict[IndexTable, list[IndexRow]] = {}
    for rows in _parts(paths):
        if not rows:
            raise ApplicationError("A file of the index has no entries.")
        if rows[0].table in read:
            raise ApplicationError(f"Two files are the {rows[0].table.label}.")
        read[rows[0].table] = rows
    if not read:
        raise ApplicationError("There is no file of the Alphabetic Index in it.")
    with transaction.atomic():
        release = CodeSetRelease.objects.create(
            kind=kind,
            label=label,
            effective_from=effective_from,
            effective_to=effective_to,
            source=", ".join(path.name for path in paths)[:300],
            source_sha256=sha256,
            state=ReleaseState.ACTIVE,
            facts={table.value: len(rows) for table, rows in read.items()},
        )
        release.row_count = copy_table(release.pk, _table(read.values()))
        release.save(update_fields=["row_count"])
    return release, True


def _table(parts: Iterable[list[IndexRow]]) -> Table:
    found = (
        (line.table.value, line.position, line.level, line.path, line.modifiers, line.codes,
         line.see, line.see_also)
        for rows in parts
        for line in lines(rows)
    )  # fmt: skip
    return Table(IndexEntry, _COLUMNS, found)


def _parts(paths: Sequence[Path]) -> Iterator[list[IndexRow]]:
    for path in paths:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                yield _rows(path.name, file)
            continue
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = Path(member.filename).name.lower()
                wanted = name.endswith((".xml", ".csv")) and "tabular" not in name
                if wanted and any(word in name for word in _MEMBER_WORDS):
                    with _member(archive, member) as file:
                        yield _rows(name, file)


def _rows(name: str, file: IO[bytes]) -> list[IndexRow]:
    if name.lower().endswith(".csv"):
        return list(read_csv(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")))
    return list(read_xml(file))


@contextmanager
def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    if member.file_size > _MOST_BYTES:
        raise ApplicationError(f"{member.filename} would unpack to {member.file_size:,} bytes.")
    with archive.open(member) as file:
        yield file


def _sha256(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
