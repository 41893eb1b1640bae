"""ICD-10-CM: the order file (fixed width) for codes, and the tabular XML for notes.

The first word of a line is a running number, not a code. The flag decides what is billable, never
the shape or the XML, which has no codes with a seventh character.
"""

import re
from collections.abc import Iterator
from datetime import date

from coding.code_sets import icd10cm
from coding.code_sets.files import BadFile, Member
from coding.code_sets.icd_tabular import Tabular, read_tabular
from coding.code_sets.reading import Options, Reading, pick

ORDER = r"icd10cm[_-]order[_-](?!addenda)"
TABULAR = r"icd-?10-?cm?[_-]tabular"  # "icd10c-" once, "icd-10-cm-" until 2025
_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)
_YEAR = re.compile(r"20\d\d")


def read_icd10cm(found: list[Member], options: Options) -> Reading:
    """One fiscal year's release; with April in a name, the update of that day."""
    order = pick(found, ORDER, "txt")
    if len(order) != 1:
        raise BadFile(f"One order file is expected (icd10cm_order_….txt), {len(order)} were found.")
    tabular_files = pick(found, TABULAR, "xml")
    tabular, warnings = Tabular(), []
    if tabular_files:
        with tabular_files[0].reading() as file:
            tabular = read_tabular(file)
    else:
        warnings.append(
            "Without the tabular XML this release has no notes (Excludes1, code first)."
        )
    entries = list(_entries(order[0]))
    rows = list(icd10cm.rows_of(entries, tabular))
    label, begin, end = _release([*order, *tabular_files], found, options)
    billable = sum(row.is_billable for row in rows)
    facts = {
        "billable": billable,
        "headers": len(rows) - billable,
        "notes": len(tabular.notes),
        "blocks": tabular.block_titles,
        "chapters": tabular.chapter_titles,
    }
    tables = icd10cm.tables(rows, tabular)
    return Reading(label, begin, end, tables, facts=facts, warnings=warnings)


def _release(used: list[Member], found: list[Member], options: Options) -> tuple[str, date, date]:
    names = " ".join(member.name for member in [*used, *found])
    match = _YEAR.search(used[0].base)
    if not match:
        raise BadFile(f"{used[0].base} does not tell its fiscal year (icd10cm_order_2027.txt).")
    year = int(match[0])
    is_april = "april" in f"{names} {options.label}".lower()
    begin = date(year, 4, 1) if is_april else date(year - 1, 10, 1)
    label = f"FY{year}, April 1" if is_april else f"FY{year}"
    return label, begin, date(year, 9, 30)


def _entries(member: Member) -> Iterator[tuple[str, str, bool]]:
    begun = False
    for line, raw in enumerate(member.lines(), 1):
        text = raw.rstrip("\r\n")
        if not text.strip():
            continue
        code, flag = text[6:13].strip(), text[14:15]
        title = text[77:].strip() or text[16:76].strip()
        if not _CODE.fullmatch(code) or flag not in {"0", "1"} or not title:
            raise BadFile(f"{member.base}, line {line}: not in the layout of the order file.")
        begun = True
        yield code, title[:300], flag == "1"
    if not begun:
        raise BadFile(f"{member.base} is empty.")
