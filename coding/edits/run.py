"""The list of edits. A family that breaks must not hide the others: none of them raises."""

from coding.edits.anesthesia import check_anesthesia
from coding.edits.context import Context
from coding.edits.diagnoses import check_diagnoses
from coding.edits.globals import check_globals
from coding.edits.lines import check_encounter, check_lines
from coding.edits.modifiers import check_modifiers
from coding.edits.necessity import check_necessity
from coding.edits.pairs import check_pairs
from coding.edits.person import check_person
from coding.edits.reference import EditSettings, Reference
from coding.edits.relations import check_relations
from coding.edits.snapshot import EncounterFacts
from coding.edits.units import check_units
from coding.edits.visits import check_visits
from core.findings import Finding, Severity

_ORDER = {Severity.ERROR: 0, Severity.OVERRIDABLE: 1, Severity.WARNING: 2, Severity.INFORMATION: 3}
_FAMILIES = (
    check_diagnoses, check_relations, check_person, check_lines, check_modifiers, check_anesthesia,
    check_units, check_pairs, check_globals, check_visits, check_necessity, check_encounter,
)  # fmt: skip
_SAID_BY = {"GLOB-02": "NCCI-3", "ICD-08": "ICD-07"}
_DEFAULTS = EditSettings()


def run_edits(
    facts: EncounterFacts, reference: Reference, settings: EditSettings = _DEFAULTS
) -> list[Finding]:
    """Every finding on the encounter, the heaviest first."""
    context = Context(facts, reference, settings)
    found = [one for family in _FAMILIES for one in family(context)]
    return sorted(_once(found), key=lambda one: _ORDER[one.severity])


def _once(found: list[Finding]) -> list[Finding]:
    """What two rules find is said once: a visit beside a procedure by its pair and by its global
    period, a manifestation that stands first by its title and by its code-first note.
    """
    there = {(one.code, one.field) for one in found}
    return [one for one in found if (_SAID_BY.get(one.code, ""), one.field) not in there]
