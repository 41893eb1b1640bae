"""HCPCS Level II, CMS's quarterly file: fixed width, or the table edition of 48 columns.

One record a line. A long description goes on in continuation records; modifiers have their own
kinds of record and stand behind three spaces. The file is cumulative: what is dead has a
termination date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from coding.code_sets.bulk import Table
from coding.code_sets.files import BadFile, Member
from coding.code_sets.reading import (
    QUARTER_OF_MONTH,
    Options,
    Reading,
    at,
    columns_of,
    day,
    pick,
    quarter,
)
from coding.models import HcpcsCode, ProcedureModifier

CODE_FIRST, CODE_MORE, MODIFIER_FIRST, MODIFIER_MORE = "3", "4", "7", "8"
_NAME = re.compile(r"HCPC(20\d\d)_?([A-Z]*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]\d{4}", re.ASCII)
_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
_DISCLAIMER_LINES = 15


@dataclass
class _Record:
    code: str
    is_modifier: bool
    short_title: str
    coverage_code: str = ""
    pricing_codes: list[str] = field(default_factory=list)
    type_of_service: str = ""
    betos_code: str = ""
    added_on: date | None = None
    action_on: date | None = None
    terminated_on: date | None = None
    words: list[str] = field(default_factory=list)

    @property
    def long_title(self) -> str:
        return " ".join(" ".join(self.words).split())


def read_hcpcs(found: list[Member], options: Options) -> Reading:
    """Codes and modifiers of one release."""
    chosen = pick(found, r"ANWEB(?!.*layout)", "txt", "csv", "xlsx")
    if not chosen:
        chosen = pick(
            found, r"hcpc(?!.*(layout|readme|trans|notes|NOC|correct))", "txt", "csv", "xlsx"
        )
    if len(chosen) != 1:
        raise BadFile(f"One HCPCS table is expected (HCPC…ANWEB….txt), {len(chosen)} were found.")
    member = chosen[0]
    label, begin, end = _release(member, options)
    records = list(_fixed(member) if member.ending == "txt" else _table(member))
    codes = [one for one in records if not one.is_modifier]
    modifiers = [one for one in records if one.is_modifier]
    if not codes:
        raise BadFile(f"{member.base} holds no HCPCS code.")
    ended = sum(1 for one in codes if one.terminated_on and one.terminated_on < begin)
    facts = {"codes": len(codes), "modifiers": len(modifiers), "terminated_before": ended}
    tables = [
        Table(
            HcpcsCode,
            (
                "code", "short_title", "long_title", "coverage_code", "pricing_codes",
                "type_of_service", "betos_code", "added_on", "action_effective_on",
                "terminated_on",
            ),
            (
                (
                    one.code, one.short_title, one.long_title, one.coverage_code,
                    one.pricing_codes, one.type_of_service, one.betos_code, one.added_on,
                    one.action_on, one.terminated_on,
                )
                for one in codes
            ),
        ),
        Table(
            ProcedureModifier,
            ("code", "short_title", "long_title", "added_on", "terminated_on"),
            (
                (one.code, one.short_title, one.long_title, one.added_on, one.terminated_on)
                for one in modifiers
            ),
        ),
    ]  # fmt: skip
    return Reading(label, begin, end, tables, facts=facts)


def _release(member: Member, options: Options) -> tuple[str, date, date]:
    match = _NAME.search(member.base)
    if match and match[2][:3].upper() in QUARTER_OF_MONTH:
        of_year = QUARTER_OF_MONTH[match[2][:3].upper()]
        return f"{match[1]} Q{of_year}", *quarter(int(match[1]), of_year)
    if match:  # the yearly file of the years before quarterly ones
        return match[1], date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    if options.effective_from and options.effective_to:
        begin = options.effective_from
        return options.label or f"from {begin}", begin, options.effective_to
    raise BadFile(f"{member.base} does not tell its release (HCPC2026_OCT_…): say the dates.")


def _fixed(member: Member) -> Iterator[_Record]:
    """Records by position (1-based in the layout, 0-based here)."""
    record: _Record | None = None
    begun = False
    for line, raw in enumerate(member.lines(), 1):
        text = raw.rstrip("\r\n")
        kind = text[10:11]
        code = text[0:5].strip()
        if not begun and not _starts(code, kind):
            if line > _DISCLAIMER_LINES:
                raise BadFile(f"{member.base} is not in the record layout of HCPCS.")
            continue
        begun = True
        if not text.strip():
            continue
        if kind in {CODE_MORE, MODIFIER_MORE}:
            if record is None or record.code != code:
                raise BadFile(f"{member.base}, line {line}: a continuation without its code.")
            record.words.append(text[11:91])
            continue
        if not _starts(code, kind):
            raise BadFile(f"{member.base}, line {line}: this is no HCPCS record.")
        if record is not None:
            yield record
        where = f"{member.base}, line {line}: "
        record = _Record(
            code=code,
            is_modifier=kind == MODIFIER_FIRST,
            short_title=text[91:119].strip(),
            coverage_code=text[229:230].strip(),
            pricing_codes=[one for at in range(119, 127, 2) if (one := text[at : at + 2].strip())],
            type_of_service=text[260:265].replace(" ", ""),
            betos_code=text[256:259].strip(),
            added_on=day(text[268:276], where),
            action_on=day(text[276:284], where),
            terminated_on=day(text[284:292], where),
            words=[text[11:91]],
        )
    if record is not None:
        yield record


def _starts(code: str, kind: str) -> bool:
    if kind == CODE_FIRST:
        return bool(_CODE.fullmatch(code))
    return kind == MODIFIER_FIRST and bool(_MODIFIER.fullmatch(code))


def _table(member: Member) -> Iterator[_Record]:
    """The edition with a header and one row a code."""
    columns: dict[str, int] = {}
    for line, row in enumerate(member.table(), 1):
        if not columns:
            if row and row[0].strip().upper() in {"HCPC", "HCPCS"}:
                columns = columns_of(
                    row, code=r"^hcpcs?$", recid=r"^rec ?id", long=r"^long desc",
                    short=r"^short desc", _cov=r"^cov$", _betos=r"^betos$",
                    _tos=r"^tos1$", _added=r"^add d", _action=r"^act eff", _ended=r"^term d",
                    _price=r"^price1$",
                )  # fmt: skip
            elif line > _DISCLAIMER_LINES:
                raise BadFile(f"{member.base} has no header that begins with HCPC.")
            continue
        code, kind = at(row, columns, "code"), at(row, columns, "recid")
        if not code:
            continue
        where = f"{member.base}, row {line}: "
        if not _starts(code, kind):
            raise BadFile(f"{where}{code} is no HCPCS record.")
        price = columns.get("price", -1)
        prices = row[price : price + 4] if price >= 0 else []
        tos = columns.get("tos", -1)
        yield _Record(
            code=code,
            is_modifier=kind == MODIFIER_FIRST,
            short_title=at(row, columns, "short")[:60],
            coverage_code=at(row, columns, "cov")[:1],
            pricing_codes=[one.strip() for one in prices if one.strip()],
            type_of_service="".join(one.strip() for one in row[tos : tos + 5]) if tos >= 0 else "",
            betos_code=at(row, columns, "betos")[:3],
            added_on=day(at(row, columns, "added"), where),
            action_on=day(at(row, columns, "action"), where),
            terminated_on=day(at(row, columns, "ended"), where),
            words=[at(row, columns, "long")],
        )
