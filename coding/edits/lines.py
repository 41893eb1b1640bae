"""Rules on each charge line: code, pointers, dates, place, laboratory (domain A.1, A.3, A.9)."""

from collections.abc import Iterator
from datetime import date

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.edits.families import (
    ESTABLISHED_FOR,
    NEW_FOR,
    PLACE_RULES,
    PREVENTIVE,
    is_face_to_face,
    is_unlisted,
)  # fmt: skip
from coding.edits.patterns import dotted
from coding.edits.snapshot import EncounterFacts, LineFacts
from core.findings import Finding

MOST_POINTERS = 4
REPORTING_ONLY = "99024"
_TELEHEALTH, _TELEHEALTH_PLACES = frozenset({"93", "95", "GT", "GQ"}), frozenset({"02", "10"})


def check_lines(context: Context) -> Iterator[Finding]:
    """Every rule on every line, and on the lines as a whole."""
    facts = context.facts
    if not facts.lines:
        yield finding("LINE-01", "Add at least one charge line.", "lines")
    pointed: set[int] = set()
    for line in facts.lines:
        pointed |= set(line.pointers)
        yield from _code(context, line)
        yield from _pointers(context, line)
        yield from _dates(context, line)
        yield from _place(context, line)
        yield from _telehealth(context, line)
        yield from _laboratory(context, line)
        yield from _new_patient(context, line)
    if facts.lines:
        for diagnosis in facts.diagnoses:
            if diagnosis.key not in pointed:
                message = f"No line points to {dotted(diagnosis.code)}."
                yield finding("PTR-04", message, f"diagnosis:{diagnosis.key}", "point_here|remove")


def _code(context: Context, line: LineFacts) -> Iterator[Finding]:
    field, name, code = on_line(line), named(line), line.procedure_code
    if not line.is_in_charge_master:
        message = f"{name}: not in the charge master on the date of service."
        yield finding("LINE-02", message, field, "remove_line")
    elif not line.has_fee:
        message = f"{name}: no fee schedule has a price for it. Type one: $150."
        yield finding("LINE-03", message, field)
    if line.charge_amount < 0:
        yield finding("LINE-04", f"{name}: a charge is not negative.", field)
    ended = context.reference.ended_codes.get(code)
    if ended is not None and ended < line.service_date_from:
        message = f"{name}: the code ended on {ended:%m/%d/%Y}. Use the one that follows it."
        yield finding("LINE-05", message, field, "remove_line")
    if is_unlisted(code) and not line.description:
        message = f"{name}: an unlisted code. Say in the description what was done."
        yield finding("LINE-06", message, field)
    if code == REPORTING_ONLY and line.charge_amount > 0:
        message = f"{name}: the post-operative visit is for the record only; its charge is 0."
        yield finding("LINE-07", message, field, "fee:0")
    yield from _preventive(context, line)


def _preventive(context: Context, line: LineFacts) -> Iterator[Finding]:
    for column in (1, 2):
        if line.procedure_code in {row[column] for row in PREVENTIVE}:
            age = context.age_on(line)
            right = [row[column] for row in PREVENTIVE if row[0] <= age][-1]
            if right != line.procedure_code:
                message = f"{named(line)}: at age {age} the preventive visit is {right}."
                yield finding("LINE-08", message, on_line(line), f"replace_code:{right}")


def _pointers(context: Context, line: LineFacts) -> Iterator[Finding]:
    field, name, known = on_line(line), f"Line {line.position}", context.diagnosis_of.keys()
    if not line.pointers:
        yield finding("PTR-01", f"{name} points to no diagnosis.", field, "point_to_all")
    if set(line.pointers) - known:
        message = f"{name} points to a diagnosis that is not there."
        yield finding("PTR-02", message, field, "point_to_all")
    if len(line.pointers) > MOST_POINTERS or len(set(line.pointers)) != len(line.pointers):
        message = f"{name} points to more than four diagnoses, or to one twice."
        yield finding("PTR-03", message, field, "point_to_all")


def _dates(context: Context, line: LineFacts) -> Iterator[Finding]:
    field = on_line(line)
    if line.service_date_to < line.service_date_from:
        yield finding("DATE-01", f"Line {line.position} ends before it begins.", field)
    if line.service_date_from < context.facts.patient_birth_date:
        yield finding("DATE-02", f"Line {line.position} is before the patient's birth.", field)


def _place(context: Context, line: LineFacts) -> Iterator[Finding]:
    places, own = context.reference.places, line.place_of_service_code
    if own and places and own not in places:
        message = f"Line {line.position}: {own} is no place of service."
        yield finding("POS-01", message, on_line(line), "place:")
    place = context.place_of(line)
    for rule in PLACE_RULES:
        inside = len(line.procedure_code) == 5 and rule.first <= line.procedure_code <= rule.last
        if inside and (place in rule.places) != rule.is_allowed:
            where = f"is done at {', '.join(sorted(rule.places))}" if rule.is_allowed else (
                f"is not done at place {place}")  # fmt: skip
            message = f"{named(line)}: {rule.what} {where}; here the place is {place}."
            visit = context.facts.place_of_service_code
            own_is_wrong = own and (visit in rule.places) == rule.is_allowed
            yield finding("POS-02", message, on_line(line), "place:" if own_is_wrong else "")


def _telehealth(context: Context, line: LineFacts) -> Iterator[Finding]:
    said = _TELEHEALTH & set(line.modifiers)
    if context.is_medicare and "GT" in said:
        message = f"{named(line)}: Medicare takes no GT on a professional claim."
        yield finding("TEL-01", message, on_line(line), "remove_modifier:GT")
    if context.is_medicare and "98000" <= line.procedure_code <= "98016":
        message = f"{named(line)}: Medicare takes no 98000 code; bill the office visit."
        yield finding("TEL-02", message, on_line(line), "remove_line")
    for modifier in sorted(said):
        if context.place_of(line) not in _TELEHEALTH_PLACES:
            message = f"{named(line)}: {modifier} says telehealth; the place would be 02 or 10."
            yield finding("TEL-03", message, on_line(line), f"remove_modifier:{modifier}|place:10")


def _laboratory(context: Context, line: LineFacts) -> Iterator[Finding]:
    waived = context.reference.waived_with_qw
    if not context.facts.is_waiver_laboratory or line.procedure_code not in waived:
        return
    if "QW" not in line.modifiers:
        message = f"{named(line)}: needs modifier QW, this site holds a certificate of waiver."
        yield finding("CLIA-01", message, on_line(line), "add_modifier:QW",
                      context.reference.source("clia"))  # fmt: skip


def _new_patient(context: Context, line: LineFacts) -> Iterator[Finding]:
    """New is who was not seen within three years by the same specialty here (domain A.10)."""
    code, facts = line.procedure_code, context.facts
    if code not in ESTABLISHED_FOR and code not in NEW_FOR:
        return
    last = last_seen(facts, line.service_date_from)
    if last is None:
        return  # nothing on record: the record may be younger than the patient
    limit, field = three_years_before(line.service_date_from), on_line(line)
    if code in ESTABLISHED_FOR and last > limit:
        right = ESTABLISHED_FOR[code]
        message = f"{named(line)}: seen on {last:%m/%d/%Y}, so not new; {right} is the same level."
        yield finding("NEW-01", message, field, f"replace_code:{right}")
    elif code in ESTABLISHED_FOR and last == limit:
        message = f"{named(line)}: last seen three years ago to the day. Look whether still new."
        yield finding("NEW-02", message, field)
    elif code in NEW_FOR and last < limit and code != "99211":
        right = NEW_FOR[code]
        message = (
            f"{named(line)}: last seen on {last:%m/%d/%Y}, more than three years ago; {right}."
        )
        yield finding("NEW-02", message, field, f"replace_code:{right}")


def last_seen(facts: EncounterFacts, before: date) -> date | None:
    """When the same specialty here last met the patient before a day; None: not on record."""
    return max(
        (
            earlier.service_date
            for earlier in facts.earlier
            if earlier.specialty_code == facts.specialty_code
            and earlier.service_date < before
            and is_face_to_face(earlier.procedure_code, earlier.modifiers)
        ),
        default=None,
    )


def three_years_before(day: date) -> date:
    """The same day three years before; the 29th of February becomes the 28th."""
    year = day.year - 3
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(year, 2, 28) if is_leap_day else day.replace(year=year)


def check_encounter(context: Context) -> Iterator[Finding]:
    """What concerns the visit as a whole."""
    facts = context.facts
    if not facts.has_note:
        message = "There is no signed clinical note: nothing supports these codes yet."
        yield finding("NOTE-01", message, "note")
    if context.reference.places and facts.place_of_service_code not in context.reference.places:
        message = f"{facts.place_of_service_code} is no place of service."
        yield finding("POS-01", message, "encounter")
