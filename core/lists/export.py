"""A list as CSV or XLSX: one header row, numbers as numbers, no formula that could run."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from core.lists.cells import exported, headings
from core.lists.spec import Column

MOST_ROWS = 50_000
# A spreadsheet runs a text that starts like this (ASVS 1.2.10); an apostrophe makes it text again.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def exportable(columns: Iterable[Column]) -> list[Column]:
    """Columns with a value; what only a template draws stays on the page."""
    return [column for column in columns if column.value is not None]


def file_of(kind: str, title: str, columns: list[Column], rows: Iterable[Any]) -> bytes:
    """The file itself."""
    heads = [head for column in columns for head in headings(column)]
    lines = ([v for c in columns for v in exported(row, c)] for row in rows)
    return csv_file(heads, lines) if kind == "csv" else xlsx_file(title, heads, columns, lines)


def csv_file(heads: list[str], lines: Iterator[list[Any]]) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as such."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_text(head) for head in heads])
    for line in lines:
        writer.writerow([_csv_value(value) for value in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = _CONTROL.sub("", text) if "\0" in text else text
    return f"'{text}" if text.startswith(STARTS_FORMULA) else text


def _csv_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return safe_text(str(value))


def xlsx_file(
    title: str, heads: list[str], columns: list[Column], lines: Iterator[list[Any]]
) -> bytes:
    """A workbook with one frozen header row; amounts keep two decimals, text stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "List")
    sheet.freeze_panes = "A2"
    sheet.append([_head_cell(sheet, head) for head in heads])
    formats = [fmt for column in columns for fmt in _formats(column)]
    for line in lines:
        sheet.append(
            [_xlsx_cell(sheet, value, fmt) for value, fmt in zip(line, formats, strict=True)]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _formats(column: Column) -> list[str]:
    first = {"money": "#,##0.00", "date": "mm/dd/yyyy", "datetime": "mm/dd/yyyy hh:mm"}
    return [first.get(column.kind, "")] + ([""] if column.sub is not None else [])


def _head_cell(sheet: Any, text: str) -> Any:
    cell = _xlsx_cell(sheet, text, "")
    cell.font = Font(bold=True)
    return cell


def _xlsx_cell(sheet: Any, value: Any, number_format: str) -> Any:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_CONTROL.sub("", value))
        cell.data_type = "s"  # else "=1+1" would become a formula
        return cell
    cell = WriteOnlyCell(sheet, value=value)
    if number_format and value is not None:
        cell.number_format = number_format
    return cell
