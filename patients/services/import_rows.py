"""Taking the rows of a CSV file: each by itself, so that a bad one stops no other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from patients.csv_rows import CsvRow, Layout, RejectedRow, read_rows

OnRow = Callable[[CsvRow, list[str]], None]
# Take one row; returns what is wrong with it, nothing when it was taken.
TakeRow = Callable[[Any, CsvRow], list[str]]


@dataclass
class ImportResult:
    """How many rows were taken, and those that were not with the reason."""

    created: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def import_rows(
    *,
    practice: Any,
    content: bytes,
    layout: Layout,
    take: TakeRow,
    after_line: int = 0,
    on_row: OnRow | None = None,
) -> ImportResult:
    """Take every row of a file after line `after_line`; `practice` must be in scope.

    `on_row` hears each row with its problems as soon as it is done. Raises ApplicationError when
    the file as a whole cannot be read: then nothing was taken.
    """
    result = ImportResult()
    for row in read_rows(content, layout):
        if row.number <= after_line:
            continue
        with transaction.atomic():  # the row and what is told of it: both or neither
            problems = take(practice, row)
            if on_row is not None:
                on_row(row, problems)
        if problems:
            result.rejected.append(RejectedRow(row, problems))
        else:
            result.created += 1
    return result
