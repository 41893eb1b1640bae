"""NCCI: pairs (PTP), unit limits (MUE) and add-on codes (AOC), as CMS publishes them each quarter.

The pair files have six lines of heading in one edition and one in another, so rows are known by
their first two cells. The row's order of columns decides who is paid, never a claim's.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import PROCEDURE, Options, Reading, at, columns_of, day, pick, quarter
from coding.models import AddOnPair, PtpEdit, UnitLimit

_PARTS = 4
_VERSION = re.compile(r"-v(\d\d)(\d)r\d-f(\d)", re.IGNORECASE)
_MUE_DAY = re.compile(r"Eff[_-](\d\d)-(\d\d)-(\d{4})", re.IGNORECASE)
_AOC = re.compile(r"V(\d{4})Q(\d)", re.IGNORECASE)
_FIRST_VERSION_YEAR = 1994  # version 32 is 2026
PTP_COLUMNS = (
    "column1", "column2", "effective_from", "effective_to", "modifier_indicator", "rationale_code",
)  # fmt: skip


# -- pairs ---------------------------------------------------------------------------------------


def read_ptp(found: list[Member], options: Options) -> Reading:
    """Any of the parts f1 to f4 of one quarter, practitioner or hospital."""
    chosen = pick(found, r"cci|ptp", "txt", "csv", "xlsx")
    if not chosen:
        raise BadFile("There is no NCCI pair file in it (ccipra-… or ccioph-…, TXT or XLSX).")
    variants = {"hospital" if "ccioph" in one.base.lower() else "" for one in chosen}
    releases = {match[1] + match[2] for one in chosen if (match := _VERSION.search(one.base))}
    if len(variants) > 1 or len(releases) > 1:
        raise BadFile("These files are of different tables or quarters: load them apart.")
    label, begin, end = _ptp_release(releases, options)
    parts = sorted({match[3] for one in chosen if (match := _VERSION.search(one.base))})
    warnings = []
    if len(parts) < _PARTS and "xlsx" not in {one.ending for one in chosen}:
        held = ", ".join(f"f{part}" for part in parts) or f"{len(chosen)} unnamed"
        warnings.append(f"Holds part {held}; the official table has f1 to f{_PARTS}.")
    rationales: dict[str, int] = {}
    facts = {"rationales": rationales, "files": [one.base for one in chosen]}
    rows = (row for one in chosen for row in _ptp_rows(one, rationales))
    table = Table(PtpEdit, PTP_COLUMNS, rows)
    return Reading(label, begin, end, [table], variants.pop(), facts, warnings)


def _ptp_release(releases: set[str], options: Options) -> tuple[str, date, date]:
    if releases:
        version = releases.pop()
        year, of_year = _FIRST_VERSION_YEAR + int(version[:2]), int(version[2]) + 1
        return f"v{version[:2]}.{version[2]}, {year} Q{of_year}", *quarter(year, of_year)
    if options.label and options.effective_from and options.effective_to:
        return options.label, options.effective_from, options.effective_to
    raise BadFile(
        "The file names do not tell the quarter (…-v323r0-f1): say label, first and last day."
    )


def _ptp_rows(member: Member, rationales: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    is_code = PROCEDURE.fullmatch
    known_days: dict[str, date | None] = {}
    begun = False
    for line, row in enumerate(member.table(), 1):
        if len(row) < 6 or not is_code(row[0]) or not is_code(row[1]):
            if begun and any(cell.strip() for cell in row):
                raise BadFile(f"{member.base}, line {line}: this is no pair of codes.")
            continue
        begun = True
        for text in (row[3], row[4]):
            if text not in known_days:
                known_days[text] = day(text, f"{member.base}, line {line}: ")
        indicator = row[5].strip()
        if indicator not in {"0", "1", "9"} or known_days[row[3]] is None:
            raise BadFile(f"{member.base}, line {line}: no effective date or no indicator 0, 1, 9.")
        rationale = row[6].strip() if len(row) > 6 else ""
        code = rationales.setdefault(rationale, len(rationales) + 1) if rationale else 0
        yield row[0], row[1], known_days[row[3]], known_days[row[4]], indicator, code
    if not begun:
        raise BadFile(f"{member.base} holds no pair of codes.")


# -- unit limits ---------------------------------------------------------------------------------


def read_mue(found: list[Member], options: Options) -> Reading:
    """The practitioner, outpatient hospital or DME supplier table of one quarter."""
    chosen = pick(found, r"mue", "csv", "xlsx", "txt")
    if len(chosen) != 1:
        raise BadFile(
            f"One MUE table is expected (MCR_MUE_…_Eff_…), {len(chosen)} were found: "
            "load each apart."
        )
    member = chosen[0]
    name = member.base.lower()
    variant = "hospital" if "outpatient" in name else "dme" if "dme" in name else ""
    match = _MUE_DAY.search(member.base)
    if match:
        begin, end = quarter(int(match[3]), (int(match[1]) + 2) // 3)
    elif options.effective_from:
        begin = options.effective_from
        end = options.effective_to or quarter(begin.year, (begin.month + 2) // 3)[1]
    else:
        raise BadFile("The file name does not tell the quarter (Eff_07-01-2026): say the dates.")
    label = f"{begin.year} Q{(begin.month + 2) // 3}"
    columns = ("code", "most_units", "adjudication", "rationale")
    return Reading(label, begin, end, [Table(UnitLimit, columns, _mue_rows(member))], variant)


def _mue_rows(member: Member) -> Iterator[tuple[Any, ...]]:
    begun = False
    for line, row in enumerate(member.table(), 1):
        if len(row) < 3 or not PROCEDURE.fullmatch(row[0].strip()):
            if begun and any(cell.strip() for cell in row):
                raise BadFile(f"{member.base}, row {line}: this is no code with a limit.")
            continue
        begun = True
        value, adjudication = row[1].strip(), row[2].strip()[:1]
        if not value.isdigit() or adjudication not in {"1", "2", "3"}:
            raise BadFile(f"{member.base}, row {line}: no units, or no indicator 1, 2 or 3.")
        rationale = row[3].strip()[:120] if len(row) > 3 else ""
        yield row[0].strip(), int(value), int(adjudication), rationale
    if not begun:
        raise BadFile(f"{member.base} holds no code with a limit.")


# -- add-on codes --------------------------------------------------------------------------------


def read_add_on(found: list[Member], options: Options) -> Reading:
    """The add-on code file. Its columns are found by the words of its header."""
    chosen = pick(found, r"aoc|add.?on", "txt", "csv", "xlsx")
    if len(chosen) != 1:
        raise BadFile("One add-on code file is expected (AOC_V2026Q2-F-MCR.txt).")
    match = _AOC.search(chosen[0].base)
    if match:
        begin, end = quarter(int(match[1]), int(match[2]))
    elif options.effective_from and options.effective_to:
        begin, end = options.effective_from, options.effective_to
    else:
        raise BadFile("The file name does not tell the quarter (V2026Q2): say the dates.")
    label = f"{begin.year} Q{(begin.month + 2) // 3}"
    columns = ("add_on_code", "primary_code", "add_on_type", "effective_from", "effective_to")
    return Reading(label, begin, end, [Table(AddOnPair, columns, _aoc_rows(chosen[0]))])


def _aoc_rows(member: Member) -> Iterator[tuple[Any, ...]]:
    rows = enumerate(member.table(), 1)
    columns: dict[str, int] = {}
    seen: set[tuple[str, str, date]] = set()
    for line, row in rows:
        words = " ".join(row).lower()
        if not columns:
            if "primary" in words and "add" in words and len(row) > 2:
                columns = columns_of(
                    row, add_on=r"^(?!.*primary).*(add on|aoc|addon).*code|^add on$|^aoc$",
                    primary=r"primary", _type=r"type", _begin=r"^(?!.*(del|ter|end)).*(eff|begin)",
                    _end=r"del|term|end",
                )  # fmt: skip
            continue
        add_on, primary = at(row, columns, "add_on"), at(row, columns, "primary")
        if not PROCEDURE.fullmatch(add_on):
            continue
        where = f"{member.base}, line {line}: "
        kind = re.search(r"[123]", at(row, columns, "type"))
        begin = day(at(row, columns, "begin"), where) or date(2013, 1, 1)
        key = (add_on, primary[:5], begin)
        if key in seen:
            continue
        seen.add(key)
        end = day(at(row, columns, "end"), where)
        yield add_on, primary[:5], int(kind[0]) if kind else 1, begin, end
    if not seen:
        raise BadFile(f"{member.base} holds no add-on code under a header that names its columns.")
