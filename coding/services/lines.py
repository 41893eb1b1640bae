"""Charge lines: adding, changing and removing, with price and pointers filled in."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction

from coding.choices import LineState
from coding.edits.families import is_anesthesia
from coding.grammar import MOST_CHARGED, MOST_MODIFIERS, TypedLine
from coding.models import CaseDiagnosis, ChargeItem, ChargeLine, CodingCase
from coding.models.charge_line import priced_units
from coding.pricing import price
from coding.selectors import charge_item_on
from coding.services.touch_case import lock_for_change
from core import timeline
from core.errors import ApplicationError, NotFound
from core.money import ZERO, dollars

_MOST_POINTERS = 4
TYPED_FEE = "typed"


@transaction.atomic
def add_line(*, case: CodingCase, typed: TypedLine) -> ChargeLine:
    """Add a line; what was not typed comes from the charge master, the price list and the list.

    Defaults: dates and place of the visit, the charge master's units, all diagnoses in order up
    to four. Raises ApplicationError at the field `line` for a code that is not in the charge
    master on the date, or a letter without a diagnosis.
    """
    item = _item(case, typed)
    lock_for_change(case)
    line = ChargeLine(
        practice_id=case.practice_id,
        case=case,
        encounter=case.encounter,
        patient_id=case.patient_id,
        position=_next_position(case),
        service_date_from=case.encounter.service_date_from,
        service_date_to=case.encounter.service_date_to,
    )
    _write(case, line, typed, item)
    line.save(force_insert=True)
    timeline.record(
        case,
        kind="line.added",
        sentence=f"added line {line.position}, {line.code_with_modifiers}",
        after={"units": line.units, "charge_amount": line.charge_amount},
    )
    return line


@transaction.atomic
def change_line(*, case: CodingCase, line: ChargeLine, **changes: Any) -> ChargeLine:
    """Change parts of a line: modifiers, units, pointers (places), place_of_service_code,
    fee_amount.

    A changed modifier or unit prices the line anew, unless its fee was typed; a fee is never
    blanked.
    """
    lock_for_change(case)
    _own(case, line)
    if len(changes.get("modifiers", ())) > MOST_MODIFIERS:
        raise ApplicationError("A line takes at most four modifiers.", field="line")
    before = {"line": line.code_with_modifiers, "charge_amount": line.charge_amount}
    if "pointers" in changes:
        line.pointers = _pointers(case, tuple(changes["pointers"]))
    for name in ("modifiers", "units", "place_of_service_code"):
        if name in changes:
            setattr(line, name, changes[name])
    fee = changes.get("fee_amount")
    if fee is None and line.fee_source == TYPED_FEE:
        fee = line.unit_fee_amount
    _price(line, fee)
    _save_change(case, line, before)
    return line


@transaction.atomic
def retype_line(*, case: CodingCase, line: ChargeLine, typed: TypedLine) -> ChargeLine:
    """Let a draft line say what was typed, as if it were new; its control number stays."""
    item = _item(case, typed)
    lock_for_change(case)
    _own(case, line)
    before = {"line": line.code_with_modifiers, "charge_amount": line.charge_amount}
    _write(case, line, typed, item)
    _save_change(case, line, before)
    return line


@transaction.atomic
def move_line(*, case: CodingCase, line: ChargeLine, to: int) -> None:
    """Put a draft line in place `to`, from 1."""
    lock_for_change(case)
    _own(case, line)
    rest = [row for row in standing_lines(case) if row.pk != line.pk]
    place = max(1, min(to, len(rest) + 1))
    rest.insert(place - 1, line)
    _renumber(rest)
    timeline.record(
        case, kind="line.moved", sentence=f"moved the line {line.code_with_modifiers} to {place}"
    )


@transaction.atomic
def replace_code(*, case: CodingCase, line: ChargeLine, code: str) -> ChargeLine:
    """The same line for another procedure, priced anew; the rest of it stays."""
    typed = replace(as_typed(line, places_of(case)), procedure_code=code, fee_amount=None)
    return retype_line(case=case, line=line, typed=typed)


def as_typed(line: ChargeLine, places: Mapping[int, int]) -> TypedLine:
    """A line as it would be typed again; `places` says where the diagnoses stand, by their key."""
    return TypedLine(
        procedure_code=line.procedure_code,
        modifiers=tuple(line.modifiers),
        units=line.units,
        pointers=tuple(places[key] for key in line.pointers if key in places),
        place_of_service_code=line.place_of_service_code,
        fee_amount=line.unit_fee_amount if line.fee_source == TYPED_FEE else None,
        ndc_code=line.ndc_code,
        ndc_quantity=line.ndc_quantity,
        ndc_unit_code=line.ndc_unit_code,
        minutes=line.minutes,
    )


def places_of(case: CodingCase) -> dict[int, int]:
    """Where each diagnosis of the case stands, by its key."""
    return dict(CaseDiagnosis.everywhere.filter(case=case).values_list("pk", "position"))


def pointed_places(case: CodingCase, line: ChargeLine) -> list[int]:
    """Where the diagnoses stand that a line points to."""
    places = places_of(case)
    return [places[key] for key in line.pointers if key in places]


@transaction.atomic
def remove_line(*, case: CodingCase, line: ChargeLine) -> None:
    """Take a draft line off the encounter. A released one is never removed, only voided."""
    lock_for_change(case)
    _own(case, line)
    name = line.code_with_modifiers
    line.delete()
    _renumber(standing_lines(case))
    timeline.record(case, kind="line.removed", sentence=f"removed the line {name}")


def _item(case: CodingCase, typed: TypedLine) -> ChargeItem:
    on = case.encounter.service_date_from
    item = charge_item_on(typed.procedure_code, on)
    if item is None:
        raise ApplicationError(
            f"{typed.procedure_code} is not in the charge master on {on:%m/%d/%Y}.", field="line"
        )
    return item


def _write(case: CodingCase, line: ChargeLine, typed: TypedLine, item: ChargeItem) -> None:
    line.procedure_code = item.procedure_code
    line.modifiers = list(typed.modifiers)
    line.units = typed.units or item.default_units
    line.pointers = _pointers(case, typed.pointers)
    line.place_of_service_code = typed.place_of_service_code
    line.ndc_code, line.ndc_unit_code = typed.ndc_code, typed.ndc_unit_code
    line.ndc_quantity = typed.ndc_quantity
    _take_minutes(line, typed.minutes)
    _price(line, typed.fee_amount)


def _take_minutes(line: ChargeLine, minutes: int | None) -> None:
    """Anesthesia is billed by the minute (SV103 is MJ); for therapy they only support the units."""
    line.minutes, line.unit_code = minutes, "UN"
    if minutes and is_anesthesia(line.procedure_code):
        line.units, line.unit_code = Decimal(minutes), "MJ"


def _save_change(case: CodingCase, line: ChargeLine, before: dict[str, Any]) -> None:
    line.save()
    timeline.record(
        case,
        kind="line.changed",
        sentence=f"changed line {line.position}, {line.code_with_modifiers}",
        before=before,
        after={"line": line.code_with_modifiers, "charge_amount": line.charge_amount},
    )


def _own(case: CodingCase, line: ChargeLine) -> None:
    if line.case_id != case.pk:
        raise NotFound("That line is not on this encounter.")
    if line.state != LineState.DRAFT:
        raise ApplicationError("This line is released: it can be voided, not changed.")


def standing_lines(case: CodingCase) -> list[ChargeLine]:
    """The lines but the void ones, in order."""
    rows = ChargeLine.everywhere.filter(case=case).exclude(state=LineState.VOID)
    return list(rows.order_by("position"))


def _renumber(order: list[ChargeLine]) -> None:
    for place, row in enumerate(order, 1):
        row.position = place
    ChargeLine.everywhere.bulk_update(order, ["position"])


def _next_position(case: CodingCase) -> int:
    return len(standing_lines(case)) + 1


def _pointers(case: CodingCase, places: tuple[int, ...]) -> list[int]:
    """Rows for letters; without letters, all diagnoses in order up to four."""
    rows = {row.position: row.pk for row in CaseDiagnosis.everywhere.filter(case=case)}
    if not places:
        return [rows[place] for place in sorted(rows)][:_MOST_POINTERS]
    missing = [chr(ord("A") + place - 1) for place in places if place not in rows]
    if missing:
        raise ApplicationError(f"There is no diagnosis {', '.join(missing)}.", field="line")
    return [rows[place] for place in places]


def _price(line: ChargeLine, typed_fee: Decimal | None) -> None:
    """Fee for one unit, from what was typed or the price list; once rounded a line."""
    if typed_fee is not None:
        line.unit_fee_amount, line.fee_source = typed_fee, TYPED_FEE
    else:
        priced = price(
            line.procedure_code,
            line.modifiers,
            line.service_date_from,
            line.place_of_service_code or line.encounter.place_of_service_code,
        )
        line.unit_fee_amount = priced.amount if priced else (line.unit_fee_amount or ZERO)
        line.fee_source = priced.source if priced else line.fee_source
    line.charge_amount = dollars(line.unit_fee_amount * priced_units(line.unit_code, line.units))
    if line.charge_amount > MOST_CHARGED:
        raise ApplicationError(
            "A line charges at most 999,999.99: look at units and fee.", field="line"
        )
