"""Opening the coding of a new encounter, and making it ready when its note is there."""

from coding.choices import CaseState
from coding.models import CodingCase
from coding.services.assign_cases import assign_by_rule
from coding.states import CASE
from core import timeline
from core.states import advance
from patients.models import Encounter


def open_case(encounter: Encounter) -> CodingCase:
    """The case of an encounter, made on first call."""
    case, is_new = CodingCase.everywhere.get_or_create(
        encounter=encounter,
        defaults={"practice_id": encounter.practice_id, "patient_id": encounter.patient_id},
    )
    if is_new:
        timeline.record(case, kind="case.opened", sentence="opened the encounter for coding")
    return case


def note_arrived(encounter: Encounter) -> None:
    """A case that waited for its note becomes ready, and a coder's where a rule says so; any other
    stays as it is.
    """
    case = open_case(encounter)
    if case.state == CaseState.WAITING_NOTE:
        advance(case, CaseState.READY, table=CASE)
        assign_by_rule(case)
