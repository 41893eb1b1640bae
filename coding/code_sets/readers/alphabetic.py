"""The Alphabetic Index and its tables: up to four files of one year, as XML or flattened as CSV."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from coding.code_sets.alphabetic_index import IndexRow, lines, read_csv, read_xml
from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import Options, Reading
from coding.models import IndexEntry

_COLUMNS = ('"table"', "position", "level", "path", "modifiers", "codes", "see", "see_also")
_NAMED = re.compile(r"index|neoplasm|drug", re.IGNORECASE)
_YEAR = re.compile(r"20\d\d")


def read_alphabetic_index(found: list[Member], options: Options) -> Reading:
    """Every file of the index among those given: diseases, external causes, neoplasms, drugs."""
    parts = [one for one in found
             if one.ending in {"xml", "csv"} and _NAMED.search(one.base)]  # fmt: skip
    if not parts:
        raise BadFile(
            "There is no file of the Alphabetic Index in it (icd10cm-index-….xml, also eindex, "
            "neoplasm and drug)."
        )
    counts: dict[str, int] = {}
    label, begin, end = _year(parts, options)
    facts = {"files": [one.base for one in parts], "parts": counts}
    return Reading(label, begin, end, [Table(IndexEntry, _COLUMNS, _rows(parts, counts))],
                   facts=facts)  # fmt: skip


def _year(parts: list[Member], options: Options) -> tuple[str, date, date | None]:
    """A fiscal year by the name of a file; without one the person says from when it holds."""
    named = next((match for one in parts if (match := _YEAR.search(one.name))), None)
    if named is not None:
        year = int(named[0])
        return f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30)
    if options.effective_from is None:
        raise BadFile("The file name does not tell the year: say from when it holds.")
    return f"from {options.effective_from.isoformat()}", options.effective_from, None


def _rows(parts: list[Member], counts: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    for member in parts:
        entries = _entries(member)
        if not entries:
            raise BadFile(f"{member.base} has no entries.")
        table = entries[0].table
        if table.label in counts:
            raise BadFile(f"Two files are the {table.label}: {member.base} is the second.")
        counts[table.label] = len(entries)
        for line in lines(entries):
            yield (table.value, line.position, line.level, line.path, line.modifiers, line.codes,
                   line.see, line.see_also)  # fmt: skip


def _entries(member: Member) -> list[IndexRow]:
    """A whole file: `see` may lead anywhere in it."""
    try:
        if member.ending == "csv":
            return list(read_csv(member.lines()))
        with member.reading() as file:
            return list(read_xml(file))
    except BadFile as error:
        raise BadFile(f"{member.base}: {error.message}") from error
