"""The list of edits. A family that breaks must not hide the others: none of them raises."""

from coding.edits.diagnoses import check_diagnoses
from coding.edits.lines import check_lines
from coding.edits.snapshot import EncounterFacts
from core.findings import Finding, Severity

_ORDER = {Severity.ERROR: 0, Severity.OVERRIDABLE: 1, Severity.WARNING: 2, Severity.INFORMATION: 3}


def run_edits(facts: EncounterFacts) -> list[Finding]:
    """Every finding on the encounter, the heaviest first."""
    found = [*check_diagnoses(facts), *check_lines(facts), *_encounter(facts)]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])


def _encounter(facts: EncounterFacts) -> list[Finding]:
    found: list[Finding] = []
    if not facts.has_note:
        message = "There is no clinical note: nothing supports these codes yet."
        found.append(Finding("NOTE-01", Severity.WARNING, message, "note"))
    if facts.known_places and facts.place_of_service_code not in facts.known_places:
        message = f"{facts.place_of_service_code} is no place of service."
        found.append(Finding("POS-01", Severity.ERROR, message, "encounter"))
    return found
