"""Rules on the charge lines: code, modifiers, units, pointers, dates (domain A.3 to A.5)."""

from collections.abc import Iterator
from decimal import Decimal

from coding.edits.diagnoses import dotted
from coding.edits.snapshot import EncounterFacts, LineFacts
from core.findings import Finding, Severity

MOST_POINTERS, MOST_MODIFIERS = 4, 4
MOST_UNITS = Decimal("999.9")
# Modifiers that say the opposite of each other, or the same in two ways.
_EXCLUSIVE = (
    ("GA", "GZ"), ("JW", "JZ"), ("26", "TC"),
    ("59", "XE"), ("59", "XS"), ("59", "XP"), ("59", "XU"),
)  # fmt: skip
# Waived tests that are billed with QW; the numbers are of CMS's list of waived tests, its start.
WAIVED_WITH_QW = frozenset({
    "80305", "81003", "82274", "83036", "85018", "86308", "86318", "87426", "87428", "87502",
    "87635", "87637", "87651", "87804", "87807", "87808", "87809", "87811", "87880", "87899",
})  # fmt: skip


def check_lines(facts: EncounterFacts) -> Iterator[Finding]:
    """Every rule on every line, and on the lines as a whole."""
    if not facts.lines:
        yield Finding("LINE-01", Severity.ERROR, "Add at least one charge line.", "lines")
    known = {diagnosis.key for diagnosis in facts.diagnoses}
    pointed: set[int] = set()
    for line in facts.lines:
        pointed |= set(line.pointers)
        yield from _code(line)
        yield from _pointers(line, known)
        yield from _dates(line, facts)
        yield from _laboratory(line, facts)
    if facts.lines:
        for diagnosis in facts.diagnoses:
            if diagnosis.key not in pointed:
                message = f"No line points to {dotted(diagnosis.code)}."
                field = f"diagnosis:{diagnosis.key}"
                yield Finding(
                    "PTR-04", Severity.WARNING, message, field, "point_here", "domain A.3"
                )


def _code(line: LineFacts) -> Iterator[Finding]:
    field, name = f"line:{line.key}", f"Line {line.position}, {line.procedure_code}"
    if not line.is_in_charge_master:
        message = f"{name}: not in the charge master on the date of service."
        yield Finding("LINE-02", Severity.ERROR, message, field, source="charge master")
    elif not line.has_fee:
        message = f"{name}: no fee schedule has a price for it. Type one: $150."
        yield Finding("LINE-03", Severity.ERROR, message, field, source="fee schedule")
    if len(line.modifiers) > MOST_MODIFIERS:
        message = f"{name}: a line takes at most four modifiers."
        yield Finding("MOD-01", Severity.ERROR, message, field, source="837P SV101")
    if len(set(line.modifiers)) != len(line.modifiers):
        message = f"{name}: a modifier is there twice."
        yield Finding("MOD-02", Severity.ERROR, message, field, "drop_repeated_modifier")
    for one, other in _EXCLUSIVE:
        if {one, other} <= set(line.modifiers):
            message = f"{name}: {one} and {other} exclude each other."
            yield Finding("MOD-03", Severity.ERROR, message, field, source="domain A.4")
    if not 0 < line.units <= MOST_UNITS:
        message = f"{name}: units must be more than 0 and at most 999.9."
        yield Finding("UNIT-01", Severity.ERROR, message, field)
    if line.charge_amount < 0:
        message = f"{name}: a charge is not negative."
        yield Finding("LINE-04", Severity.ERROR, message, field)


def _pointers(line: LineFacts, known: set[int]) -> Iterator[Finding]:
    field, name = f"line:{line.key}", f"Line {line.position}"
    if not line.pointers:
        message = f"{name} points to no diagnosis."
        yield Finding("PTR-01", Severity.ERROR, message, field, "point_to_all", "837P SV107")
    if set(line.pointers) - known:
        message = f"{name} points to a diagnosis that is not there."
        yield Finding("PTR-02", Severity.ERROR, message, field, "point_to_all", "837P SV107")
    if len(line.pointers) > MOST_POINTERS or len(set(line.pointers)) != len(line.pointers):
        message = f"{name} points to more than four diagnoses, or to one twice."
        yield Finding("PTR-03", Severity.ERROR, message, field, "point_to_all", "837P SV107")


def _dates(line: LineFacts, facts: EncounterFacts) -> Iterator[Finding]:
    if line.service_date_to < line.service_date_from:
        message = f"Line {line.position} ends before it begins."
        yield Finding("DATE-01", Severity.ERROR, message, f"line:{line.key}")
    if line.service_date_from < facts.patient_birth_date:
        message = f"Line {line.position} is before the patient's birth."
        yield Finding("DATE-02", Severity.ERROR, message, f"line:{line.key}", source="CARC 14")
    place = line.place_of_service_code
    if place and facts.known_places and place not in facts.known_places:
        message = f"Line {line.position}: {place} is no place of service."
        yield Finding("POS-01", Severity.ERROR, message, f"line:{line.key}")


def _laboratory(line: LineFacts, facts: EncounterFacts) -> Iterator[Finding]:
    needs = facts.is_waiver_laboratory and line.procedure_code in WAIVED_WITH_QW
    if needs and "QW" not in line.modifiers:
        message = f"Line {line.position}: {line.procedure_code} needs modifier QW here."
        source = "This site holds a CLIA certificate of waiver, domain A.4"
        yield Finding(
            "CLIA-01", Severity.ERROR, message, f"line:{line.key}", "add_modifier:QW", source
        )
