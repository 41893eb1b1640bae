"""Charges from the practice's other systems: a visit, its codes, and whether they are final."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

from coding.grammar import TypedLine
from coding.models import CaseDiagnosis, CodingCase
from coding.selectors import undotted
from coding.services.diagnoses import add_diagnosis
from coding.services.finish_case import finish_case
from coding.services.lines import add_line, standing_lines
from coding.services.touch_case import one_act
from core.errors import ApplicationError, Conflict
from patients.choices import EncounterSource
from patients.models import Encounter
from patients.services.record_encounter import record_encounter

Row = TypeVar("Row")


@transaction.atomic
def take_charges(
    *,
    encounter: Encounter | None,
    visit: dict[str, Any],
    practice: Any,
    diagnoses: Sequence[str] = (),
    lines: Sequence[TypedLine] = (),
    finish: bool = False,
) -> CodingCase:
    """Add codes to `encounter`, or to a new one made of `visit`; all of them or none.

    Lines point into `diagnoses` (1 is its first). With `finish` the edits are run, and the coding
    is finished as by a coder. Raises ApplicationError at `diagnoses.0`, `lines.0`, or a field of
    the visit; FindingsBlock for what the edits found; Conflict for a visit that is coded already.
    """
    if encounter is None:
        encounter = record_encounter(practice=practice, source=EncounterSource.API, **visit)
    case = CodingCase.objects.select_related("encounter").get(encounter=encounter)
    if diagnoses or lines:
        if standing_lines(case):
            raise Conflict("This visit has charges already.", field="encounter_id")
        with one_act(case):
            places = _add_diagnoses(case, diagnoses)
            _add_lines(case, lines, places)
    if finish:
        finish_case(case=case)
    return case


def _add_diagnoses(case: CodingCase, codes: Sequence[str]) -> dict[int, int]:
    """Where each of `codes` stands now; one that a coder listed before stays where it is."""
    places = {}
    for number, code in enumerate(codes, 1):
        row = CaseDiagnosis.everywhere.filter(case=case, code=undotted(code)).first()
        if row is None:
            row = _at(f"diagnoses.{number - 1}", partial(add_diagnosis, case=case, code=code))
        places[number] = row.position
    return places


def _add_lines(case: CodingCase, lines: Sequence[TypedLine], places: dict[int, int]) -> None:
    for number, line in enumerate(lines):
        typed = replace(line, pointers=tuple(places[one] for one in line.pointers))
        _at(f"lines.{number}", partial(add_line, case=case, typed=typed))


def _at(field: str, act: Callable[[], Row]) -> Row:
    """What `act` gives; its refusal names the field by which the caller knows it."""
    try:
        return act()
    except ApplicationError as error:
        error.field = field
        raise
