"""HI segments of an 837I: which list stands under which qualifier, read and written."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from x12 import values
from x12.cursor import money
from x12.segment import Segment
from x12.transactions.claim_837i.model import (
    CodedDiagnosis,
    CodedProcedure,
    InstitutionalClaim,
    Occurrence,
    ValueCode,
)
from x12.writer import Part

MOST_IN_ROW = 12
_POA = 9  # the component that says whether a diagnosis was there on admission
# Qualifier as it is written, and the one of ICD-9 that older files have.
PRINCIPAL, ADMITTING, REASON = ("ABK", "BK"), ("ABJ", "BJ"), ("APR", "PR")
EXTERNAL, OTHER, DRG = ("ABN", "BN"), ("ABF", "BF"), ("DR",)
FIRST_PROCEDURE, OTHER_PROCEDURE = ("BBR", "BR", "CAH"), ("BBQ", "BQ")
SPAN, OCCURRENCE, VALUE, CONDITION = ("BI",), ("BH",), ("BE",), ("BG",)

Composite = Sequence[Part]


def read_codes(hi: Segment, found: dict[str, Any]) -> bool:
    """Fill the field of this HI; False where there is none for its qualifier."""
    mark = hi.part(1, 1)
    rows = [hi.parts(place) for place in range(1, len(hi.elements)) if hi[place]]
    cells = [[*row, *[""] * _POA][:_POA] for row in rows]
    codes = [row[1] for row in cells]
    if mark in PRINCIPAL:
        found["principal_diagnosis"] = _diagnosis(cells[0])
    elif mark in ADMITTING:
        found["admitting_diagnosis"] = codes[0]
    elif mark in REASON:
        found["patient_reasons"] = (*found.get("patient_reasons", ()), *codes)
    elif mark in DRG:
        found["drg_code"] = codes[0]
    elif mark in CONDITION:
        found["condition_codes"] = (*found.get("condition_codes", ()), *codes)
    else:
        return _read_lists(mark, cells, found)
    return True


def _read_lists(mark: str, cells: list[list[str]], found: dict[str, Any]) -> bool:
    for marks, name, read in _LISTS:
        if mark in marks:
            found[name] = (*found.get(name, ()), *map(read, cells))
            return True
    return False


def _diagnosis(row: list[str]) -> CodedDiagnosis:
    return CodedDiagnosis(row[1], row[8])


def _procedure(row: list[str]) -> CodedProcedure:
    return CodedProcedure(row[1], values.day(row[3]))


def _occurrence(row: list[str]) -> Occurrence:
    period = values.period(row[2], row[3])
    if period is None:
        return Occurrence(row[1], None)
    first, last = period
    return Occurrence(row[1], first, last if row[2] == "RD8" else None)


def _value(row: list[str]) -> ValueCode:
    return ValueCode(row[1], money(row[4]))


_LISTS = (
    (EXTERNAL, "external_causes", _diagnosis),
    (OTHER, "other_diagnoses", _diagnosis),
    (FIRST_PROCEDURE, "procedures", _procedure),
    (OTHER_PROCEDURE, "procedures", _procedure),
    (SPAN, "occurrence_spans", _occurrence),
    (OCCURRENCE, "occurrences", _occurrence),
    (VALUE, "value_codes", _value),
)


def code_rows(claim: InstitutionalClaim) -> Iterator[list[Composite | str]]:
    """The HI segments of a claim, in the order of the guide, twelve codes a segment."""
    lists: list[Iterable[Composite]] = [
        [_poa(PRINCIPAL[0], claim.principal_diagnosis)],
        [(ADMITTING[0], code) for code in filter(None, [claim.admitting_diagnosis])],
        [(REASON[0], code) for code in claim.patient_reasons],
        [_poa(EXTERNAL[0], one) for one in claim.external_causes],
        [(DRG[0], code) for code in filter(None, [claim.drg_code])],
        [_poa(OTHER[0], one) for one in claim.other_diagnoses],
        [_dated(FIRST_PROCEDURE[0], one.code, one.performed_on) for one in claim.procedures[:1]],
        [_dated(OTHER_PROCEDURE[0], one.code, one.performed_on) for one in claim.procedures[1:]],
        [_dated(SPAN[0], one.code, one.on, one.to) for one in claim.occurrence_spans],
        [_dated(OCCURRENCE[0], one.code, one.on) for one in claim.occurrences],
        [(VALUE[0], one.code, "", "", one.amount) for one in claim.value_codes],
        [(CONDITION[0], code) for code in claim.condition_codes],
    ]
    for found in lists:
        row = list(found)
        for start in range(0, len(row), MOST_IN_ROW):
            yield ["HI", *row[start : start + MOST_IN_ROW]]


def _poa(mark: str, one: CodedDiagnosis) -> list[str]:
    if not one.present_on_admission:
        return [mark, one.code]
    return [mark, one.code, *[""] * 6, one.present_on_admission]


def _dated(mark: str, code: str, on: date | None, to: date | None = None) -> list[str | Decimal]:
    if on is None:
        return [mark, code]
    if to is not None:
        return [mark, code, "RD8", f"{on:%Y%m%d}-{to:%Y%m%d}"]
    return [mark, code, "D8", f"{on:%Y%m%d}"]
