"""`check FILE…`: what is wrong; `show FILE…`: what is in it, in words; `read FILE…`: JSON lines;
`tables`: what the guides ask for.
"""

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from x12 import Interchange, Transaction, checked_interchanges, read_interchanges
from x12.checking import EMPTY
from x12.errors import ERROR, Fault
from x12.outline import outline
from x12.tables import tables

_FOUND_ERRORS, _NOT_READ = 1, 2
Command = Callable[[Path, BinaryIO, TextIO], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when there was no error, 1 when there was, 2 when a file could not be opened."""
    parser = argparse.ArgumentParser(prog="python -m x12", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("check", "every fault; exit 1 on an error, 0 on warnings only"),
        ("show", "an outline: claims, lines, money"),
        ("read", "one JSON object a line for each transaction"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("files", nargs="+", type=Path, metavar="FILE")
        if name == "check":
            command.add_argument("--json", action="store_true", help="one JSON object a fault")
    commands.add_parser("tables", help="the guides' tables as Markdown")
    chosen = parser.parse_args(arguments)
    if chosen.command == "tables":
        sys.stdout.writelines(f"{line}\n" for line in tables())
        return 0
    act = _COMMANDS["check --json" if getattr(chosen, "json", False) else chosen.command]
    return max(_on_file(act, path) for path in chosen.files)


def _on_file(act: Command, path: Path) -> int:
    try:
        with path.open("rb") as source:
            return act(path, source, sys.stdout)
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return _NOT_READ


def _check(path: Path, source: BinaryIO, out: TextIO) -> int:
    counts = {"E": 0, "W": 0}
    for place, fault in _all_faults(source):
        counts[fault.severity] += 1
        print(f"{path}: {_words(place)}: {fault}", file=out)
    errors, warnings = counts["E"], counts["W"]
    print(f"{path}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", file=out)
    return _FOUND_ERRORS if errors else 0


def _check_as_json(path: Path, source: BinaryIO, out: TextIO) -> int:
    has_errors = False
    for place, fault in _all_faults(source):
        has_errors |= fault.severity == ERROR
        row = {"file": str(path), **place, **dataclasses.asdict(fault)}
        print(json.dumps(row, ensure_ascii=False), file=out)
    return _FOUND_ERRORS if has_errors else 0


def _all_faults(source: BinaryIO) -> Iterator[tuple[dict[str, Any], Fault]]:
    """Every fault of a file; that nothing is in it is one, too."""
    is_empty = True
    for found in checked_interchanges(source):
        is_empty = False
        yield from _faults(found)
    if is_empty:
        yield {}, EMPTY


def _faults(found: Interchange) -> Iterator[tuple[dict[str, Any], Fault]]:
    """Every fault with the interchange, group and transaction it stands in."""
    place: dict[str, Any] = {"interchange": found.control_number}
    yield from ((place, fault) for fault in found.faults)
    for group in found.groups:
        inside = {**place, "group": group.control_number}
        yield from ((inside, fault) for fault in group.faults)
        for item in group.transactions:
            where = {**inside, "set": item.set_code, "set_control_number": item.control_number}
            yield from ((where, fault) for fault in item.faults)


def _words(place: dict[str, Any]) -> str:
    if not place:
        return "no interchange"
    if "set" in place:
        ending = f", {place['set']} {place['set_control_number']}"
    else:
        ending = f", group {place['group']}" if "group" in place else ""
    return f"interchange {place['interchange']:09d}{ending}"


def _show(path: Path, source: BinaryIO, out: TextIO) -> int:
    worst = 0
    for found in read_interchanges(source):
        usage = {"P": "production", "T": "test"}.get(found.usage, "unknown")
        print(
            f"{path}: interchange {found.control_number:09d} from {found.sender_id} to "
            f"{found.receiver_id}, {usage}",
            file=out,
        )
        for answer in found.ta1:
            print(
                f"  TA1 {answer.control_number:09d}: {answer.verdict} {answer.note_code}", file=out
            )
        for item in found.transactions:
            for line in _lines(item):
                print(f"  {line}", file=out)
        if any(fault.severity == ERROR for fault in found.all_faults):
            worst = _FOUND_ERRORS
            errors = sum(fault.severity == ERROR for fault in found.all_faults)
            print(f"  {_count(errors, 'error')}: see `check`", file=out)
    return worst


def _lines(item: Transaction) -> Iterator[str]:
    head = f"{item.set_code} {item.control_number}, {_count(item.segment_count, 'segment')}"
    if item.record is None:
        yield f"{head}: not read"
        return
    yield head
    yield from (f"  {line}" for line in outline(item.record))


def _read(path: Path, source: BinaryIO, out: TextIO) -> int:
    """Amounts are text, so that no reader makes them binary fractions; days are ISO dates."""
    worst = 0
    for found in read_interchanges(source):
        head = {
            "file": str(path),
            "interchange": found.control_number,
            "sender_id": found.sender_id,
            "receiver_id": found.receiver_id,
        }
        for answer in found.ta1:
            _print_record(out, {**head, "set": "TA1"}, answer)
        for item in found.transactions:
            place = {**head, "set": item.set_code, "set_control_number": item.control_number}
            _print_record(out, place, item.record)
        if any(fault.severity == ERROR for fault in found.all_faults):
            worst = _FOUND_ERRORS
    return worst


def _print_record(out: TextIO, place: dict[str, Any], record: Any) -> None:
    columns = dataclasses.asdict(record) if record is not None else None
    row = {**place, "record": columns}
    print(json.dumps(row, default=_plain, ensure_ascii=False), file=out)


def _plain(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"no JSON for {type(value).__name__}")


def _count(number: int | Decimal, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_COMMANDS: dict[str, Command] = {
    "check": _check, "check --json": _check_as_json, "show": _show, "read": _read,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
