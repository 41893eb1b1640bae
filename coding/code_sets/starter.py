"""The starter tables that come with Claimline: what each says, as tables ready to be stored.

They hold few facts, numbers and our own words only (`starter.toml` says what each follows), and
step back as soon as an official release of their set is active.
"""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from coding.choices import CodeSetKind, IcdFactKind
from coding.code_sets.bulk import Table
from coding.models import (
    AddOnPair,
    ConversionFactor,
    ExternalCode,
    IcdFact,
    PtpEdit,
    RelativeValue,
    UnitLimit,
    WaivedTest,
)

FILE = Path(__file__).with_name("starter.toml")
_INDICATORS = (
    "global_days", "pc_tc_indicator", "multiple_procedure_indicator", "bilateral_indicator",
)  # fmt: skip
_VALUES = ("work_rvu", "pe_non_facility_rvu", "pe_facility_rvu", "mp_rvu")
_NO_SHARES = ("pre_share", "intra_share", "post_share")
_TEXTS = (
    "modifier", "assistant_indicator", "co_surgeon_indicator", "team_indicator",
    "endoscopy_base_code", "supervision_code", "imaging_family_code",
)  # fmt: skip


@dataclass(frozen=True)
class Starter:
    """One starter table: where it comes from, when it holds from, its rows."""

    kind: str
    label: str
    source: str
    effective_from: date
    sha256: str
    tables: list[Table]


def starters() -> Iterator[Starter]:
    """Every starter table."""
    with FILE.open("rb") as file:
        said = tomllib.load(file)
    for kind, one in said.items():
        yield Starter(
            kind=kind,
            label=one["label"],
            source=one["source"],
            effective_from=one["effective_from"],
            sha256=hashlib.sha256(repr(sorted(one.items())).encode()).hexdigest(),
            tables=_TABLES[CodeSetKind(kind)](one),
        )


def _mue(one: dict[str, Any]) -> list[Table]:
    return [Table(UnitLimit, ("code", "most_units", "adjudication", "rationale"),
                  [(*row, "") for row in one["rows"]])]  # fmt: skip


def _ptp(one: dict[str, Any]) -> list[Table]:
    columns = ("column1", "column2", "effective_from", "modifier_indicator", "rationale_code")
    rows = [
        (first, second, one["since"], one["indicator"], 0)
        for first in one["column1"]
        for second in one["column2"]
    ]
    return [Table(PtpEdit, columns, rows)]


def _add_on(one: dict[str, Any]) -> list[Table]:
    columns = ("add_on_code", "add_on_type", "effective_from", "primary_code")
    rows = [
        (add_on, kind, since, primary)
        for add_on, kind, since, primaries in one["rows"]
        for primary in primaries
    ]
    return [Table(AddOnPair, columns, rows)]


def _clia(one: dict[str, Any]) -> list[Table]:
    rows = [(code, True) for code in one["with_qw"]] + [(code, False) for code in one["without_qw"]]
    return [Table(WaivedTest, ("code", "needs_qw"), rows)]


def _rvu(one: dict[str, Any]) -> list[Table]:
    columns = (
        "code", "status_code", *_VALUES, *_INDICATORS, "has_values", *_NO_SHARES,
        "is_non_facility_na", "is_facility_na", *_TEXTS,
    )  # fmt: skip
    rest = (*(0 for _ in _NO_SHARES), False, False, *("" for _ in _TEXTS))
    rows = [(*row, True, *rest) for row in one["with_values"]] + [
        (code, status, *("0" for _ in _VALUES), *indicators, False, *rest)
        for code, status, *indicators in one["indicators_only"]
    ]
    factor = ("standard", one["effective_from"], one["conversion_factor"])
    return [
        Table(RelativeValue, columns, rows),
        Table(ConversionFactor, ("name", "effective_from", "factor"), [factor]),
    ]


def _icd_facts(one: dict[str, Any]) -> list[Table]:
    rows = [
        (begins, IcdFactKind(kind).value, *(age if age >= 0 else None for age in ages), sex)
        for begins, kind, *ages, sex in one["rows"]
    ]
    return [Table(IcdFact, ("begins_with", "kind", "age_from", "age_to", "sex"), rows)]


def _external(one: dict[str, Any]) -> list[Table]:
    return [Table(ExternalCode, ("code", "meaning"), list(one["meanings"].items()))]


_TABLES = {
    CodeSetKind.MUE: _mue,
    CodeSetKind.PTP: _ptp,
    CodeSetKind.ADD_ON: _add_on,
    CodeSetKind.CLIA: _clia,
    CodeSetKind.RVU: _rvu,
    CodeSetKind.ICD_FACTS: _icd_facts,
    CodeSetKind.CARC: _external,
    CodeSetKind.RARC: _external,
    CodeSetKind.STATUS_CATEGORY: _external,
}
