"""The small reference data of `cast` as rows, so that the road from the tables is tested too."""

from datetime import date
from typing import Any

from coding.models import (
    AddOnPair,
    ChargeItem,
    CodeSetRelease,
    CoveragePolicy,
    FeeSchedule,
    FeeScheduleItem,
    IcdCode,
    IcdFact,
    IcdNote,
    IcdSeventhCharacter,
    PlaceOfService,
    PolicyDiagnosis,
    PolicyProcedure,
    PtpEdit,
    RelativeValue,
    UnitLimit,
    WaivedTest,
)  # fmt: skip
from core.models import Practice
from tests.coding.edits.cast import REFERENCE

LONG_AGO = date(2020, 1, 1)
_BLOCKS = {"T36": "T36-T50"}
# Everything that the tests put on a line, with what it costs.
SERVICES = """
99024 99202 99203 99204 99205 99211 99212 99213 99214 99215 99393 99395 99397 11400 12001 20526
20610 26055 27447 28285 29881 36415 36416 45378 45380 64483 64484 73030 80053 81002 82306 83036
87880 90471 90686 93000 94640 96127 97110 97140 97161 00400 J1745 J3301 G2211 98004 99417
"""


def load_tables(practice: Practice) -> None:
    """One release of each code set, a charge master and a price list; `practice` in scope."""
    _icd()
    release = _release("ptp")
    PtpEdit.objects.bulk_create(
        PtpEdit(
            release=release, column1=row.column1, column2=row.column2,
            effective_from=row.effective_from, effective_to=row.effective_to,
            modifier_indicator=row.indicator,
        )
        for rows in REFERENCE.ptp.values()
        for row in rows
    )  # fmt: skip
    _rows(UnitLimit, "mue", [
        {"code": code, "most_units": int(row.value), "adjudication": int(row.adjudication)}
        for code, row in REFERENCE.mue.items()
    ])  # fmt: skip
    _rows(AddOnPair, "add_on", [
        {"add_on_code": code, "primary_code": primary, "add_on_type": int(row.kind),
         "effective_from": LONG_AGO}
        for code, row in REFERENCE.add_ons.items()
        for primary in row.primaries or {"CCCCC"}
    ])  # fmt: skip
    _rows(RelativeValue, "rvu", [
        {"code": code, "status_code": "A", "global_days": row.global_days,
         "pc_tc_indicator": row.pctc, "multiple_procedure_indicator": row.multiple,
         "bilateral_indicator": row.bilateral, "assistant_indicator": row.assistant,
         "co_surgeon_indicator": row.cosurgeon, "team_indicator": row.team}
        for code, row in REFERENCE.procedures.items()
    ])  # fmt: skip
    _rows(WaivedTest, "clia", [{"code": code, "needs_qw": True}
                               for code in REFERENCE.waived_with_qw])  # fmt: skip
    _rows(PlaceOfService, "pos", [{"code": code, "name": code, "is_facility": is_facility}
                                  for code, is_facility in REFERENCE.places.items()])  # fmt: skip
    _policies()
    _prices(practice)


def _release(kind: str) -> CodeSetRelease:
    return CodeSetRelease.objects.create(
        kind=kind, label="small", effective_from=LONG_AGO, state="active"
    )


def _rows(model: Any, kind: str, rows: list[dict[str, Any]]) -> None:
    release = _release(kind)
    model.objects.bulk_create(model(release=release, **row) for row in rows)


def _icd() -> None:
    release = _release("icd10cm")
    IcdCode.objects.bulk_create(
        IcdCode(release=release, code=row.code, title=row.title, is_billable=row.is_billable,
                block=_BLOCKS.get(row.code[:3], ""), chapter=1)
        for row in REFERENCE.icd.values()
    )  # fmt: skip
    notes = {(note.owner, note.kind): note for row in REFERENCE.icd.values() for note in row.notes}
    IcdNote.objects.bulk_create(
        IcdNote(release=release, owner=owner, kind=kind, position=place, text=text)
        for (owner, kind), note in notes.items()
        for place, text in enumerate(note.texts)
    )
    IcdSeventhCharacter.objects.bulk_create(
        IcdSeventhCharacter(release=release, owner=owner, character=one, meaning=one)
        for owner, characters in (("W19", "ADS"), ("S52501", "ABCDEFGHJKMNPQRS"))
        for one in characters
    )
    kinds = {"newborns": "newborn", "children": "pediatric", "adults": "adult",
             "ages 9 to 64": "maternity"}  # fmt: skip
    _rows(IcdFact, "icd_facts", [
        {"begins_with": row.code, "kind": kinds.get(one.words, "sex"), "age_from": one.age_from,
         "age_to": one.age_to, "sex": one.sex}
        for row in REFERENCE.icd.values()
        for one in row.audiences
    ])  # fmt: skip


def _policies() -> None:
    release = _release("coverage")
    for code, policies in REFERENCE.policies.items():
        for policy in policies:
            CoveragePolicy.objects.create(
                release=release, number=policy.policy_id, kind="lcd", title="Vitamin D"
            )
            PolicyProcedure.objects.create(release=release, code=code, number=policy.policy_id)
            PolicyDiagnosis.objects.bulk_create(
                PolicyDiagnosis(release=release, number=policy.policy_id, is_covered=True,
                                group=place, code=diagnosis)
                for place, group in enumerate(policy.groups, 1)
                for diagnosis in group.codes
            )  # fmt: skip


def _prices(practice: Practice) -> None:
    schedule = FeeSchedule.objects.create(
        practice=practice, name="Standard", is_standard=True, effective_from=LONG_AGO
    )
    for code in SERVICES.split():
        ChargeItem.objects.create(
            practice=practice, procedure_code=code, short_name=code, effective_from=LONG_AGO
        )
        FeeScheduleItem.objects.create(
            practice=practice, schedule=schedule, procedure_code=code, fee_amount=100
        )
