"""A bank's BAI2 file read into lines, every control total checked. Pure.

Records: 01 file, 02 group (one day), 03 account, 16 transaction, 88 continuation, and the trailers
49, 98, 99. Fields are separated by commas, a record ends with "/" unless its last field is text.
Amounts have no decimal point; a debit is known by its type. A trailer holds the sum of the amounts
since its header as they are written, and how many records these are, its own included.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from billing.bank.records import Fault, ReadFile, ReadLine
from core.money import CENT, ZERO

_HEADERS = {"01": 9, "02": 5, "03": 2, "16": 4, "49": 3, "98": 4, "99": 4}
_FOLLOWS = {
    "01": {""},
    "02": {"01", "98"},
    "03": {"02", "49"},
    "16": {"03", "16"},
    "49": {"03", "16"},
    "98": {"02", "49"},
    "99": {"01", "98"},
}
_NAMES = {
    "01": "file header", "02": "group header", "03": "account", "16": "transaction",
    "49": "account trailer", "98": "group trailer", "99": "file trailer",
}  # fmt: skip
_AMOUNT = re.compile(r"[+-]?\d{1,13}")
_EXTRAS = {"S": 3, "V": 2}
MOST_FAULTS = 100


def looks_like_bai2(text: str) -> bool:
    """Whether a file begins as BAI2 does."""
    return text.lstrip("\ufeff \r\n").startswith("01,")


def read_bai2(text: str) -> ReadFile:
    """The lines of a BAI2 file, or everything that is wrong with it, each with its line."""
    reader = _Reader()
    for record in _records(text, reader.faults):
        reader.take(record)
    reader.end()
    return ReadFile(tuple(reader.lines), tuple(reader.faults[:MOST_FAULTS]))


@dataclass(slots=True)
class _Record:
    """One record with its continuations: where it begins, how many rows it has, its fields."""

    number: int
    code: str
    fields: list[str]
    rows: int = 1


def _records(text: str, faults: list[Fault]) -> Iterator[_Record]:
    current: _Record | None = None
    ended = True
    for number, written in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        row = written.rstrip()
        if not row:
            continue
        code, _, rest = row.partition(",")
        closes = rest.endswith("/")
        body = rest.removesuffix("/")
        if code == "88":
            if current is None:
                faults.append(Fault(number, "A continuation (88) that continues nothing"))
                continue
            _continue(current, body, ended)
            ended = closes
            continue
        if current is not None:
            yield current
        current, ended = _Record(number, code, body.split(",") if rest else []), closes
    if current is not None:
        yield current


def _continue(record: _Record, body: str, ended: bool) -> None:
    """After "/" the next field begins; without it the text goes on."""
    record.rows += 1
    if ended or not record.fields:
        record.fields += body.split(",")
    else:
        record.fields[-1] += f" {body}"


@dataclass(slots=True)
class _Total:
    """What a trailer must say of what stands since its header."""

    number: int
    amount: Decimal = ZERO
    rows: int = 0
    parts: int = 0


@dataclass(slots=True)
class _Reader:
    """The file as far as it was read."""

    lines: list[ReadLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    before: str = ""
    day: date | None = None
    account_number: str = ""
    file: _Total = field(default_factory=lambda: _Total(0))
    group: _Total = field(default_factory=lambda: _Total(0))
    account: _Total = field(default_factory=lambda: _Total(0))

    def take(self, record: _Record) -> None:
        """One record, in its place."""
        if record.code not in _HEADERS:
            self._fault(record, f"Record “{record.code[:6]}” is none of BAI2")
            return
        if self.before not in _FOLLOWS[record.code]:
            after = f"after a {_NAMES[self.before]}" if self.before else "at the beginning"
            self._fault(record, f"A {_NAMES[record.code]} ({record.code}) cannot stand {after}")
        self.before = record.code
        self.file.rows += record.rows
        if len(record.fields) < _HEADERS[record.code] - 1:
            self._fault(record, f"The {_NAMES[record.code]} ({record.code}) is cut off")
            return
        {
            "01": self._file, "02": self._group, "03": self._account, "16": self._transaction,
            "49": self._account_end, "98": self._group_end, "99": self._file_end,
        }[record.code](record)  # fmt: skip

    def end(self) -> None:
        """A file ends with its trailer."""
        if self.before != "99":
            where = f" after a {_NAMES[self.before]}" if self.before else ""
            self.faults.append(Fault(0, f"The file ends{where}, without its trailer (99)"))

    def _fault(self, record: _Record, words: str) -> None:
        self.faults.append(Fault(record.number, words))

    def _file(self, record: _Record) -> None:
        if record.fields[7].strip() not in {"2", ""}:
            self._fault(record, f"Version {record.fields[7]} of BAI is not read, only version 2")

    def _group(self, record: _Record) -> None:
        self.group = _Total(record.number, rows=record.rows)
        self.day = _day(record.fields[3])
        if self.day is None:
            self._fault(record, f"“{record.fields[3]}” is no day (YYMMDD)")
        self._check_currency(record, record.fields[5] if len(record.fields) > 5 else "")

    def _account(self, record: _Record) -> None:
        self.account = _Total(record.number, rows=record.rows)
        self.account_number = record.fields[0].strip()
        self._check_currency(record, record.fields[1] if len(record.fields) > 1 else "")
        place = 2
        while place + 1 < len(record.fields):
            self.account.amount += self._amount(record, record.fields[place + 1])
            funds = record.fields[place + 3] if place + 3 < len(record.fields) else ""
            place += 4 + _extras(funds, record.fields[place + 4 :])

    def _check_currency(self, record: _Record, currency: str) -> None:
        if currency.strip() not in {"", "USD"}:
            self._fault(record, f"Amounts in {currency.strip()[:3]}: only US dollars are read")

    def _transaction(self, record: _Record) -> None:
        self.account.rows += record.rows
        code, written = record.fields[0].strip(), record.fields[1]
        amount = self._amount(record, written)
        self.account.amount += amount
        sign = _sign(code)
        if sign is None:
            self._fault(record, f"Type “{code[:6]}” is none of BAI2")
            return
        if not sign or not amount:
            return  # tells something and moves nothing
        rest = record.fields[3:]
        rest = [*rest[_extras(record.fields[2], rest) :], "", "", ""]
        if self.day is None:
            return
        line = ReadLine(
            number=record.number,
            account_number=self.account_number,
            posted_on=self.day,
            amount=sign * amount,
            type_code=code,
            bank_reference=rest[0].strip()[:80],
            customer_reference=rest[1].strip()[:80],
            description=" ".join(",".join(rest[2:]).strip(", ").split())[:400],
        )
        self.lines.append(line.traced())

    def _account_end(self, record: _Record) -> None:
        self.account.rows += record.rows
        self._compare(record, self.account, "account", rows_at=1)
        self.group.amount += self.account.amount
        self.group.rows += self.account.rows
        self.group.parts += 1

    def _group_end(self, record: _Record) -> None:
        self.group.rows += record.rows
        self._compare(record, self.group, "group", parts="accounts", rows_at=2)
        self.file.amount += self.group.amount
        self.file.parts += 1

    def _file_end(self, record: _Record) -> None:
        self._compare(record, self.file, "file", parts="groups", rows_at=2)

    def _compare(
        self, record: _Record, total: _Total, name: str, *, rows_at: int, parts: str = ""
    ) -> None:
        said = self._amount(record, record.fields[0])
        if said != total.amount:
            self._fault(
                record, f"The {name} adds up to {total.amount}, its control total is {said}"
            )
        counts = [("records", total.rows, rows_at)]
        if parts:
            counts.append((parts, total.parts, 1))
        for what, real, place in counts:
            told = record.fields[place].strip()
            if told != str(real):
                self._fault(record, f"The {name} has {real} {what}, its trailer says {told}")

    def _amount(self, record: _Record, text: str) -> Decimal:
        text = text.strip()
        if not text:
            return ZERO
        if not _AMOUNT.fullmatch(text):
            self._fault(record, f"“{text[:20]}” is no amount: BAI2 writes cents without a point")
            return ZERO
        return Decimal(text) * CENT


def _extras(funds: str, following: list[str]) -> int:
    """How many fields after the funds type belong to it: when the money is available."""
    kind = funds.strip().upper()
    if kind == "D":
        days = following[0].strip() if following else ""
        return 1 + 2 * int(days) if days.isdigit() else 1
    return _EXTRAS.get(kind, 0)


def _sign(code: str) -> int | None:
    """+1 for a credit, -1 for a debit, 0 for what moves no money; None for no type at all."""
    if not (code.isdigit() and len(code) == 3):
        return None
    number = int(code)
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 960 <= number <= 999:
        return -1
    return 0


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%y%m%d").date()  # noqa: DTZ007 - a day, no instant
    except ValueError:
        return None
