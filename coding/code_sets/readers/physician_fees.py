"""The Medicare physician fee schedule: PPRRVU (relative values) and GPCI (localities).

PPRRVU has ten lines of heading, five of them stacked, and 31 or 32 columns by year. The AMA's
description is never read. Read as bytes of one byte a letter, since the files mix encodings.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import (
    PROCEDURE,
    QUARTER_OF_MONTH,
    Options,
    Reading,
    number,
    pick,
    quarter,
)
from coding.models import ConversionFactor, FeeLocality, RelativeValue

_TITLE = re.compile(r"(\d{4}).*Relative Value File\s+(\w+)", re.IGNORECASE)
_NAME = re.compile(r"PPRRVU(\d{2,4})_?([A-Z]{3})", re.IGNORECASE)
_YEAR = re.compile(r"\b(20\d\d)\b")
_COLUMNS = (
    "code", "modifier", "status_code", "work_rvu", "pe_non_facility_rvu", "is_non_facility_na",
    "pe_facility_rvu", "is_facility_na", "mp_rvu", "pc_tc_indicator", "global_days", "pre_share",
    "intra_share", "post_share", "multiple_procedure_indicator", "bilateral_indicator",
    "assistant_indicator", "co_surgeon_indicator", "team_indicator", "endoscopy_base_code",
    "supervision_code", "imaging_family_code", "has_values",
)  # fmt: skip
_OLD_WIDTH, _NEW_WIDTH = 31, 32
_WORK = 5


def read_rvu(found: list[Member], options: Options) -> Reading:
    """Relative values and the conversion factor of one quarterly release."""
    is_qpp = options.variant == "qpp"
    chosen = pick(found, r"PPRRVU.*_QPP" if is_qpp else r"PPRRVU(?!.*_QPP)", "csv", "xlsx")
    if len(chosen) != 1:
        raise BadFile(
            f"One relative value table is expected (PPRRVU….csv), {len(chosen)} were found."
        )
    member = chosen[0]
    heading = _heading(member)
    begin, end, label = _release(member, heading, options)
    factors: dict[str, tuple[Any, ...]] = {}
    rows = _rvu_rows(member, begin, end, factors)
    return Reading(
        label, begin, end,
        [
            Table(RelativeValue, _COLUMNS, rows),
            # Stored after the rows: the factor stands in each of them.
            Table(
                ConversionFactor, ("name", "effective_from", "effective_to", "factor"),
                _later(factors),
            ),
        ],
        options.variant,
    )  # fmt: skip


def _later(factors: dict[str, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield from factors.values()


def _heading(member: Member) -> list[list[str]]:
    lines: list[list[str]] = []
    for row in member.table():
        lines.append(row)
        if [cell.strip() for cell in row[:2]] == ["HCPCS", "MOD"]:
            break
        if len(lines) > 20:
            raise BadFile(f"{member.base} has no header that begins with HCPCS, MOD.")
    if len(lines) < 2 or len(lines[-2]) <= _WORK or lines[-2][_WORK].strip() != "WORK":
        raise BadFile(f"{member.base}: column 6 is not the work value; the layout has changed.")
    if len(lines[-1]) not in {_OLD_WIDTH, _NEW_WIDTH}:
        raise BadFile(f"{member.base} has {len(lines[-1])} columns, 31 or 32 are known.")
    return lines


def _release(member: Member, heading: list[list[str]], options: Options) -> tuple[date, date, str]:
    title = next((match for row in heading if (match := _TITLE.search(" ".join(row)))), None)
    named = title or _NAME.search(member.base)
    if named and named[2][:3].upper() in QUARTER_OF_MONTH:
        year = int(named[1]) % 2000 + 2000
        of_year = QUARTER_OF_MONTH[named[2][:3].upper()]
        return *quarter(year, of_year), f"{year} Q{of_year}"
    if options.effective_from and options.effective_to:
        label = options.label or f"from {options.effective_from}"
        return options.effective_from, options.effective_to, label
    raise BadFile(f"{member.base} does not tell its year and release: say the dates.")


def _rvu_rows(
    member: Member, begin: date, end: date, factors: dict[str, tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    begun = False
    shift = 0
    for line, row in enumerate(member.table(), 1):
        if not begun:
            if [cell.strip() for cell in row[:2]] == ["HCPCS", "MOD"]:
                begun, shift = True, len(row) - _OLD_WIDTH
            continue
        code = row[0].strip() if row else ""
        if not PROCEDURE.fullmatch(code):
            if any(cell.strip() for cell in row):
                raise BadFile(f"{member.base}, row {line}: this is no code with values.")
            continue
        if len(row) < _OLD_WIDTH + shift:
            raise BadFile(f"{member.base}, row {line} is short: {len(row)} columns.")
        where = f"{member.base}, row {line}: "
        cell = [one.strip() for one in row]
        factor = number(cell[24 + shift], where)
        if factor and "standard" not in factors:
            factors["standard"] = ("standard", begin, end, factor)
        yield (
            code, cell[1][:2], cell[3][:1], number(cell[5], where), number(cell[6], where),
            cell[7] == "NA", number(cell[8], where), cell[9] == "NA", number(cell[10], where),
            cell[13][:1], cell[14][:3], *(_share(one, where) for one in cell[15:18]), cell[18][:1],
            cell[19][:1], cell[20][:1], cell[21][:1], cell[22][:1], cell[23 + shift][:5],
            cell[25 + shift][:2], cell[27 + shift][:2], True,
        )  # fmt: skip


def _share(text: str, where: str) -> Decimal:
    """A part of the global fee, as a part of one: 0.10, or 10 for percent."""
    value = number(text, where)
    return value / 100 if value > 1 else value


# -- localities ----------------------------------------------------------------------------------


def read_gpci(found: list[Member], options: Options) -> Reading:
    """Addendum E: one row a locality, a year long; foot notes follow the rows."""
    chosen = pick(found, r"gpci", "csv", "xlsx")
    if len(chosen) != 1:
        raise BadFile("One table of localities is expected (GPCI2026.csv).")
    member = chosen[0]
    year = next(
        (int(match[1]) for row in _first(member, 4) if (match := _YEAR.search(" ".join(row)))), None
    )
    begin = options.effective_from or (date(year, 1, 1) if year else None)
    if begin is None:
        raise BadFile(f"{member.base} does not tell its year: say the dates.")
    columns = ("mac", "state_code", "locality", "name", "work_gpci", "pe_gpci", "mp_gpci")
    table = Table(FeeLocality, columns, _gpci_rows(member))
    return Reading(str(begin.year), begin, date(begin.year, 12, 31), [table])


def _first(member: Member, count: int) -> list[list[str]]:
    return [row for _, row in zip(range(count), member.table(), strict=False)]


def _gpci_rows(member: Member) -> Iterator[tuple[Any, ...]]:
    begun = False
    for line, row in enumerate(member.table(), 1):
        cell = [one.strip() for one in row]
        if len(cell) < 7 or not cell[0].isdigit():
            continue
        begun = True
        where = f"{member.base}, row {line}: "
        indices = (number(one, where) for one in cell[4:7])
        # A workbook loses leading zeros.
        yield cell[0].zfill(5), cell[1], cell[2].zfill(2), cell[3].rstrip("*").strip(), *indices
    if not begun:
        raise BadFile(f"{member.base} holds no locality.")
