"""Taking encounters from a CSV file: each row by itself, so that a bad one stops no other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from core.errors import ApplicationError
from patients.choices import EncounterSource
from patients.csv_rows import CASE, FACTS, CsvRow, RejectedRow, read_rows
from patients.encounter_input import OUTSIDE_NAMES, EncounterInput, as_arguments
from patients.services.record_encounter import record_encounter

OnRow = Callable[[CsvRow, list[str]], None]


@dataclass
class ImportResult:
    """How many rows became encounters, and those that did not with the reason."""

    created: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)


def import_encounters(
    *, practice: Any, content: bytes, after_line: int = 0, on_row: OnRow | None = None
) -> ImportResult:
    """Record every row of a file after line `after_line`; `practice` must be in scope.

    `on_row` hears each row with its problems as soon as it is done. Raises ApplicationError when
    the file as a whole cannot be read: then nothing was recorded.
    """
    result = ImportResult()
    for row in read_rows(content):
        if row.number <= after_line:
            continue
        with transaction.atomic():  # the row and what is told of it: both or neither
            problems = _record(practice, row)
            if on_row is not None:
                on_row(row, problems)
        if problems:
            result.rejected.append(RejectedRow(row, problems))
        else:
            result.created += 1
    return result


def _as_told(cells: dict[str, str]) -> dict[str, Any]:
    """A row's cells as the API would tell them: a semicolon stands between suggested codes."""
    told: dict[str, Any] = dict(cells)
    for name in ("suggested_diagnoses", "suggested_lines"):
        if name in cells:
            told[name] = [part.strip() for part in cells[name].split(";") if part.strip()]
    for name in [name for name in cells if name in FACTS]:
        group, _, fact = name.partition(".")
        told.setdefault("claim_data", {}).setdefault(group, {})[fact] = told.pop(name)
    for name in [name for name in cells if name.startswith(CASE)]:
        told.setdefault("case", {})[name.removeprefix(CASE)] = told.pop(name)
    return told


def _record(practice: Any, row: CsvRow) -> list[str]:
    """Record one row; returns what is wrong with it, nothing when it was taken."""
    given = EncounterInput(data=_as_told(row.cells))
    if not given.is_valid():
        return [f"{name}: {' '.join(map(str, texts))}" for name, texts in given.errors.items()]
    try:
        record_encounter(
            practice=practice,
            source=EncounterSource.CSV,
            **as_arguments(given.validated_data),
        )
    except ApplicationError as error:
        name = OUTSIDE_NAMES.get(error.field or "", error.field or "row")
        return [f"{name}: {error.message}"]
    return []
