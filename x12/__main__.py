"""`python -m x12 check FILE…` says what is wrong with files; `show FILE…` says what is in them."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from x12 import Interchange, Transaction, read_interchanges
from x12.errors import ERROR, Fault
from x12.outline import outline

_FOUND_ERRORS, _NOT_READ = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when there was no error, 1 when there was, 2 when a file could not be opened."""
    out = sys.stdout
    parser = argparse.ArgumentParser(prog="python -m x12", description=__doc__)
    parser.add_argument("command", choices=["check", "show"])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    chosen = parser.parse_args(arguments)
    say = _check if chosen.command == "check" else _show
    worst = 0
    for path in chosen.files:
        try:
            with path.open("rb") as source:
                worst = max(worst, say(path, read_interchanges(source), out))
        except OSError as error:
            sys.stderr.write(f"{path}: {error.strerror}\n")
            worst = _NOT_READ
    return worst


def _check(path: Path, interchanges: Iterator[Interchange], out: TextIO) -> int:
    counts = {"E": 0, "W": 0}
    for found in interchanges:
        for where, fault in _faults(found):
            counts[fault.severity] += 1
            print(f"{path}: {where}{fault}", file=out)
    errors, warnings = counts["E"], counts["W"]
    print(f"{path}: {_count(errors, 'error')}, {_count(warnings, 'warning')}", file=out)
    return _FOUND_ERRORS if errors else 0


def _faults(found: Interchange) -> Iterator[tuple[str, Fault]]:
    """Every fault with the interchange and transaction it stands in."""
    place = f"interchange {found.control_number:09d}"
    yield from ((f"{place}: ", fault) for fault in found.faults)
    for group in found.groups:
        yield from ((f"{place}, group {group.control_number}: ", f) for f in group.faults)
        for item in group.transactions:
            where = f"{place}, {item.set_code} {item.control_number}: "
            yield from ((where, fault) for fault in item.faults)


def _show(path: Path, interchanges: Iterator[Interchange], out: TextIO) -> int:
    worst = 0
    for found in interchanges:
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


def _count(number: int | Decimal, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


if __name__ == "__main__":
    sys.exit(main())
