"""LCDs, NCDs and articles: the exports of the Medicare Coverage Database (tables as CSV in a ZIP).

Which group of diagnoses belongs to which group of procedures stands in prose only; the groups are
kept as they are. The AMA's descriptions are never read.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from coding.choices import PolicyKind
from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import PROCEDURE, Options, Reading, at, columns_of, day
from coding.models import CoveragePolicy, PolicyDiagnosis, PolicyProcedure

_PREFIX = {PolicyKind.ARTICLE: "A", PolicyKind.LCD: "L", PolicyKind.NCD: "N"}


def read_coverage(found: list[Member], options: Options) -> Reading:
    """One export: articles with their codes, or LCDs; said with the day it was taken."""
    tables = {one.base.lower().removesuffix(".csv"): one for one in found if one.ending == "csv"}
    kind = next((one for one in _PREFIX if str(one) in tables), None)
    if kind is None:
        raise BadFile("There is no table article.csv, lcd.csv or ncd.csv in it.")
    if options.effective_from is None:
        raise BadFile("The export does not tell its day: say from when it holds.")
    prefix = _PREFIX[kind]
    procedures = _find(tables, rf"{kind}_x_(hcpc|cpt)_code$")
    covered = _find(tables, rf"{kind}_x_icd10_covered$")
    excluded = _find(tables, rf"{kind}_x_icd10_noncovered$")
    contractors = _contractors(tables, str(kind))
    policy_columns = (
        "number", "version", "kind", "title", "contractors", "effective_from", "effective_to",
    )  # fmt: skip
    stored = [
        Table(
            CoveragePolicy, policy_columns,
            _policies(tables[str(kind)], str(kind), prefix, contractors),
        ),
        Table(
            PolicyProcedure, ("code", "number", "group"),
            _procedures(procedures, str(kind), prefix),
        ),
        Table(
            PolicyDiagnosis, ("number", "is_covered", "group", "code"),
            _diagnoses([(covered, True), (excluded, False)], str(kind), prefix),
        ),
    ]  # fmt: skip
    label = f"{kind.label}s of {options.effective_from.isoformat()}"
    return Reading(label, options.effective_from, options.effective_to, stored)


def _find(tables: dict[str, Member], pattern: str) -> Member | None:
    return next((one for name, one in tables.items() if re.search(pattern, name)), None)


def _rows(member: Member | None, **names: str) -> Iterator[tuple[str, list[str], dict[str, int]]]:
    columns: dict[str, int] = {}
    for line, row in enumerate(member.table() if member else (), 1):
        if columns:
            yield f"{member.base if member else ''}, row {line}: ", row, columns
        else:
            columns = columns_of(row, **names)


def _policies(
    member: Member, kind: str, prefix: str, contractors: dict[str, list[str]]
) -> Iterator[tuple[Any, ...]]:
    newest: dict[str, tuple[Any, ...]] = {}
    for where, row, columns in _rows(
        member, id=rf"^{kind} id$", version=rf"^{kind} version$", title=r"^title$",
        _begin=r"eff date$|effective date$", _end=r"end date$",
    ):  # fmt: skip
        number, version = at(row, columns, "id"), int(at(row, columns, "version") or 1)
        if not number or (number in newest and newest[number][1] >= version):
            continue
        newest[number] = (
            prefix + number, version, kind, at(row, columns, "title")[:300],
            contractors.get(number, []), _day(at(row, columns, "begin"), where),
            _day(at(row, columns, "end"), where),
        )  # fmt: skip
    if not newest:
        raise BadFile(f"{member.base} holds no policy.")
    yield from newest.values()


def _day(text: str, where: str) -> date | None:
    return day(text[:10], where)


def _procedures(member: Member | None, kind: str, prefix: str) -> Iterator[tuple[Any, ...]]:
    seen: set[tuple[Any, ...]] = set()
    for _, row, columns in _rows(
        member, id=rf"^{kind} id$", code=r"^(hcpc|cpt) code id$", _group=r"code group$",
    ):  # fmt: skip
        code = at(row, columns, "code").upper()
        if not PROCEDURE.fullmatch(code):
            continue
        one = (code, prefix + at(row, columns, "id"), int(at(row, columns, "group") or 1))
        if one not in seen:
            seen.add(one)
            yield one


def _diagnoses(
    sources: list[tuple[Member | None, bool]], kind: str, prefix: str
) -> Iterator[tuple[Any, ...]]:
    seen: set[tuple[Any, ...]] = set()
    for member, is_covered in sources:
        for _, row, columns in _rows(
            member, id=rf"^{kind} id$", code=r"^icd10 code id$", _group=r"covered group$",
        ):  # fmt: skip
            code = at(row, columns, "code").upper().replace(".", "")
            if not re.fullmatch(r"[A-Z][0-9A-Z]{2,6}", code):
                continue
            number = prefix + at(row, columns, "id")
            one = (number, is_covered, int(at(row, columns, "group") or 1), code)
            if one not in seen:
                seen.add(one)
                yield one


def _contractors(tables: dict[str, Member], kind: str) -> dict[str, list[str]]:
    """MAC numbers by policy, where the export holds both tables that lead to them."""
    numbers: dict[str, str] = {}
    for _, row, columns in _rows(
        tables.get("contractor"), id=r"^contractor id$", number=r"^contractor number$",
    ):  # fmt: skip
        numbers[at(row, columns, "id")] = at(row, columns, "number")
    found: dict[str, list[str]] = defaultdict(list)
    for _, row, columns in _rows(
        tables.get(f"{kind}_x_contractor"), id=rf"^{kind} id$", contractor=r"^contractor id$",
    ):  # fmt: skip
        named = numbers.get(at(row, columns, "contractor"), "")
        if named and named not in found[at(row, columns, "id")]:
            found[at(row, columns, "id")].append(named)
    return found
