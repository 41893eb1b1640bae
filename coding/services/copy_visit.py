"""Coding a visit like an earlier one: every diagnosis and line, whole."""

from dataclasses import replace

from coding.grammar import TypedLine
from coding.models import ChargeLine, CodingCase
from coding.services.add_many import Taken, add_many
from coding.services.lines import as_typed, standing_lines
from coding.services.touch_case import one_act
from core import timeline
from core.errors import ApplicationError


def copy_visit(*, case: CodingCase, source: CodingCase) -> Taken:
    """Add the codes of `source`: with modifiers, units, minutes, drug codes and pointers.

    Each line is priced anew on this visit's day. What cannot be taken (a code that has ended, one
    that is listed already) is told, the rest is taken. Raises ApplicationError for a visit of
    another patient or one without codes.
    """
    if source.patient_id != case.patient_id or source.pk == case.pk:
        raise ApplicationError("Choose an earlier visit of this patient.")
    diagnoses = list(source.diagnoses.all())
    lines = standing_lines(source)
    places = {diagnosis.pk: place for place, diagnosis in enumerate(diagnoses, 1)}
    with one_act(case):
        taken = add_many(
            case=case,
            diagnoses=[diagnosis.code for diagnosis in diagnoses],
            lines=[_typed(line, places) for line in lines],
        )
        if not taken.count and not taken.refused:
            raise ApplicationError("That visit has no codes.")
        timeline.record(
            case,
            kind="case.copied",
            sentence=f"copied {taken.count} codes of the visit "
            f"{source.encounter.number} of {source.encounter.service_date_from:%m/%d/%Y}",
        )
    return taken


def _typed(line: ChargeLine, places: dict[int, int]) -> TypedLine:
    """The line as if typed again, but for its fee and its place, which are this visit's."""
    return replace(as_typed(line, places), place_of_service_code="", fee_amount=None)
