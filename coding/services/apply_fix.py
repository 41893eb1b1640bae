"""Applying a finding's fix: each is one of the ordinary changes, made by its own service."""

from django.db import transaction

from coding.fixes import ADD_MODIFIER, REPLACE, fixes_of
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.check_case import check_case
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.lines import change_line
from core.errors import ApplicationError, Conflict


@transaction.atomic
def apply_fix(*, case: CodingCase, fix: str, field: str) -> None:
    """Put a finding right. Raises Conflict when the finding is not there any more."""
    offered = {
        (one.id, one.field) for found in check_case(case).findings for one in fixes_of(found)
    }
    if (fix, field) not in offered:
        raise Conflict("That finding is gone: the codes have changed meanwhile.")
    kind, _, key = field.partition(":")
    if kind == "diagnosis":
        _on_diagnosis(case, CaseDiagnosis.objects.get(case=case, pk=int(key)), fix)
    else:
        _on_line(case, ChargeLine.objects.get(case=case, pk=int(key)), fix)


def _on_diagnosis(case: CodingCase, diagnosis: CaseDiagnosis, fix: str) -> None:
    name, _, value = fix.partition(":")
    place = diagnosis.position
    if name == "move_down":
        if case.diagnoses.count() < 2:
            raise ApplicationError("Add the reason for the visit, then it can move down.")
        move_diagnosis(case=case, diagnosis=diagnosis, to=place + 1)
    elif name == "move_first":
        move_diagnosis(case=case, diagnosis=diagnosis, to=1)
    elif name == "remove":
        remove_diagnosis(case=case, diagnosis=diagnosis)
    elif name == "point_here":
        _point_first_line_to(case, diagnosis)
    elif name == REPLACE:
        pointing = list(ChargeLine.objects.filter(case=case, pointers__contains=[diagnosis.pk]))
        letters = {line.pk: _places(case, line) for line in pointing}
        remove_diagnosis(case=case, diagnosis=diagnosis)
        new = add_diagnosis(case=case, code=value)
        move_diagnosis(case=case, diagnosis=new, to=place)
        for line in pointing:
            line.refresh_from_db()
            change_line(case=case, line=line, pointers=letters[line.pk])


def _on_line(case: CodingCase, line: ChargeLine, fix: str) -> None:
    name, _, value = fix.partition(":")
    if name == ADD_MODIFIER:
        change_line(case=case, line=line, modifiers=[*line.modifiers, value])
    elif name == "drop_repeated_modifier":
        change_line(case=case, line=line, modifiers=list(dict.fromkeys(line.modifiers)))
    elif name == "point_to_all":
        change_line(case=case, line=line, pointers=())


def _point_first_line_to(case: CodingCase, diagnosis: CaseDiagnosis) -> None:
    line = ChargeLine.objects.filter(case=case).order_by("position").first()
    if line is None or len(line.pointers) >= 4:
        raise ApplicationError("The first line points to four diagnoses already.")
    change_line(case=case, line=line, pointers=(*_places(case, line), diagnosis.position))


def _places(case: CodingCase, line: ChargeLine) -> tuple[int, ...]:
    places = dict(CaseDiagnosis.objects.filter(case=case).values_list("pk", "position"))
    return tuple(places[key] for key in line.pointers if key in places)
