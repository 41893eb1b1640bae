"""The boxes of a CMS-1500 that most claims leave empty, from the case and the claim data (B.4).

Pure, like `boxes.py`, which asks for them. A snapshot of schema 1 leaves them as they were.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from claims.claim_facts import case_in, clia_of, number_of, row_of, rows_of
from claims.paper import words
from claims.signatures import signed_in
from patients.signatures import BY_LAW, SIGNED

ON_FILE, RELEASED_BY_LAW = "SIGNATURE ON FILE", "RELEASED BY LAW"
Snapshot = Mapping[str, Any]
Boxes = dict[str, str]
MARK = "X"
_CAUSES = {"10a": "EM", "10b": "AA", "10c": "OA"}
_BOX_14 = (("431", "onset"), ("484", "lmp"))
_ACCIDENT = ("439", "accident")
_BOX_15 = (
    ("454", "initial_treatment"), ("304", "last_seen"), ("453", "acute"), ("455", "last_xray"),
    ("471", "prescription"), ("090", "assumed"), ("091", "relinquished"), ("444", "first_contact"),
)  # fmt: skip
_ROLES = (
    ("DN", "referring_provider"), ("DK", "ordering_provider"), ("DQ", "supervising_provider"),
)  # fmt: skip
_NUMBERS_OF_LINE = ("authorization", "referral", "mammography", "clia")
_BETWEEN = "   "  # three blanks part what stands in the shaded half of a line


def insured_boxes(snapshot: Snapshot) -> Boxes:
    """7: the address of a subscriber who is not the patient. 11b: the carrier's number."""
    subscriber, number = snapshot["subscriber"], case_in(snapshot).get("claim_number", "")
    boxes = {"11b": f"Y4 {words.plain(number)}"} if number else {}
    if subscriber["is_patient"] or not subscriber.get("address_line1"):
        return boxes
    return {
        **boxes,
        "7.street": words.street(subscriber),
        "7.city": words.plain(subscriber["city"]),
        "7.state": words.plain(subscriber["state_code"]),
        "7.zip": words.solid(subscriber["zip_code"]),
    }


def cause_boxes(snapshot: Snapshot) -> Boxes:
    """10a to 10d, and 14 to 16: what the visit comes from, and since when."""
    case, work = case_in(snapshot), row_of(snapshot, "work")
    causes = case.get("causes", ())
    boxes = {f"{box}.{'yes' if cause in causes else 'no'}": MARK for box, cause in _CAUSES.items()}
    boxes["10b.state"] = case.get("accident_state", "")
    boxes["10d"] = words.plain(" ".join(row_of(snapshot, "conditions").get("codes", ())))
    for box, found in (("14", _dates_of_14(snapshot)), ("15", _dates_of_15(snapshot))):
        for mark, _, day in found[:1]:
            boxes |= {f"{box}.qualifier": mark, **_day(box, day)}
    return boxes | _period("16", work.get("from", ""), work.get("to", ""))


def _dates_of_14(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    dates = row_of(snapshot, "dates")
    return [(mark, key, dates[key]) for mark, key in _BOX_14 if dates.get(key)]


def _dates_of_15(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Qualifier, name and day of each date that box 15 could hold."""
    dates, accident = row_of(snapshot, "dates"), case_in(snapshot).get("accident_date", "")
    found = [(mark, key, dates[key]) for mark, key in _BOX_15 if dates.get(key)]
    return [(*_ACCIDENT, accident), *found] if accident else found


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a box with room for one does not hold, besides the one that is `printed`."""

    box: str
    what: str
    printed: str
    others: tuple[str, ...]


def left_out(snapshot: Snapshot) -> Iterator[LeftOut]:
    """The boxes for which the claim has more than they hold."""
    for box, found in (("14", _dates_of_14(snapshot)), ("15", _dates_of_15(snapshot))):
        texts = [f"{key.replace('_', ' ')} {day}" for _, key, day in found]
        if len(texts) > 1:
            yield LeftOut(box, "date", texts[0], tuple(texts[1:]))
    people = [
        f"{mark} {words.plain(snapshot[role]['last_name'])}"
        for mark, role in _ROLES
        if snapshot.get(role)
    ]
    if len(people) > 1:
        yield LeftOut("17", "name", people[0], tuple(people[1:]))
    numbers = numbers_for_23(snapshot)
    if len(numbers) > 1:
        yield LeftOut("23", "number", numbers[0], tuple(numbers[1:]))


def visit_boxes(snapshot: Snapshot) -> Boxes:
    """17 to 20 and 23: who sent the patient, the hospital, remarks, what was bought, a number."""
    hospital = row_of(snapshot, "hospital")
    boxes = {
        **_sent_by(snapshot),
        **_period("18", hospital.get("admitted", ""), hospital.get("discharged", "")),
        "19": _remarks(snapshot),
        **_bought(snapshot),
    }
    numbers = numbers_for_23(snapshot)
    if numbers:
        boxes["23"] = words.plain(numbers[0])
    return boxes


def numbers_for_23(snapshot: Snapshot) -> list[str]:
    """Every number that box 23 could hold, those of single lines last; it holds one, the first."""
    found = [
        number_of(snapshot, "authorization"),
        number_of(snapshot, "referral"),
        row_of(snapshot, "numbers").get("mammography", ""),
        clia_of(snapshot),
    ]
    for line in snapshot["lines"]:
        numbers = row_of(line, "numbers")
        found += [numbers.get(key, "") for key in _NUMBERS_OF_LINE]
    return list(dict.fromkeys(filter(None, found)))


def signature_boxes(snapshot: Snapshot) -> Boxes:
    """12 and 13: what is on file, and since when; a release by law says so."""
    signed = signed_in(snapshot)
    boxes: Boxes = {}
    if signed.benefits_code == SIGNED:
        boxes["13"] = ON_FILE
    if signed.release_code == BY_LAW:
        return {**boxes, "12": RELEASED_BY_LAW}
    return {**boxes, "12": ON_FILE, "12.date": words.written_day(signed.release_on)}


def office_boxes(snapshot: Snapshot) -> Boxes:
    """27, 31 where they are not as usual, and the other numbers of 32b and 33b."""
    signed, numbers = row_of(snapshot, "signatures"), row_of(snapshot, "payer")
    boxes: Boxes = {}
    if signed.get("provider", "Y") != "Y":
        boxes["31"] = ""
    if signed.get("assignment", "A") == "C":
        boxes |= {"27.yes": "", "27.no": MARK}
    if numbers.get("provider"):
        boxes["33b"] = f"G2{words.solid(numbers['provider'])}"
    for row in _numbers(snapshot, "facility"):
        boxes["32b"] = f"{row['kind']}{words.solid(row['number'])}"
    seller = next((line["purchased_from"] for line in _bought_lines(snapshot)), None)
    if seller:
        boxes |= {
            "32.name": words.plain(seller["name"]),
            "32.street": words.street(seller),
            "32.city": words.city_line(seller),
            "32a": seller["npi"],
        }
    return boxes


def line_boxes(snapshot: Snapshot, line: Snapshot, box: str) -> Boxes:
    """24C, 24H, 24I and 24J of a line, and who gave it where that is not the claim's provider."""
    marks, rendering = row_of(line, "marks"), line.get("rendering_provider")
    boxes = {f"{box}.emergency": "Y"} if marks.get("emergency") else {}
    if marks.get("epsdt") or marks.get("family_planning"):
        boxes[f"{box}.epsdt"] = "Y" if marks.get("epsdt") else "F"
    if rendering:
        boxes[f"{box}.npi"] = rendering["npi"]
        return boxes
    for row in _numbers(snapshot, "rendering"):
        boxes |= {f"{box}.other.kind": row["kind"], f"{box}.other": words.solid(row["number"])}
    return boxes


def shaded(line: Snapshot, drug: str) -> str:
    """The shaded half of a line: the drug, times of anesthesia, what was done in words."""
    times, marks, note = row_of(line, "anesthesia"), row_of(line, "marks"), row_of(line, "notes")
    parts = [drug]
    if times.get("start") and times.get("stop"):
        start, stop = (times[key].replace(":", "") for key in ("start", "stop"))
        parts.append(f"7BEGIN {start} END {stop}")
    told = marks.get("description") or note.get("text", "")
    if told:
        parts.append(f"ZZ{words.plain(told)}")
    return _BETWEEN.join(filter(None, parts))


def _sent_by(snapshot: Snapshot) -> Boxes:
    for mark, role in _ROLES:
        provider = snapshot.get(role)
        if not provider:
            continue
        who = words.plain(f"{provider['first_name']} {provider['last_name']}")
        boxes = {"17.qualifier": mark, "17": who, "17b": provider["npi"]}
        for row in _numbers(snapshot, role.removesuffix("_provider")):
            boxes |= {"17a.kind": row["kind"], "17a": words.solid(row["number"])}
        return boxes
    return {}


def _remarks(snapshot: Snapshot) -> str:
    parts = [words.plain(row_of(snapshot, "notes").get("text", ""))]
    parts += [
        f"PWK{row['type']}{row['way']}"
        + (f"AC{words.solid(row['number'])}" if "number" in row else "")
        for row in rows_of(snapshot, "attachments")
    ]
    return _BETWEEN.join(filter(None, parts))


def _bought_lines(snapshot: Snapshot) -> Iterator[Snapshot]:
    return (line for line in snapshot["lines"] if line.get("purchased_from"))


def _bought(snapshot: Snapshot) -> Boxes:
    lines = list(_bought_lines(snapshot))
    if not lines:
        return {"20.no": MARK}
    amounts = [Decimal(row_of(line, "purchased").get("amount", "0")) for line in lines]
    return {"20.yes": MARK, "20.charge": words.dollars_and_cents(sum(amounts, Decimal(0)))}


def _numbers(snapshot: Snapshot, whose: str) -> Sequence[Mapping[str, Any]]:
    """The one number of a provider for which the form has room."""
    rows = rows_of(snapshot, "provider_numbers")
    return [row for row in rows if row["whose"] == whose][:1]


def _day(box: str, text: str) -> Boxes:
    return {f"{box}.{part}": value for part, value in words.day_of(text, 4).items()}


def _period(box: str, first: str, last: str) -> Boxes:
    boxes = _day(f"{box}.from", first) if first else {}
    return boxes | (_day(f"{box}.to", last) if last else {})
