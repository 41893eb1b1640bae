"""Which rows of each guide's table were written at least once, and which never.

Worked files and random records are written and walked; what no file held is listed, so that
nobody takes a row for proven that was only typed.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

import x12
from tests.x12.files import DATA, NAMES, worked
from tests.x12.strategies import acknowledgements, batches, remittances
from tests.x12.strategies_institutional import institutional_batches
from tests.x12.strategies_members import (
    ELIGIBILITY_ANSWERS,
    ELIGIBILITY_QUESTIONS,
    STATUS_ANSWERS,
    STATUS_QUESTIONS,
)
from tests.x12.whole_tables import turns_of, whole_file
from x12 import ERROR, Envelope
from x12.guides import GUIDES
from x12.reader import rows_of
from x12.spec import LoopSpec, SegmentSpec
from x12.tables import tables

ENVELOPE = Envelope("SENDER", "RECEIVER", datetime(2026, 11, 23, 9, 30), 7, 8)
SOURCES: tuple[SearchStrategy, ...] = (
    batches(), institutional_batches(), remittances(), acknowledgements(), ELIGIBILITY_ANSWERS,
    ELIGIBILITY_QUESTIONS, STATUS_ANSWERS, STATUS_QUESTIONS,
)  # fmt: skip
NEVER = DATA / "never_written.txt"
Row = tuple[str, str, str]  # guide, loop, segment with its qualifier


def rows_of_table(version: str, loop: LoopSpec) -> Iterator[tuple[Row, SegmentSpec, str]]:
    """Every row of a table: a segment with several qualifiers is one row for each."""
    for spec in loop.segments:
        marks = sorted(spec.qualifiers[1]) if spec.qualifiers else [""]
        for mark in marks:
            yield (version, loop.id, f"{spec.id} {mark}".strip()), spec, mark
    for inner in loop.loops:
        yield from rows_of_table(version, inner)


def name_of(code: str, version: str) -> str:
    return f"{code} {version}"


def written_in(content: bytes) -> set[Row]:
    """The rows that the segments of a file stand for."""
    found: set[Row] = set()
    for interchange in x12.read_interchanges(content):
        for item in interchange.transactions:
            guide = name_of(item.set_code, item.version or "005010X221A1")
            loops = x12.loops_of(item)
            for position, row in enumerate(rows_of(item.texts, item.delimiters), 1):
                found |= {
                    (guide, loops[position], f"{row[0]} {mark}".strip())
                    for mark in ("", *(value.split(":")[0] for value in row[1:]))
                }
    return found


def rewritten(name: str) -> bytes:
    (found,) = x12.read_interchanges(worked(name.split("_", maxsplit=1)[0]))
    return x12.write_interchange(ENVELOPE, [item.record for item in found.transactions])


def every_file() -> Iterator[bytes]:
    for name in NAMES:
        if not name.startswith("w30"):
            yield rewritten(name)
    for source in SOURCES:
        yield from files_of(source)
    for (code, _), guide in sorted(GUIDES.items()):
        for turn in range(turns_of(guide.table.spec)):
            (found,) = x12.read_interchanges(whole_file(code, guide, turn))
            yield x12.write_interchange(ENVELOPE, [found.transactions[0].record])


def files_of(source: SearchStrategy) -> list[bytes]:
    """Forty files of records drawn at random, the same at every run."""
    made: list[bytes] = []

    @settings(
        max_examples=40, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(source)
    def make(record: object) -> None:
        made.append(x12.write_interchange(ENVELOPE, [record]))

    make()
    return made


@pytest.mark.parametrize(("code", "version"), sorted(GUIDES))
def test_a_file_with_every_row_of_the_table_is_well_formed(code: str, version: str) -> None:
    guide = GUIDES[code, version]
    for turn in range(turns_of(guide.table.spec)):
        faults = x12.check_bytes(whole_file(code, guide, turn))
        assert [f for f in faults if f.severity == ERROR and f.code[0] in "SEX"] == []


def test_the_rows_that_no_file_holds_are_those_that_are_listed(figures: list[str]) -> None:
    written: set[Row] = set()
    for content in every_file():
        written |= written_in(content)
    lines: list[str] = []
    for (code, version), guide in sorted(GUIDES.items()):
        name = name_of(code, version)
        rows = list(dict.fromkeys(row for row, _, _ in rows_of_table(name, guide.table.spec)))
        never = list(dict.fromkeys(row for row in rows if row not in written))
        figures.append(f"{name}: {len(rows) - len(never)} of {len(rows)} rows written")
        lines += [f"{name} {loop} {segment}" for _, loop, segment in never]
    figures += [f"never written: {line}" for line in lines]
    assert "\n".join(lines) + "\n" == NEVER.read_text(), "write the list anew, and look at it"


def test_the_page_of_the_tables_is_what_the_tables_say() -> None:
    page = Path(__file__).parents[2] / "docs" / "x12-tables.md"
    made = "\n".join(tables()) + "\n"
    assert page.read_text(encoding="utf-8") == made, "python -m x12 tables > docs/x12-tables.md"
