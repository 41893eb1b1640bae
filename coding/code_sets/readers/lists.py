"""Plain lists: CPT of a licensee, taxonomy, payers' reason codes, places, waived tests, ages.

Texts that belong to the AMA, X12 or NUCC are dropped unless the person who loads holds the licence
and asked to keep them.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from coding.choices import IcdFactKind
from coding.code_sets import places
from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import Options, Reading, at, columns_of, day
from coding.models import CptCode, ExternalCode, IcdFact, PlaceOfService, WaivedTest

_CPT = re.compile(r"\d{4}[0-9AFMTU]", re.ASCII)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X", re.ASCII)
_SHORT_CODE = re.compile(r"[A-Z]{0,3}\d{1,4}[A-Z]?", re.ASCII)
_TABLES = ("csv", "txt", "tsv", "xlsx")
Read = Callable[[list[Member], Options], Reading]


def read_cpt(found: list[Member], options: Options) -> Reading:
    """A licensee's list: the code in the first cell of a row, a descriptor in the next."""
    member = _only(found)
    seen: set[str] = set()

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in member.table():
            cells = row if len(row) > 1 else (row[0] if row else "").split(None, 1)
            code = cells[0].strip() if cells else ""
            if not _CPT.fullmatch(code) or code in seen:
                continue
            seen.add(code)
            yield code, cells[1].strip() if options.keep_texts and len(cells) > 1 else ""
        if not seen:
            raise BadFile(f"{member.base} has no CPT code at the beginning of a row.")

    return _yearly(member, options, [Table(CptCode, ("code", "descriptor"), rows())])


def read_taxonomy(found: list[Member], options: Options) -> Reading:
    """The NUCC's CSV."""
    return _external(found, options, _TAXONOMY, r"^code$", r"^display name|^classification")


def read_external(found: list[Member], options: Options) -> Reading:
    """CARC, RARC, claim status and its categories: code, description, start, modified, stop."""
    return _external(found, options, _SHORT_CODE, r"code", r"desc|meaning|text|definition")


def _external(
    found: list[Member], options: Options, shape: re.Pattern[str], code: str, text: str
) -> Reading:
    member = _only(found)

    def rows() -> Iterator[tuple[Any, ...]]:
        for where, cell in _named(
            member, code=code, _meaning=text, _start=r"start|eff", _stop=r"stop|deact|end",
        ):  # fmt: skip
            if not shape.fullmatch(cell("code")):
                raise BadFile(f"{where}{cell('code')[:20]} is no code of this list.")
            meaning = cell("meaning") if options.keep_texts else ""
            yield cell("code"), meaning, day(cell("start"), where), day(cell("stop"), where)

    columns = ("code", "meaning", "starts_on", "stops_on")
    return _yearly(member, options, [Table(ExternalCode, columns, rows())])


def read_places(found: list[Member], options: Options) -> Reading:
    """A list of places of service: code, name, and F or NF where it says the rate."""
    member = _only(found)

    def rows() -> Iterator[tuple[Any, ...]]:
        for where, cell in _named(member, code=r"code", name=r"name|display|desc", _rate=r"facil"):
            code = cell("code").zfill(2)
            if not (code.isdigit() and len(code) == 2):
                raise BadFile(f"{where}{cell('code')[:20]} is no place of service.")
            rate = cell("rate").upper()
            yield code, cell("name")[:60], rate == "F" if rate else code in places.FACILITY

    table = Table(PlaceOfService, ("code", "name", "is_facility"), rows())
    return _yearly(member, options, [table])


def read_waived_tests(found: list[Member], options: Options) -> Reading:
    """Waived tests: code, and whether it asks for QW (yes unless it says no)."""
    member = _only(found)

    def rows() -> Iterator[tuple[Any, ...]]:
        seen: set[str] = set()
        for where, cell in _named(member, code=r"code", _qw=r"qw|modifier", _start=r"eff|start"):
            code = cell("code")[:5]
            if not re.fullmatch(r"[0-9A-Z]{5}", code):
                raise BadFile(f"{where}{code} is no procedure code.")
            if code in seen:
                continue
            seen.add(code)
            needs = cell("qw").lower() not in {"n", "no", "0", "false", "none"}
            yield code, needs, day(cell("start"), where)

    table = Table(WaivedTest, ("code", "needs_qw", "effective_from"), rows())
    return _yearly(member, options, [table])


def read_icd_facts(found: list[Member], options: Options) -> Reading:
    """Ages and sexes of families of diagnoses: begins_with, kind, age_from, age_to, sex."""
    member = _only(found)

    def rows() -> Iterator[tuple[Any, ...]]:
        for where, cell in _named(
            member, begins_with=r"begins|code", kind=r"kind|type", _from=r"from|min",
            _to=r"age to|max", _sex=r"sex",
        ):  # fmt: skip
            kind = cell("kind").lower()
            if kind not in IcdFactKind.values:
                raise BadFile(f"{where}the kind is none of {', '.join(IcdFactKind.values)}.")
            begins = cell("begins_with").upper().replace(".", "")
            yield begins, kind, cell("from") or None, cell("to") or None, cell("sex").upper()[:1]

    columns = ("begins_with", "kind", "age_from", "age_to", "sex")
    return _yearly(member, options, [Table(IcdFact, columns, rows())])


def _only(found: list[Member]) -> Member:
    tables = [one for one in found if one.ending in _TABLES]
    if len(tables) != 1:
        raise BadFile(f"One list is expected (CSV, TXT or XLSX), {len(tables)} were found.")
    return tables[0]


def _named(member: Member, **names: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Rows under a header, each with where it stands and a reader of its cells by name."""
    columns: dict[str, int] = {}
    count = 0
    for line, row in enumerate(member.table(), 1):
        if not columns:
            columns = columns_of(row, **names)
            continue
        if not any(cell.strip() for cell in row):
            continue
        count += 1
        yield f"{member.base}, row {line}: ", partial(at, row, columns)
    if not count:
        raise BadFile(f"{member.base} has no rows under its header.")


def _yearly(member: Member, options: Options, tables: list[Table]) -> Reading:
    """Lists whose files do not tell their dates: the person says them, or the name has the year."""
    match = re.search(r"20\d\d", member.base)
    begin = options.effective_from or (date(int(match[0]), 1, 1) if match else None)
    if begin is None:
        raise BadFile(f"{member.base} does not tell from when it holds: say the first day.")
    label = options.label or (match[0] if match else f"from {begin.isoformat()}")
    return Reading(label, begin, options.effective_to, tables)
