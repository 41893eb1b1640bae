"""Applying a finding's fix: each is one of the ordinary changes, made by its own service."""

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from coding.choices import LineState
from coding.edits.modifiers import rank_of
from coding.fixes import fixes_of
from coding.models import CaseDiagnosis, ChargeLine, CodingCase
from coding.services.check_case import check_case
from coding.services.diagnoses import add_diagnosis, move_diagnosis, remove_diagnosis
from coding.services.lines import (
    change_line,
    places_of,
    pointed_places,
    remove_line,
    replace_code,
)
from coding.services.touch_case import one_act
from core.errors import ApplicationError, Conflict

_MOST_POINTERS = 4


@transaction.atomic
def apply_fix(*, case: CodingCase, fix: str, field: str) -> None:
    """Put a finding right. Raises Conflict when the finding is not there any more."""
    offered = {
        (one.id, one.field) for found in check_case(case).findings for one in fixes_of(found)
    }
    if (fix, field) not in offered:
        raise Conflict("That finding is gone: the codes have changed meanwhile.")
    kind, _, key = field.partition(":")
    name, _, value = fix.partition(":")
    with one_act(case):
        if kind == "diagnosis":
            diagnosis = CaseDiagnosis.objects.get(case=case, pk=int(key))
            _ON_DIAGNOSIS[name](case, diagnosis, value)
        else:
            line = ChargeLine.objects.get(case=case, pk=int(key))
            _ON_LINE[name](case, line, value)


# -- on a diagnosis --------------------------------------------------------------------------


def _move_down(case: CodingCase, diagnosis: CaseDiagnosis, _: str) -> None:
    if case.diagnoses.count() < 2:
        raise ApplicationError("Add the reason for the visit, then it can move down.")
    move_diagnosis(case=case, diagnosis=diagnosis, to=diagnosis.position + 1)


def _move_first(case: CodingCase, diagnosis: CaseDiagnosis, _: str) -> None:
    move_diagnosis(case=case, diagnosis=diagnosis, to=1)


def _move_behind(case: CodingCase, diagnosis: CaseDiagnosis, code: str) -> None:
    """Behind `code`: it takes that one's place, and that one moves up."""
    other = CaseDiagnosis.objects.get(case=case, code=code)
    move_diagnosis(case=case, diagnosis=diagnosis, to=other.position)


def _remove(case: CodingCase, diagnosis: CaseDiagnosis, _: str) -> None:
    remove_diagnosis(case=case, diagnosis=diagnosis)


def _replace(case: CodingCase, diagnosis: CaseDiagnosis, code: str) -> None:
    """Another code in the same place; lines that pointed to the old one point to the new.

    Where the new code stands on the list already, the old one just goes.
    """
    place, gone = diagnosis.position, diagnosis.pk
    pointing = list(_drafts(case).filter(pointers__contains=[gone]))
    remove_diagnosis(case=case, diagnosis=diagnosis)
    new = CaseDiagnosis.objects.filter(case=case, code=code).first()
    if new is None:
        new = add_diagnosis(case=case, code=code)
        move_diagnosis(case=case, diagnosis=new, to=place)
    places = places_of(case)
    for line in pointing:
        keys = dict.fromkeys(new.pk if key == gone else key for key in line.pointers)
        change_line(case=case, line=line, pointers=[places[key] for key in keys if key in places])


def _join(case: CodingCase, diagnosis: CaseDiagnosis, value: str) -> None:
    """Right and left replaced by the code for both sides."""
    pair, _, joined = value.partition("=")
    other = CaseDiagnosis.objects.filter(
        case=case, code__in=pair.split("+")
    ).exclude(pk=diagnosis.pk).get()  # fmt: skip
    _replace(case, diagnosis, joined)
    _replace(case, other, joined)


def _point_here(case: CodingCase, diagnosis: CaseDiagnosis, _: str) -> None:
    line = _drafts(case).order_by("position").first()
    if line is None or len(line.pointers) >= _MOST_POINTERS:
        raise ApplicationError("The first line points to four diagnoses already.")
    change_line(case=case, line=line, pointers=(*pointed_places(case, line), diagnosis.position))


# -- on a line -------------------------------------------------------------------------------


def _add_modifier(case: CodingCase, line: ChargeLine, modifier: str) -> None:
    change_line(case=case, line=line, modifiers=sorted([*line.modifiers, modifier], key=rank_of))


def _remove_modifier(case: CodingCase, line: ChargeLine, modifier: str) -> None:
    rest = [one for one in line.modifiers if one != modifier]
    change_line(case=case, line=line, modifiers=rest)


def _swap_modifier(case: CodingCase, line: ChargeLine, value: str) -> None:
    old, _, new = value.partition(">")
    swapped = [new if one == old else one for one in line.modifiers]
    change_line(case=case, line=line, modifiers=sorted(dict.fromkeys(swapped), key=rank_of))


def _drop_repeated(case: CodingCase, line: ChargeLine, _: str) -> None:
    change_line(case=case, line=line, modifiers=list(dict.fromkeys(line.modifiers)))


def _order_modifiers(case: CodingCase, line: ChargeLine, _: str) -> None:
    change_line(case=case, line=line, modifiers=sorted(line.modifiers, key=rank_of))


def _units(case: CodingCase, line: ChargeLine, value: str) -> None:
    change_line(case=case, line=line, units=Decimal(value))


def _place(case: CodingCase, line: ChargeLine, value: str) -> None:
    change_line(case=case, line=line, place_of_service_code=value)


def _fee(case: CodingCase, line: ChargeLine, value: str) -> None:
    change_line(case=case, line=line, fee_amount=Decimal(value))


def _replace_code(case: CodingCase, line: ChargeLine, code: str) -> None:
    replace_code(case=case, line=line, code=code)


def _remove_line(case: CodingCase, line: ChargeLine, _: str) -> None:
    remove_line(case=case, line=line)


def _point_to_all(case: CodingCase, line: ChargeLine, _: str) -> None:
    change_line(case=case, line=line, pointers=())


def _point_first(case: CodingCase, line: ChargeLine, key: str) -> None:
    """The diagnosis `key` becomes the line's main reason."""
    place = places_of(case)[int(key)]
    rest = [one for one in pointed_places(case, line) if one != place]
    change_line(case=case, line=line, pointers=(place, *rest)[:_MOST_POINTERS])


def _drafts(case: CodingCase) -> QuerySet[ChargeLine]:
    """The lines that may change: a returned encounter keeps its void ones beside them."""
    return ChargeLine.objects.filter(case=case, state=LineState.DRAFT)


_ON_DIAGNOSIS: dict[str, Callable[[CodingCase, CaseDiagnosis, str], None]] = {
    "move_down": _move_down,
    "move_first": _move_first,
    "move_behind": _move_behind,
    "remove": _remove,
    "replace": _replace,
    "join": _join,
    "point_here": _point_here,
}
_ON_LINE: dict[str, Callable[[CodingCase, ChargeLine, str], None]] = {
    "add_modifier": _add_modifier,
    "remove_modifier": _remove_modifier,
    "swap_modifier": _swap_modifier,
    "drop_repeated_modifier": _drop_repeated,
    "order_modifiers": _order_modifiers,
    "units": _units,
    "place": _place,
    "fee": _fee,
    "replace_code": _replace_code,
    "remove_line": _remove_line,
    "point_to_all": _point_to_all,
    "point_first": _point_first,
}
