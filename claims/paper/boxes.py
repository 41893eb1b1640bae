"""A frozen snapshot to the boxes of one or more CMS-1500 forms (domain B.4).

Pure: the same snapshot gives the same boxes. What the records do not hold yet stays empty;
docs/paper-claims.md lists it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from claims.choices import PaperTotals
from claims.paper import words
from claims.paper.geometry import CELLS, LINES_ON_FORM
from claims.paper.more_boxes import (
    ON_FILE,
    cause_boxes,
    insured_boxes,
    line_boxes,
    office_boxes,
    shaded,
    signature_boxes,
    visit_boxes,
)

Snapshot = Mapping[str, Any]
Boxes = dict[str, str]

MARK = "X"
CONTINUED = "CONTINUED"
MOST_DIAGNOSES = 12
_ICD_10 = "0"
_MEDICARE = frozenset({"MA", "MB"})
_PROGRAM = {"MA": "medicare", "MB": "medicare", "MC": "medicaid", "CH": "tricare", "VA": "champva"}
_HEALTH_PLANS = frozenset({"BL", "CI", "HM", "FI", "12", "13", "14", "15", "16"})
_RELATIONSHIP = {"18": "self", "01": "spouse", "19": "child"}
_ORIGINAL = "1"
_PAYERS_NUMBER = "G2"
_NOT_ASSIGNED = "C"


class MisfitKind(StrEnum):
    """How a text does not fit: a name that is cut or cannot be spelled is still a name, anything
    else stops the claim.
    """

    CUT = "cut"
    LETTERS = "letters"
    TOO_LONG = "long"
    TOO_MANY = "many"


_REASONS = {
    MisfitKind.CUT: "is cut: its box holds {} characters",
    MisfitKind.LETTERS: "has a letter that the form cannot print",
    MisfitKind.TOO_LONG: "does not fit: its box holds {} characters",
    MisfitKind.TOO_MANY: "are too many: the form holds {}",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """A text that is not printed as it is. `form` counts the claim's forms from 1."""

    form: int
    box: str
    text: str
    kind: MisfitKind

    @property
    def stops(self) -> bool:
        """Whether the claim cannot go like this."""
        return self.kind in {MisfitKind.TOO_LONG, MisfitKind.TOO_MANY}

    @property
    def reason(self) -> str:
        """What is wrong, to be read after the text."""
        many = self.kind == MisfitKind.TOO_MANY
        return _REASONS[self.kind].format(MOST_DIAGNOSES if many else CELLS[self.box].width)


@dataclass(frozen=True, slots=True)
class PaperClaim:
    """The forms of one claim, each with what its boxes hold, and what does not fit."""

    forms: tuple[Boxes, ...]
    misfits: tuple[Misfit, ...]


def paper_claim(snapshot: Snapshot, totals: str = PaperTotals.EACH) -> PaperClaim:
    """One form for each six lines; `totals` says what box 28 holds where there are several.

    With `each` every form stands alone with the total of its own lines; with `last` the last one
    has the claim's total and the others say that they are continued (domain B.1).
    """
    lines = list(snapshot["lines"])
    parts = [lines[i : i + LINES_ON_FORM] for i in range(0, len(lines), LINES_ON_FORM)] or [[]]
    common = {
        **_plan(snapshot), **insured_boxes(snapshot), **_people(snapshot), **_condition(snapshot),
        **cause_boxes(snapshot), **visit_boxes(snapshot), **_office(snapshot),
        **office_boxes(snapshot),
    }  # fmt: skip
    wanted = [
        {**common, **_lines(snapshot, part), **_totals(snapshot, parts, number, totals)}
        for number, part in enumerate(parts)
    ]
    return PaperClaim(
        tuple(_fitted(boxes) for boxes in wanted),
        (*_spelling(snapshot), *_too_many(snapshot), *_overlong(wanted)),
    )


def _plan(snapshot: Snapshot) -> Boxes:
    """Carrier, 1, 1a, 4, 6, 11 to 11d: whom the claim goes to and by what right."""
    coverage, subscriber = snapshot["coverage"], snapshot["subscriber"]
    boxes = {
        **_carrier(snapshot["payer"]),
        f"1.{_program(coverage)}": MARK,
        "1a": words.solid(coverage["member_id"]),
        f"6.{_RELATIONSHIP.get(coverage['relationship_code'], 'other')}": MARK,
    }
    others = snapshot.get("other_payers", ())
    if _is_medicare_first(coverage):  # nobody pays before, and Medicare wants to read that
        return {**boxes, "11": "NONE", **_medigap(others)}
    if coverage["claim_filing_code"] in _MEDICARE and others:
        return {**boxes, **_before_medicare(snapshot, others[0])}
    insured = snapshot["patient"] if subscriber["is_patient"] else subscriber
    return {
        **boxes,
        **(_other(snapshot, others[0]) if others else {}),
        "4": "SAME" if subscriber["is_patient"] else words.name(subscriber),
        "11": words.plain(coverage["group_number"]),
        **_birth("11a", insured),
        "11c": words.plain(coverage["plan_name"]),
        "11d.yes" if others else "11d.no": MARK,
    }


def _other(snapshot: Snapshot, other: Mapping[str, Any]) -> Boxes:
    """9, 9a, 9d: the other insured, by policy or group, and the plan."""
    coverage, subscriber = other["coverage"], other["subscriber"]
    suffix = snapshot["patient"]["suffix"] if subscriber["is_patient"] else ""
    return {
        "9": words.name(subscriber, suffix),
        "9a": words.plain(coverage["group_number"]) or words.solid(coverage["member_id"]),
        "9d": words.plain(f"{other['payer']['name']} {coverage['plan_name']}"),
    }


def _medigap(others: Sequence[Mapping[str, Any]]) -> Boxes:
    """Medicare forwards to the supplement that stands here (domain B.4): by its member id."""
    if not others or others[0]["coverage"].get("is_medicaid"):
        return {}
    other = others[0]
    return {
        "9": words.name(other["subscriber"]),
        "9a": f"MEDIGAP {words.solid(other['coverage']['member_id'])}",
        "9d": words.plain(other["payer"]["payer_number"]),
    }


def _before_medicare(snapshot: Snapshot, other: Mapping[str, Any]) -> Boxes:
    """4 and 11 to 11c: Medicare as second payer reads there who pays first; 11d stays empty."""
    subscriber = other["subscriber"]
    insured = snapshot["patient"] if subscriber["is_patient"] else subscriber
    return {
        "4": "SAME" if subscriber["is_patient"] else words.name(subscriber),
        "11": words.plain(other["coverage"]["group_number"])
        or words.solid(other["coverage"]["member_id"]),
        **_birth("11a", insured),
        "11c": words.plain(f"{other['payer']['name']} {other['coverage']['plan_name']}"),
    }


def _is_medicare_first(coverage: Mapping[str, Any]) -> bool:
    return coverage["claim_filing_code"] in _MEDICARE and coverage["rank"] == 1


def _program(coverage: Mapping[str, Any]) -> str:
    filing = coverage["claim_filing_code"]
    if filing in _PROGRAM:
        return _PROGRAM[filing]
    return "group" if filing in _HEALTH_PLANS and coverage["group_number"] else "other"


def _carrier(payer: Mapping[str, Any]) -> Boxes:
    """Up to four lines without a gap, for a window envelope."""
    lines = [words.plain(payer["name"]), words.street(payer), words.city_line(payer)]
    return {f"carrier.{n}": line for n, line in enumerate(filter(None, lines), 1)}


def _people(snapshot: Snapshot) -> Boxes:
    """2, 3, 5, 12, 13: the patient and the signatures."""
    patient = snapshot["patient"]
    return {
        "2": words.name(patient, patient["suffix"]),
        **_birth("3", patient),
        "5.street": words.street(patient),
        "5.city": words.plain(patient["city"]),
        "5.state": words.plain(patient["state_code"]),
        "5.zip": words.solid(patient["zip_code"]),
        **_phone("5.phone", patient.get("phone", "")),
        **signature_boxes(snapshot),
    }


def _birth(box: str, person: Mapping[str, Any]) -> Boxes:
    """Date of birth and sex; snapshots before 0.1.0 do not have the subscriber's."""
    born, sex = person.get("birth_date", ""), person.get("sex", "")
    boxes = _day(box, born, 4) if born else {}
    return {**boxes, f"{box}.sex.{sex}": MARK} if sex in {"M", "F"} else boxes


def _day(box: str, text: str, year_digits: int) -> Boxes:
    return {f"{box}.{part}": value for part, value in words.day_of(text, year_digits).items()}


def _phone(box: str, digits: str) -> Boxes:
    return {f"{box}.area": digits[:3], box: digits[3:]} if digits else {}


def _condition(snapshot: Snapshot) -> Boxes:
    """21 and 22: what the visit was about and what the payer said before."""
    claim = snapshot["claim"]
    boxes = {
        "21.indicator": _ICD_10,
        **{
            f"21.{chr(ord('A') + place)}": words.plain(diagnosis["code"])
            for place, diagnosis in enumerate(snapshot["diagnoses"][:MOST_DIAGNOSES])
        },
    }
    if claim["frequency_code"] != _ORIGINAL:
        boxes["22.code"] = claim["frequency_code"]
        boxes["22.reference"] = words.plain(claim["original_reference_number"])
    return boxes


def _office(snapshot: Snapshot) -> Boxes:
    """25 to 27, 31 to 33: who bills, where it was done, who signed."""
    billing, facility = snapshot["billing_provider"], snapshot["facility"]
    phone = billing["phone"]
    boxes = {
        "25": words.solid(billing["tax_id"]),
        f"25.{billing['tax_id_qualifier']}": MARK,
        "26": words.plain(snapshot["claim"]["control_number"]),
        "27.no" if snapshot["claim"].get("assignment_code") == _NOT_ASSIGNED else "27.yes": MARK,
        "31": ON_FILE,
        "33.phone.area": phone[:3],
        "33.phone": f"{phone[3:6]}-{phone[6:]}" if phone else "",
        "33.name": words.plain(billing["name"]),
        "33.street": words.street(billing),
        "33.city": words.city_line(billing),
        "33a": billing["npi"],
    }
    if billing.get("payer_provider_number"):
        boxes["33b"] = f"{_PAYERS_NUMBER}{words.plain(billing['payer_provider_number'])}"
    if facility["is_separate"]:
        boxes |= {
            "32.name": words.plain(facility["name"]),
            "32.street": words.street(facility),
            "32.city": words.city_line(facility),
            "32a": facility["npi"],
        }
    return boxes


def _lines(snapshot: Snapshot, lines: Sequence[Mapping[str, Any]]) -> Boxes:
    boxes: Boxes = {}
    for number, line in enumerate(lines, 1):
        box = f"24.{number}"
        boxes |= {
            f"{box}.shaded": shaded(line, _drug(line)),
            **_day(f"{box}.from", line["service_date_from"], 2),
            **_day(f"{box}.to", line["service_date_to"] or line["service_date_from"], 2),
            f"{box}.place": words.plain(line["place_of_service_code"]),
            f"{box}.code": words.plain(line["procedure_code"]),
            f"{box}.modifiers": words.plain(" ".join(line["modifiers"])),
            f"{box}.pointers": words.letters(line["pointers"]),
            f"{box}.charge": words.dollars_and_cents(Decimal(line["charge_amount"])),
            f"{box}.units": words.quantity(line["units"]),
            f"{box}.npi": snapshot["rendering_provider"]["npi"],
            **line_boxes(snapshot, line, box),
        }
        gave = line.get("rendering_provider") or snapshot["rendering_provider"]
        number_there = gave.get("payer_provider_number", "")
        if number_there and f"{box}.other" not in boxes:
            boxes[f"{box}.other.kind"] = _PAYERS_NUMBER
            boxes[f"{box}.other"] = words.plain(number_there)
    return boxes


def _drug(line: Mapping[str, Any]) -> str:
    """The drug's number, three blanks, unit and quantity."""
    if not (line["ndc_code"] and line["ndc_quantity"]):
        return ""
    quantity = words.quantity(line["ndc_quantity"])
    return f"N4{words.solid(line['ndc_code'])}   {words.plain(line['ndc_unit_code'])}{quantity}"


def _totals(
    snapshot: Snapshot, parts: Sequence[Sequence[Mapping[str, Any]]], number: int, totals: str
) -> Boxes:
    """28 and 29. What patient and other payers paid stands once: on the first form, or the last."""
    paid = Decimal(snapshot["claim"]["patient_paid_amount"])
    for other in snapshot.get("other_payers", ()):
        if other["decision"]:
            paid += Decimal(other["decision"]["paid_amount"])
    is_last = number == len(parts) - 1
    if totals == PaperTotals.LAST:
        if not is_last:
            return {"28": CONTINUED}
        charge = Decimal(snapshot["claim"]["charge_amount"])
    else:
        charge = sum((Decimal(line["charge_amount"]) for line in parts[number]), Decimal(0))
        paid = paid if number == 0 else Decimal(0)
    return {"28": words.dollars_and_cents(charge), "29": words.dollars_and_cents(paid)}


def _overlong(forms: Sequence[Boxes]) -> Iterator[Misfit]:
    """Each text that its box cannot hold; what stands alike on every form is told once."""
    for number, boxes in enumerate(forms, 1):
        for box, text in boxes.items():
            cell = CELLS[box]
            is_new = number == 1 or text != forms[0].get(box)
            if len(text) > cell.width and is_new:
                is_cut = cell.overflow == "cut"
                yield Misfit(number, box, text, MisfitKind.CUT if is_cut else MisfitKind.TOO_LONG)


def _fitted(boxes: Boxes) -> Boxes:
    """What is printed: nothing for an empty box, a name as far as it goes, never half a number."""
    return {
        box: text[: CELLS[box].width].rstrip()
        for box, text in boxes.items()
        if text and (len(text) <= CELLS[box].width or CELLS[box].overflow == "cut")
    }


def _spelling(snapshot: Snapshot) -> Iterator[Misfit]:
    """Names with a letter that has no likeness among A to Z would silently lose it."""
    people = {"2": snapshot["patient"], "4": snapshot["subscriber"]}
    for box, person in people.items():
        whole = f"{person['last_name']} {person['first_name']}"
        if not words.is_printable(whole):
            yield Misfit(1, box, whole, MisfitKind.LETTERS)


def _too_many(snapshot: Snapshot) -> Iterator[Misfit]:
    count = len(snapshot["diagnoses"])
    if count > MOST_DIAGNOSES:
        yield Misfit(1, "21.indicator", f"{count} diagnoses", MisfitKind.TOO_MANY)
