"""Taking encounters from a CSV file."""

from typing import Any

from core.errors import ApplicationError
from patients.choices import EncounterSource
from patients.csv_rows import CASE, ENCOUNTERS, FACTS, CsvRow
from patients.encounter_input import OUTSIDE_NAMES, EncounterInput, as_arguments
from patients.services.import_rows import ImportResult, OnRow, import_rows
from patients.services.record_encounter import record_encounter


def import_encounters(
    *, practice: Any, content: bytes, after_line: int = 0, on_row: OnRow | None = None
) -> ImportResult:
    """Record every row of a file of visits. See import_rows."""
    return import_rows(
        practice=practice,
        content=content,
        layout=ENCOUNTERS,
        take=record_row,
        after_line=after_line,
        on_row=on_row,
    )


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


def record_row(practice: Any, row: CsvRow) -> list[str]:
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
