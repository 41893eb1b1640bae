"""Recording an accident or a work injury, changing it, and saying which visits belong to it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, timeline
from core.errors import ApplicationError
from core.news import announce
from patients.models import Case, Coverage, Encounter, Patient
from patients.news import CLAIM_DATA_CHANGED

_EDITABLE = (
    "name", "is_work", "is_auto", "is_other_accident", "accident_on", "accident_at", "state_code",
    "employer", "claim_number", "adjuster_name", "adjuster_phone", "closed_on",
)  # fmt: skip


@transaction.atomic
def record_case(*, patient: Patient, **facts: Any) -> Case:
    """Record a case; `facts` are the columns of Case. Raises ApplicationError at the field."""
    case = Case(practice_id=patient.practice_id, patient=patient, **_known(facts))
    _check(case)
    case.save()
    timeline.record(patient, kind="case.recorded", sentence=f"recorded the case “{case.name}”")
    return case


def case_named(patient: Patient, facts: Mapping[str, Any]) -> Case:
    """The patient's open case of this name, else a new one. Raises as record_case does."""
    name = " ".join(str(facts["name"]).split())
    found = Case.everywhere.filter(patient=patient, name__iexact=name, closed_on__isnull=True)
    return found.first() or record_case(patient=patient, **facts)


@transaction.atomic
def change_case(*, case: Case, **changes: Any) -> Case:
    """Change a case; unsent claims of its visits follow. Raises as record_case does."""
    known = _known(changes)
    before = {name: str(getattr(case, name)) for name in known}
    for name, value in known.items():
        setattr(case, name, value)
    after = {name: str(getattr(case, name)) for name in known}
    if before == after:
        return case
    _check(case)
    case.save()
    timeline.record(
        case.patient, kind="case.changed", sentence=f"changed the case “{case.name}”",
        before=before, after=after,
    )  # fmt: skip
    announce(CLAIM_DATA_CHANGED, subject=case.patient, ids={"patient_id": case.patient_id})
    return case


@transaction.atomic
def set_encounter_case(*, encounter: Encounter, case: Case | None) -> None:
    """Say that a visit belongs to a case, or to none. Raises ApplicationError for one that is
    somebody else's.
    """
    if case is not None and case.patient_id != encounter.patient_id:
        raise ApplicationError("This case is another patient's.", field="case")
    if encounter.case_id == (case.pk if case else None):
        return
    Encounter.everywhere.filter(pk=encounter.pk).update(case=case)
    encounter.case = case
    words = f"put the visit to the case “{case.name}”" if case else "took the visit off its case"
    timeline.record(encounter, kind="encounter.case", sentence=words)
    announce(CLAIM_DATA_CHANGED, subject=encounter, ids={"patient_id": encounter.patient_id})


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    wrong = facts.keys() - set(_EDITABLE)
    if wrong:
        raise ApplicationError(f"These cannot be changed here: {', '.join(sorted(wrong))}")
    return facts


def _check(case: Case) -> None:
    case.name = " ".join(case.name.split())
    case.claim_number = case.claim_number.replace(" ", "").upper()
    if not case.name:
        raise ApplicationError("Give the case a name.", field="name")
    if not case.causes:
        raise ApplicationError(
            "Say what it was: at work, auto, or another accident.", field="is_work"
        )
    if (case.is_auto or case.is_other_accident) and case.accident_on is None:
        raise ApplicationError("An accident has a day.", field="accident_on")
    if case.accident_on and case.accident_on > clock.today(case.practice):
        raise ApplicationError("It cannot be in the future.", field="accident_on")
    if case.accident_on and case.accident_on < case.patient.birth_date:
        raise ApplicationError("This is before the patient's birth.", field="accident_on")
    if case.is_auto and not case.state_code:
        raise ApplicationError("An auto accident names its state.", field="state_code")
    if case.closed_on and case.accident_on and case.closed_on < case.accident_on:
        raise ApplicationError("It closes before it began.", field="closed_on")


def check_coverage_case(coverage: Coverage) -> None:
    """Raise ApplicationError unless the case that a coverage pays is its patient's."""
    if coverage.case is not None and coverage.case.patient_id != coverage.patient_id:
        raise ApplicationError("This case is another patient's.", field="case")
