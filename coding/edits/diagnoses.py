"""Rules on the diagnosis list (domain A.2)."""

import re
from collections.abc import Iterator

from coding.edits.snapshot import DiagnosisFacts, EncounterFacts
from core.findings import Finding, Severity

# Every code has a digit: a word of that length is no code.
SHAPE = re.compile(r"(?=.*[0-9])[A-Z][0-9A-Z]{2}[0-9A-Z]{0,4}", re.ASCII)
MOST = 12
_MANIFESTATION = re.compile(r"\bin (?:[a-z]+ )*diseases classified elsewhere")
# First-listed only (ICD-15); the list is yearly data, this is its start.
_FIRST_ONLY = (
    "Z00", "Z01", "Z02", "Z04", "Z3181", "Z3183", "Z3184", "Z332", "Z34", "Z38", "Z39", "Z40",
    "Z42", "Z510", "Z511", "Z52", "Z761", "Z762", "Z9912",
)  # fmt: skip
_NOT_FIRST_ONLY = ("Z006", "Z529")
_UNCOMPLICATED = frozenset({"E089", "E099", "E109", "E119", "E139"})
# Never first-listed (ICD-16).
_SECOND_ONLY = ("Z3A", "Z66", "Z68", "Z79", "B95", "B96", "B97", *(f"Z{n}" for n in range(55, 66)))


def dotted(code: str) -> str:
    """A code as it is shown."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def check_diagnoses(facts: EncounterFacts) -> Iterator[Finding]:
    """Every rule on the list as a whole and on each code."""
    source = facts.icd_release
    if not facts.diagnoses:
        yield Finding("ICD-21", Severity.ERROR, "Add at least one diagnosis.", "diagnoses")
    if len(facts.diagnoses) > MOST:
        message = f"{len(facts.diagnoses)} diagnoses: a claim carries at most 12."
        yield Finding("ICD-21", Severity.ERROR, message, "diagnoses", source="837P HI, box 21")
    seen: set[str] = set()
    for place, diagnosis in enumerate(facts.diagnoses):
        field = f"diagnosis:{diagnosis.key}"
        yield from _code(diagnosis, field, source)
        if diagnosis.code in seen:
            message = f"{dotted(diagnosis.code)} is listed twice."
            yield Finding("ICD-17", Severity.ERROR, message, field, "remove")
        seen.add(diagnosis.code)
        yield from _place_in_list(diagnosis, place, field, source)
    yield from _presumed_links(facts)


def _code(diagnosis: DiagnosisFacts, field: str, source: str) -> Iterator[Finding]:
    code = dotted(diagnosis.code)
    if not SHAPE.fullmatch(diagnosis.code):
        message = f"{code} does not have the shape of a diagnosis code."
        yield Finding("ICD-01", Severity.ERROR, message, field)
    elif not diagnosis.is_known:
        message = f"{code} is no code on the date of service."
        yield Finding("ICD-03", Severity.ERROR, message, field, source=source)
    elif not diagnosis.is_billable:
        below = ", ".join(dotted(child) for child in diagnosis.children[:4])
        message = f"{code} needs more characters" + (f": {below}…" if below else ".")
        fix = "|".join(f"replace:{child}" for child in diagnosis.children[:4])
        yield Finding("ICD-02", Severity.ERROR, message, field, fix, source)


def _place_in_list(
    diagnosis: DiagnosisFacts, place: int, field: str, source: str
) -> Iterator[Finding]:
    code, is_first = diagnosis.code, place == 0
    if is_first and _MANIFESTATION.search(diagnosis.title.lower()):
        message = f"{dotted(code)} is a manifestation: its cause goes first."
        yield Finding("ICD-07", Severity.ERROR, message, field, "move_down", source)
    if is_first and code[:1] in "VWXY":
        message = f"{dotted(code)} is an external cause: the injury or condition goes first."
        yield Finding("ICD-14", Severity.ERROR, message, field, "move_down", source)
    if is_first and code.startswith(_SECOND_ONLY):
        message = f"{dotted(code)} does not stand first: list the reason for the visit before it."
        yield Finding("ICD-16", Severity.OVERRIDABLE, message, field, "move_down", source)
    if is_first and len(code) == 7 and code[0] in "ST" and code[6] == "S":
        message = f"{dotted(code)} is a sequela: the condition it left goes first."
        yield Finding("ICD-18", Severity.WARNING, message, field, "move_down", source)
    if not is_first and code.startswith(_FIRST_ONLY) and not code.startswith(_NOT_FIRST_ONLY):
        message = f"{dotted(code)} can only be listed first."
        yield Finding("ICD-15", Severity.ERROR, message, field, "move_first", source)


def _presumed_links(facts: EncounterFacts) -> Iterator[Finding]:
    """Pairs that the classification joins in one code (ICD-20)."""
    codes = [diagnosis.code for diagnosis in facts.diagnoses]
    guideline = "guidelines I.C.4.a and I.C.9.a"
    for diagnosis in facts.diagnoses:
        field, code = f"diagnosis:{diagnosis.key}", diagnosis.code
        if code == "I10" and any(other.startswith("I50") for other in codes):
            message = "I10 with heart failure: the classification presumes I11.0."
            yield Finding("ICD-20", Severity.WARNING, message, field, "replace:I110", guideline)
        elif code == "I10" and (kidney := [other for other in codes if other.startswith("N18")]):
            joined = "I120" if kidney[0] in {"N185", "N186"} else "I129"
            message = f"I10 with kidney disease: the classification presumes {dotted(joined)}."
            fix = f"replace:{joined}"
            yield Finding("ICD-20", Severity.WARNING, message, field, fix, guideline)
        elif code in _UNCOMPLICATED and _has_complication(code, codes):
            message = f"{dotted(code)} says no complication, and one of the same kind is listed."
            yield Finding("ICD-20", Severity.WARNING, message, field, "remove", guideline)


def _has_complication(code: str, codes: list[str]) -> bool:
    return any(other.startswith(code[:3]) and other not in _UNCOMPLICATED for other in codes)
