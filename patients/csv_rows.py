"""Encounters and appointments as CSV files: rows read, those not taken given back, templates."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import ApplicationError
from patients.claim_data import VISIT

REQUIRED = ("patient_mrn", "service_date_from", "rendering_provider_npi")
CASE = "case."
FACTS = tuple(
    f"{group.key}.{fact.key}" for group in VISIT if group.most == 1 for fact in group.facts
)
COLUMNS = (
    *REQUIRED, "service_date_to", "billing_provider_npi", "facility", "place_of_service_code",
    "visit_kind", "referring_provider_npi", "external_number", "note", "note_author",
    "note_is_signed", "suggested_diagnoses", "suggested_lines",
)  # fmt: skip
# Taken where a file has them; the template does without.
MORE_COLUMNS = (
    "ordering_provider_npi", "supervising_provider_npi", "primary_care_provider_npi",
    *(
        f"{CASE}{name}"
        for name in (
            "name", "is_work", "is_auto", "is_other_accident", "accident_on", "state_code",
            "employer", "claim_number",
        )
    ),
    *FACTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a kind of file must have, those of its template, and those it may have."""

    required: tuple[str, ...]
    columns: tuple[str, ...]
    more: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """Every column that is understood."""
        return frozenset((*self.columns, *self.more))


ENCOUNTERS = Layout(REQUIRED, COLUMNS, MORE_COLUMNS)
PROBLEM = "problem"  # the column added to rows that come back; ignored when they are sent again
MOST_ROWS = 20_000
CONTENT_TYPE = "text/csv"
# What a spreadsheet would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its line in the file, and its cells by column; empty cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not taken, and why, field by field."""

    row: CsvRow
    problems: list[str]


def read_rows(content: bytes, layout: Layout = ENCOUNTERS) -> list[CsvRow]:
    """Every row with something in it. Raises ApplicationError when it is no such file at all."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise ApplicationError("This is no CSV file.", field="file")
    lines = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in layout.required if name not in header]
    if missing:
        raise ApplicationError(f"These columns are missing: {', '.join(missing)}.", field="file")
    unknown = [name for name in header if name not in {*layout.known, PROBLEM, ""}]
    if unknown:
        raise ApplicationError(
            f"{len(unknown)} columns are not known, the first is column "
            f"{header.index(unknown[0]) + 1}. Start from the template.",
            field="file",
        )
    try:
        rows = [
            _row(lines.line_num, header, line, layout)
            for line in lines
            if any(map(str.strip, line))
        ]
    except csv.Error as error:
        raise ApplicationError(
            f"Line {lines.line_num} cannot be read as CSV: {error}.", field="file"
        ) from None
    if not rows:
        raise ApplicationError("There is no row below the columns' names.", field="file")
    if len(rows) > MOST_ROWS:
        raise ApplicationError(f"A file holds at most {MOST_ROWS:,} rows.", field="file")
    return rows


def _row(number: int, header: list[str], line: list[str], layout: Layout) -> CsvRow:
    cells = {
        name: _as_typed(cell.strip())
        for name, cell in zip(header, line, strict=False)
        if name in layout.known and cell.strip()
    }
    return CsvRow(number, cells)


def rejected_file(rejected: Iterable[RejectedRow], layout: Layout = ENCOUNTERS) -> bytes:
    """The rows that were not taken, with what is wrong: to be put right and sent again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    rows = list(rejected)
    given = {name for one in rows for name in one.row.cells}
    columns = [*layout.columns, *(name for name in layout.more if name in given)]
    writer.writerow([*columns, PROBLEM])
    for one in rows:
        cells = [_harmless(one.row.cells.get(name, "")) for name in columns]
        writer.writerow([*cells, "; ".join(one.problems)])
    return out.getvalue().encode("utf-8-sig")


def template_file(layout: Layout = ENCOUNTERS) -> bytes:
    """The columns and nothing else."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(layout.columns)
    return out.getvalue().encode("utf-8-sig")


def _as_typed(cell: str) -> str:
    """Without the mark that `_harmless` put before it, when a file that came back is sent again."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
