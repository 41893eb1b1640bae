"""The codes of a case as plain data: kept before each change, compared, and put back.

Used by `services/touch_case.py` (keeps), `services/undo_change.py` (puts back) and the coding
screen's view of a conflict (compares).
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

from coding.choices import LineState
from coding.edits.patterns import dotted
from coding.models import (
    CaseDiagnosis,
    ChargeLine,
    CodeEvidence,
    CodingCase,
    EmWorksheet,
    FindingOverride,
    LineClaimData,
)

Picture = dict[str, list[dict[str, Any]]]


def picture_of(case: CodingCase) -> Picture:
    """Every diagnosis, draft line, quote, override and the worksheet, column by column."""
    return {
        "diagnoses": _plain(CaseDiagnosis.everywhere.filter(case=case).order_by("position")),
        "lines": _plain(
            ChargeLine.everywhere.filter(case=case, state=LineState.DRAFT).order_by("position")
        ),
        "evidence": _plain(CodeEvidence.everywhere.filter(_on_drafts(case)).order_by("pk")),
        "overrides": _plain(FindingOverride.everywhere.filter(case=case).order_by("pk")),
        "worksheet": _plain(EmWorksheet.everywhere.filter(case=case)),
        "claim_data": _plain(_claim_data(case).order_by("pk")),
    }


def put_back(case: CodingCase, picture: Picture) -> None:
    """Make the case's codes what the picture says; rows keep their keys and control numbers."""
    wanted = {name: list(_models(rows)) for name, rows in picture.items()}
    lines = ChargeLine.everywhere.filter(case=case, state=LineState.DRAFT)
    lines.exclude(pk__in=[row.pk for row in wanted["lines"]]).delete()
    diagnoses = CaseDiagnosis.everywhere.filter(case=case)
    diagnoses.exclude(pk__in=[row.pk for row in wanted["diagnoses"]]).delete()
    CodeEvidence.everywhere.filter(_on_drafts(case)).delete()
    FindingOverride.everywhere.filter(case=case).delete()
    EmWorksheet.everywhere.filter(case=case).delete()
    if "claim_data" in picture:  # pictures before 0.2.0 have none
        _claim_data(case).delete()
    for name in picture:
        for row in wanted[name]:
            row.save()


def differences(before: Picture, after: Picture) -> list[str]:
    """What changed between two pictures, a sentence part each: "added I10"."""
    return [
        *_changes(_by_key(before, "diagnoses"), _by_key(after, "diagnoses"), _diagnosis),
        *_changes(_by_key(before, "lines"), _by_key(after, "lines"), _line(before, after)),
        *_quotes(before, after),
        *_words(before, after, "overrides", "finding_code", "went on in spite of"),
        *(["changed the E/M worksheet"] if before["worksheet"] != after["worksheet"] else []),
        *(["changed claim data"] if before.get("claim_data") != after.get("claim_data") else []),
    ]


def _plain(rows: Iterable[Model]) -> list[dict[str, Any]]:
    """As JSON keeps it, so that a picture of now compares with one that was kept."""
    text = json.dumps(serializers.serialize("python", rows), cls=DjangoJSONEncoder)
    plain: list[dict[str, Any]] = json.loads(text)
    return plain


def _models(rows: list[dict[str, Any]]) -> Iterable[Any]:
    return (found.object for found in serializers.deserialize("python", rows))


def _by_key(picture: Picture, name: str) -> dict[int, dict[str, Any]]:
    return {row["pk"]: row["fields"] for row in picture[name]}


def _changes(
    before: dict[int, Any], after: dict[int, Any], told: Callable[[Any], str]
) -> list[str]:
    said = [f"removed {told(row)}" for key, row in before.items() if key not in after]
    said += [f"added {told(row)}" for key, row in after.items() if key not in before]
    for key, row in after.items():
        was = before.get(key)
        if was is not None and told(was) != told(row):
            said.append(f"changed {told(was)} to {told(row)}")
    kept = [key for key in before if key in after]
    for key in [key for key in after if key in before]:
        if kept and kept[0] != key:
            said.append(f"moved {told(after[key])}")
            kept.remove(key)
        elif kept:
            kept.pop(0)
    return said


def _diagnosis(row: dict[str, Any]) -> str:
    return dotted(row["code"])


def _line(before: Picture, after: Picture) -> Callable[[Any], str]:
    """A line in words; what it points to is named by code, so that moved letters are no change."""
    codes = {
        key: _diagnosis(row)
        for picture in (before, after)
        for key, row in _by_key(picture, "diagnoses").items()
    }

    def told(row: dict[str, Any]) -> str:
        code = "-".join([row["procedure_code"], *_list(row["modifiers"])])
        units = f"{float(row['units']):g}"
        many = f" x{units}" if units != "1" else ""
        reasons = " ".join(codes.get(int(key), "?") for key in _list(row["pointers"]))
        return f"{code}{many} for {reasons or 'nothing'}, ${row['charge_amount']}"

    return told


def _list(value: Any) -> list[Any]:
    """An array column, which Django's serializer writes as text."""
    return json.loads(value) if isinstance(value, str) else list(value)


def _quotes(before: Picture, after: Picture) -> list[str]:
    was = {row["fields"]["quote"] for row in before["evidence"]}
    now = {row["fields"]["quote"] for row in after["evidence"]}
    said = [f"quoted “{quote}”" for quote in sorted(now - was)]
    return said + [f"took back the quote “{quote}”" for quote in sorted(was - now)]


def _words(before: Picture, after: Picture, name: str, column: str, verb: str) -> list[str]:
    was = {row["pk"] for row in before[name]}
    return [f"{verb} {row['fields'][column]}" for row in after[name] if row["pk"] not in was]


def _claim_data(case: CodingCase) -> "QuerySet[LineClaimData]":
    """What is said of draft lines beside their codes."""
    return LineClaimData.everywhere.filter(line__case=case, line__state=LineState.DRAFT)


def _on_drafts(case: CodingCase) -> Q:
    """Quotes of diagnoses and drafts; those of charges belong to what was released."""
    is_charge = Q(line__isnull=False) & ~Q(line__state=LineState.DRAFT)
    return Q(case=case) & ~is_charge
