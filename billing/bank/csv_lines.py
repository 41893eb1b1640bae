"""A bank's CSV read into lines, by the columns that somebody named once. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.bank.records import Fault, ReadFile, ReadLine
from core.money import ZERO, dollars

COLUMNS: dict[str, str] = {
    "date": "Date",
    "amount": "Amount, minus for money out",
    "credit": "Money in",
    "debit": "Money out",
    "description": "Description",
    "reference": "Reference",
    "trace": "Trace number (TRN02)",
}
_GUESSES = {
    "date": ("posting date", "posted", "post date", "transaction date", "date"),
    "amount": ("amount", "transaction amount"),
    "credit": ("credit", "credit amount", "deposits", "money in"),
    "debit": ("debit", "debit amount", "withdrawals", "money out"),
    "description": ("description", "details", "memo", "payee", "transaction"),
    "reference": ("reference", "reference number", "check number", "customer reference", "ref"),
    "trace": ("trace", "trace number", "trn", "trn02"),
}
_DATES = ("%m/%d/%Y", "%Y-%m-%d", "%m/%d/%y", "%m-%d-%Y")
_PLAIN = re.compile(r"-?\d{1,12}(\.\d{1,2})?")
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """The head of a CSV: its column names and the first rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sample_of(text: str, most: int = 5) -> Sample:
    """What is shown to whoever names the columns. An empty file has none."""
    rows = [row for _, row in _rows(text, most + 1)]
    header = tuple(cell.strip() for cell in rows[0]) if rows else ()
    return Sample(header, tuple(tuple(row) for row in rows[1:]))


def guess_columns(header: tuple[str, ...]) -> dict[str, str]:
    """Which column is likely what, by its name; whoever imports confirms it once."""
    known = {name.lower(): name for name in header}
    found: dict[str, str] = {}
    for key, names in _GUESSES.items():
        match = next((known[name] for name in names if name in known), None)
        if match is not None and match not in found.values():
            found[key] = match
    return found


def what_is_missing(columns: Mapping[str, str], header: tuple[str, ...]) -> dict[str, str]:
    """What is wrong with a mapping, by field: an unknown column, none for date or amount."""
    wrong = {
        key: f"There is no column “{name}” in this file."
        for key, name in columns.items()
        if name and name not in header
    }
    if not columns.get("date"):
        wrong["date"] = "Say which column is the date."
    if not columns.get("amount") and not columns.get("credit"):
        wrong["amount"] = "Say which column is the amount, or which two are money in and out."
    if columns.get("amount") and (columns.get("credit") or columns.get("debit")):
        wrong["amount"] = "Either one column for the amount, or two for money in and out."
    return wrong


def read_csv(text: str, columns: Mapping[str, str], account_number: str) -> ReadFile:
    """The lines of a CSV, or everything that is wrong with it, each with its line."""
    rows = _rows(text)
    _, header = next(rows, (0, []))
    places = {name.strip(): place for place, name in enumerate(header)}
    lines: list[ReadLine] = []
    faults: list[Fault] = []
    for number, row in rows:
        cells = {
            key: _cell(row, places[name]) for key, name in columns.items() if name in places
        }  # fmt: skip
        try:
            line = _read(number, cells, account_number)
        except ValueError as error:
            faults.append(Fault(number, str(error)))
            continue
        if line is not None:
            lines.append(line)
    if not lines and not faults:
        faults.append(Fault(0, "The file has no lines below its column names"))
    return ReadFile(tuple(lines), tuple(faults[:MOST_FAULTS]))


def _read(number: int, cells: Mapping[str, str], account_number: str) -> ReadLine | None:
    day = _day(cells.get("date", ""))
    amount = _total(cells)
    if not amount:
        return None  # some banks write a line for nothing
    return ReadLine(
        number=number,
        account_number=account_number,
        posted_on=day,
        amount=amount,
        description=" ".join(cells.get("description", "").split())[:400],
        customer_reference=cells.get("reference", "")[:80],
        trace_number=cells.get("trace", "")[:50],
    ).traced()


def _total(cells: Mapping[str, str]) -> Decimal:
    if "amount" in cells:
        if not cells["amount"]:
            raise ValueError("The amount is missing")
        return _amount(cells["amount"])
    credit, debit = cells.get("credit", ""), cells.get("debit", "")
    if not credit and not debit:
        raise ValueError("Neither money in nor money out stands here")
    if credit and debit and _amount(credit) and _amount(debit):
        raise ValueError("Both money in and money out stand here")
    return (_amount(credit) if credit else ZERO) - (abs(_amount(debit)) if debit else ZERO)


def _amount(text: str) -> Decimal:
    plain = text.replace("$", "").replace(",", "").replace(" ", "").replace("\N{MINUS SIGN}", "-")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    elif plain.endswith("-"):
        plain = f"-{plain[:-1]}"
    if not _PLAIN.fullmatch(plain.removeprefix("+")):
        raise ValueError(f"“{text[:20]}” is no amount in dollars and cents")
    return dollars(plain.removeprefix("+"))


def _day(text: str) -> date:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    raise ValueError(f"“{text[:20]}” is no date like 11/23/2026" if text else "The date is missing")


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _rows(text: str, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with the line of the file it ends on."""
    text = text.lstrip("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    count = 0
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        yield reader.line_num, row
        count += 1
        if most is not None and count >= most:
            return
