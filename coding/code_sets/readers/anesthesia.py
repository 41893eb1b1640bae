"""Anesthesia: base units by code, and dollars per unit, national or by Medicare locality.

CMS publishes the two apart and in changing layouts, so a table is known by its header: one has a
column of base units, the other of conversion factors.
"""

import re
from collections.abc import Iterator
from typing import Any

from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import Options, Reading, at, columns_of, number
from coding.edits.families import is_anesthesia
from coding.models import AnesthesiaBase, ConversionFactor

NATIONAL = "anesthesia"
_MOST_HEADING = 15
_BASE, _FACTOR = re.compile(r"base\s*unit", re.I), re.compile(r"conversion\s*factor", re.I)
_TABLES = {"csv", "txt", "tsv", "xlsx"}


def read_anesthesia(found: list[Member], options: Options) -> Reading:
    """A year's base units, and the factors where a second table has them. Its day is said."""
    if options.effective_from is None:
        raise BadFile("The file does not tell its year: say from when it holds.")
    bases = [one for one in found if one.ending in _TABLES and _header(one, _BASE)]
    factors = [one for one in found if one.ending in _TABLES and _header(one, _FACTOR)]
    if len(bases) != 1 or len(factors) > 1:
        raise BadFile(
            "One table with a column Base Units is expected, and at most one with a column "
            f"Conversion Factor; {len(bases)} and {len(factors)} were found."
        )
    tables = [Table(AnesthesiaBase, ("code", "base_units"), _bases(bases[0]))]
    if factors:
        columns = ("name", "effective_from", "effective_to", "factor")
        tables.append(Table(ConversionFactor, columns, _factors(factors[0], options)))
    warnings = [] if factors else ["Without conversion factors Medicare's amounts are not known."]
    return Reading(
        options.label or str(options.effective_from.year), options.effective_from,
        options.effective_to, tables, warnings=warnings,
        facts={"files": [one.base for one in (*bases, *factors)]},
    )  # fmt: skip


def factor_name(mac: str, locality: str) -> str:
    """How the factor of a Medicare locality is named among the conversion factors."""
    return f"{NATIONAL} {mac}-{locality}"


def _header(member: Member, wanted: re.Pattern[str]) -> bool:
    heading = (row for _, row in zip(range(_MOST_HEADING), member.table(), strict=False))
    return any(sum(bool(cell.strip()) for cell in row) > 1 and wanted.search(" ".join(row))
               for row in heading)  # fmt: skip


def _rows(
    member: Member, wanted: re.Pattern[str], **names: str
) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    columns: dict[str, int] = {}
    for line, row in enumerate(member.table(), 1):
        if columns:
            yield line, row, columns
        elif sum(bool(cell.strip()) for cell in row) > 1 and wanted.search(" ".join(row)):
            columns = columns_of(row, **names)


def _bases(member: Member) -> Iterator[tuple[Any, ...]]:
    rows = _rows(member, _BASE, code=r"code|^cpt$|^hcpcs$", base=r"base ?unit")
    for line, row, columns in rows:
        code = at(row, columns, "code").zfill(5) if at(row, columns, "code") else ""
        if not is_anesthesia(code):
            continue  # foot notes, and codes that only look like services
        yield code, number(at(row, columns, "base"), f"{member.base}, line {line}: ")


def _factors(member: Member, options: Options) -> Iterator[tuple[Any, ...]]:
    """One national row has no contractor."""
    rows = _rows(member, _FACTOR, _mac=r"contractor|^mac", _locality=r"^locality( number)?$",
                 factor=r"^(?!qualifying).*conversion factor")  # fmt: skip
    for line, row, columns in rows:
        factor = number(at(row, columns, "factor"), f"{member.base}, line {line}: ")
        if not factor:
            continue
        mac, locality = at(row, columns, "mac"), at(row, columns, "locality")
        name = factor_name(mac, locality.zfill(2)) if mac else NATIONAL
        yield name, options.effective_from, options.effective_to, factor
