"""Claim data of a line to the segments of loops 2400 to 2440 that most lines do not have."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from claims.claim_facts import row_of, rows_of
from claims.edi.situational import (
    Row,
    Segment,
    addresses,
    ambulance,
    attachments,
    conditions,
    contract,
    person,
    provider_numbers,
    repricing,
    state_data,
    without_blanks,
)
from x12.values import to_amount

Line = Mapping[str, Any]

_ROLES = {"DQ": "supervising_provider", "DN": "referring_provider"}
_DATES = (
    ("471", "prescription"), ("607", "recertified"), ("463", "therapy_began"), ("461", "certified"),
    ("304", "last_seen"), ("738", "hemoglobin_test"), ("739", "creatinine_test"),
    ("011", "shipped"), ("455", "last_xray"), ("454", "initial_treatment"),
)  # fmt: skip
_NUMBERS = (
    ("9B", "repriced"), ("9D", "repriced_again"), ("G1", "authorization"), ("EW", "mammography"),
    ("X4", "clia"), ("F4", "referring_clia"), ("BT", "vaccine_lot"), ("9F", "referral"),
)  # fmt: skip


def line_segments(line: Line) -> tuple[Segment, ...]:
    """The segments of 2400 and 2440 that the records of `x12` have no field for."""
    numbers, dates = row_of(line, "numbers"), row_of(line, "dates")
    amounts = row_of(line, "amounts")
    return tuple(
        without_blanks(
            [
                *_equipment(line),
                *attachments(line),
                *ambulance(line),
                *_certification(line),
                *conditions(line),
                *_line_conditions(line),
                *(("DTP", mark, "D8", _day(dates[key])) for mark, key in _DATES if key in dates),
                *_counts(line),
                *(
                    ("MEA", row["kind"], row["what"], row["value"])
                    for row in rows_of(line, "results")
                ),
                *contract(line),
                *(("REF", mark, numbers[key]) for mark, key in _NUMBERS if key in numbers),
                *_amounts(amounts),
                *state_data(line),
                *_notes(line),
                *_purchased(line),
                *repricing(line),
                *_form(line),
            ]
        )
    )


def line_roles(line: Line, ordered_by: Row | None) -> tuple[Segment, ...]:
    """Loops 2420B to 2420H, whole, in the order of the guide; `ordered_by` is the visit's."""
    ordered = line.get("ordering_provider") or ordered_by
    seller, place = line.get("purchased_from"), line.get("facility")
    return tuple(
        without_blanks(
            [
                *_with_numbers(line, "purchased", _organization("QB", seller, named=False)),
                *_with_numbers(line, "facility", _organization("77", place, named=True)),
                *_with_numbers(line, "supervising", _person("DQ", line)),
                *_with_numbers(line, "ordering", person("DK", ordered) if ordered else ()),
                *_with_numbers(line, "referring", _person("DN", line)),
                *addresses(row_of(line, "ambulance")),
            ]
        )
    )


def _person(role: str, line: Line) -> Iterable[Segment]:
    provider = line.get(_ROLES[role])
    return person(role, provider) if provider else ()


def _with_numbers(line: Line, whose: str, loop: Iterable[Segment]) -> Iterable[Segment]:
    """A loop with its REF; nothing where nobody has the role."""
    segments = list(loop)
    return [*segments, *provider_numbers(line, whose)] if segments else []


def drug_numbers(line: Line) -> tuple[Segment, ...]:
    """REF of 2410: the prescription, or what links the parts of a compound."""
    row = row_of(line, "drug")
    for mark, key in (("XZ", "prescription"), ("VY", "link")):
        if row.get(key):
            return (("REF", mark, row[key]),)
    return ()


def _equipment(line: Line) -> Iterable[Segment]:
    row = row_of(line, "equipment")
    if row:
        amounts = (_amount(row[key]) for key in ("rental", "purchase"))
        yield (
            "SV5", f"HC:{line['procedure_code']}", "DA", row["days"], *amounts, row["frequency"],
        )  # fmt: skip


def _certification(line: Line) -> Iterable[Segment]:
    row = row_of(line, "certification")
    if row:
        yield ("CR3", row["kind"], "MO", row["months"])


def _line_conditions(line: Line) -> Iterable[Segment]:
    employed = row_of(line, "hospice").get("employed")
    if employed:
        yield ("CRC", "70", employed, "65")
    row = row_of(line, "equipment_condition")
    if row:
        yield ("CRC", "09", row["applies"], *row["conditions"])


def _counts(line: Line) -> Iterable[Segment]:
    for mark, group, key in (
        ("PT", "ambulance", "riders"),
        ("FL", "anesthesia", "obstetric_units"),
    ):
        count = row_of(line, group).get(key)
        if count:
            yield ("QTY", mark, count)


def _amounts(row: Row) -> Iterable[Segment]:
    for mark, key in (("T", "tax"), ("F4", "postage")):
        if key in row:
            yield ("AMT", mark, _amount(row[key]))


def _notes(line: Line) -> Iterable[Segment]:
    row = row_of(line, "notes")
    if row.get("text"):
        yield ("NTE", row.get("code", "ADD"), row["text"])
    if row.get("third_party"):
        yield ("NTE", "TPO", row["third_party"])


def _purchased(line: Line) -> Iterable[Segment]:
    seller, amount = line.get("purchased_from"), row_of(line, "purchased").get("amount")
    if seller and amount:
        yield ("PS1", seller["npi"], _amount(amount))


def _form(line: Line) -> Iterable[Segment]:
    form, way = row_of(line, "form"), row_of(line, "certificate").get("way")
    if way:
        yield ("PWK", "CT", way)
    if not form:
        return
    yield ("LQ", form["kind"], form["number"])
    for row in rows_of(line, "answers"):
        yield (
            "FRM", row["question"], row.get("yes_no", ""), row.get("text", ""),
            _day(row.get("date", "")), row.get("percent", ""),
        )  # fmt: skip


def _organization(role: str, place: Row | None, *, named: bool) -> Iterable[Segment]:
    if not place:
        return
    npi = place["npi"]
    name = place["name"] if named else ""
    yield ("NM1", role, "2", name, "", "", "", "", "XX" if npi else "", npi)
    if named:
        yield ("N3", place["address_line1"], place["address_line2"])
        yield ("N4", place["city"], place["state_code"], place["zip_code"])


def _amount(text: str) -> str:
    """As the fields that `x12` writes itself: no zeros behind."""
    return to_amount(Decimal(text))


def _day(text: str) -> str:
    return text.replace("-", "")
