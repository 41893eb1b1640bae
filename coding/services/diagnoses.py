"""The diagnosis list: adding, moving and removing. Lines point to rows, so letters may move."""

from datetime import date

from django.db import transaction

from coding.choices import LineState
from coding.edits.diagnoses import MOST, SHAPE, dotted
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.selectors import icd_children, icd_lookup, undotted, usual_icd
from coding.services.touch_case import lock_for_change
from core import timeline
from core.errors import ApplicationError, NotFound


@transaction.atomic
def add_diagnosis(*, case: CodingCase, code: str) -> CaseDiagnosis:
    """Add a diagnosis at the end of the list; `code` may be a short form such as "htn".

    Raises ApplicationError at the field `code`: wrong shape, unknown on the date of service, a
    header (naming codes below it), listed already, or the thirteenth.
    """
    typed, code, on = code, undotted(code), case.encounter.service_date_from
    looks_right = SHAPE.fullmatch(code) is not None
    row = (icd_lookup(code, on) if looks_right else None) or usual_icd(typed, on)
    if row is None:
        raise ApplicationError(_unknown(code, on, looks_right), field="code")
    code = row.code
    if not row.is_billable:
        below = ", ".join(child.dotted for child in icd_children(code, on, 4))
        raise ApplicationError(
            f"{dotted(code)} needs more characters: {below}…", field="code", code="header"
        )
    lock_for_change(case)
    existing = list(case.diagnoses.all())
    if any(diagnosis.code == code for diagnosis in existing):
        raise ApplicationError(f"{dotted(code)} is listed already.", field="code")
    if len(existing) >= MOST:
        raise ApplicationError("A claim carries at most 12 diagnoses.", field="code")
    diagnosis = CaseDiagnosis.everywhere.create(
        practice_id=case.practice_id,
        case=case,
        position=len(existing) + 1,
        code=code,
        title=row.title,
    )
    timeline.record(case, kind="diagnosis.added", sentence=f"added diagnosis {dotted(code)}")
    return diagnosis


@transaction.atomic
def remove_diagnosis(*, case: CodingCase, diagnosis: CaseDiagnosis) -> None:
    """Take a diagnosis off the list; drafts that pointed to it no longer do, void lines stay.

    Raises ApplicationError while a released line points to it.
    """
    lock_for_change(case)
    if diagnosis.case_id != case.pk:
        raise NotFound("That diagnosis is not on this encounter.")
    pointing = ChargeLine.everywhere.filter(case=case, pointers__contains=[diagnosis.pk])
    if pointing.filter(state=LineState.RELEASED).exists():
        raise ApplicationError("A charge that is on a claim points to it.", field="code")
    for line in pointing.filter(state=LineState.DRAFT):
        line.pointers = [key for key in line.pointers if key != diagnosis.pk]
        line.save(update_fields=["pointers"])
    code = dotted(diagnosis.code)
    diagnosis.delete()
    _renumber(list(case.diagnoses.all()))
    timeline.record(case, kind="diagnosis.removed", sentence=f"removed diagnosis {code}")


@transaction.atomic
def move_diagnosis(*, case: CodingCase, diagnosis: CaseDiagnosis, to: int) -> None:
    """Put a diagnosis in place `to` (1 is A). Pointers follow the diagnosis (domain A.3)."""
    lock_for_change(case)
    order = [row for row in case.diagnoses.all() if row.pk != diagnosis.pk]
    place = max(1, min(to, len(order) + 1))
    order.insert(place - 1, diagnosis)
    _renumber(order)
    timeline.record(
        case,
        kind="diagnosis.moved",
        sentence=f"moved diagnosis {dotted(diagnosis.code)} to {chr(ord('A') + place - 1)}",
    )


def _unknown(code: str, on: date, looks_right: bool) -> str:
    if not looks_right:
        return f"{code[:10] or 'That'} does not look like a diagnosis code."
    return f"{dotted(code)} is no code on {on:%m/%d/%Y}.{_padded_instead(code, on)}"


def _padded_instead(code: str, on: date) -> str:
    """What was meant when only the placeholders are missing: W19A is W19XXXA (ICD-05)."""
    padded = f"{code[:-1]:X<6}{code[-1:]}"
    if len(code) < 7 and code[-1:].isalpha() and icd_lookup(padded, on):
        return f" {dotted(padded)} is."
    return ""


def _renumber(order: list[CaseDiagnosis]) -> None:
    for place, row in enumerate(order, 1):
        row.position = place
    CaseDiagnosis.everywhere.bulk_update(order, ["position"])
