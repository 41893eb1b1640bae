"""Rows into the database by COPY, as a stream: memory stays flat however long the file is."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import Error, connection, models


@dataclass(frozen=True)
class Table:
    """Rows for one model: its columns without the release, and their values in that order."""

    model: type[models.Model]
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def copy_table(release_id: int, table: Table) -> int:
    """Send the rows through COPY; returns how many there were.

    Raises what the rows raise, and django.db.Error where the table refuses one; the caller's
    transaction then undoes all.
    """
    stream = _Stream(_lines(release_id, table.rows))
    columns = ", ".join(["release_id", *table.columns])
    name = table.model._meta.db_table
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {name} ({columns}) FROM STDIN", stream)
    except Error as error:
        # The driver says only that reading failed; what the reader said is what people need.
        raise (stream.failure or error) from None
    return stream.count


def _lines(release_id: int, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    first = str(release_id)
    for row in rows:
        yield "\t".join([first, *map(_cell, row)]) + "\n"


def _cell(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        quoted = ('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in value)
        return _escaped("{" + ",".join(quoted) + "}")
    return str(value)


def _escaped(text: str) -> str:
    if text.isalnum():
        return text
    text = text.replace("\\", "\\\\").replace("\t", " ").replace("\r", " ").replace("\n", " ")
    return text.replace("\x00", "")


class _Stream(io.TextIOBase):
    """What COPY reads from: as many lines as it asks for, no more."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = ""
        self.count = 0
        self.failure: Exception | None = None

    def read(self, size: int | None = -1) -> str:
        """The next `size` characters; fewer only at the end."""
        try:
            return self._read(size)
        except Exception as error:
            self.failure = error
            raise

    def _read(self, size: int | None) -> str:
        parts, have = [self._rest], len(self._rest)
        wanted = size if size is not None and size >= 0 else None
        for line in self._lines:
            parts.append(line)
            have += len(line)
            self.count += 1
            if wanted is not None and have >= wanted:
                break
        text = "".join(parts)
        end = len(text) if wanted is None else wanted
        self._rest = text[end:]
        return text[:end]
