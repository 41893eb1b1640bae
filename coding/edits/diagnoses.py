"""Each diagnosis for itself, and its place in the list (ICD-01 to 05, 07, 14 to 18, 21)."""

import re
from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import Context
from coding.edits.patterns import dotted, padded
from coding.edits.reference import IcdFacts
from coding.edits.snapshot import DiagnosisFacts
from core.findings import Finding, Severity

# Every code has a digit: a word of that length is no code.
SHAPE = re.compile(r"(?=.*[0-9])[A-Z][0-9A-Z]{2}[0-9A-Z]{0,4}", re.ASCII)
MOST = 12
_OFFERED = 4
_MANIFESTATION = re.compile(r"\bin (?:[a-z]+ )*diseases classified elsewhere")
# First-listed only (ICD-15); the list is yearly data, this is its start.
_FIRST_ONLY = (
    "Z00", "Z01", "Z02", "Z04", "Z3181", "Z3183", "Z3184", "Z332", "Z34", "Z38", "Z39", "Z40",
    "Z42", "Z510", "Z511", "Z52", "Z761", "Z762", "Z9912",
)  # fmt: skip
_NOT_FIRST_ONLY = ("Z006", "Z529")
# Never first-listed (ICD-16).
_SECOND_ONLY = ("Z3A", "Z66", "Z68", "Z79", "B95", "B96", "B97", *(f"Z{n}" for n in range(55, 66)))


def check_diagnoses(context: Context) -> Iterator[Finding]:
    """Every rule on the list as a whole and on each code."""
    diagnoses = context.facts.diagnoses
    if not diagnoses:
        yield finding("ICD-21", "Add at least one diagnosis.", "diagnoses")
    if len(diagnoses) > MOST:
        last = f"diagnosis:{diagnoses[-1].key}"
        message = f"{len(diagnoses)} diagnoses: a claim carries at most 12. Remove the least."
        yield finding("ICD-21", message, last, "remove")
    seen: set[str] = set()
    for place, diagnosis in enumerate(diagnoses):
        field = f"diagnosis:{diagnosis.key}"
        row = context.reference.icd.get(diagnosis.code)
        yield from _code(context, diagnosis, row, field)
        if diagnosis.code in seen:
            yield finding("ICD-17", f"{dotted(diagnosis.code)} is listed twice.", field, "remove")
        seen.add(diagnosis.code)
        yield from _place_in_list(context, diagnosis, row, place, field)


def _code(
    context: Context, diagnosis: DiagnosisFacts, row: IcdFacts | None, field: str
) -> Iterator[Finding]:
    code, source = diagnosis.code, context.reference.source("icd10cm", "no ICD-10-CM loaded")
    if not SHAPE.fullmatch(code):
        message = f"{dotted(code)} does not have the shape of a diagnosis code."
        yield finding("ICD-01", message, field, "remove")
    elif row is None:
        yield _unknown(context, code, field, source)
    elif not row.is_billable:
        rule, wants = ("ICD-04", "a seventh character") if _wants_seventh(row) else (
            "ICD-02", "more characters")  # fmt: skip
        below = ", ".join(dotted(child) for child in row.children[:_OFFERED])
        more = "…" if len(row.children) > _OFFERED else ""
        message = f"{dotted(code)} needs {wants}" + (f": {below}{more}" if below else ".")
        fix = "|".join(f"replace:{child}" for child in row.children[:_OFFERED])
        yield finding(rule, message, field, fix, source)


def _wants_seventh(row: IcdFacts) -> bool:
    """Whether all that is missing is the seventh character."""
    return bool(row.sevenths) and bool(row.children) and all(
        child[:6].rstrip("X").startswith(row.code) and child[:6] == f"{row.code:X<6}"
        for child in row.children
    )  # fmt: skip


def _unknown(context: Context, code: str, field: str, source: str) -> Finding:
    """A code that is not in the release: badly padded, badly extended, or simply none."""
    known = context.reference.icd
    for length in range(len(code) - 1, 2, -1):
        filled = padded(code[:length].rstrip("X"), code[-1])
        if filled != code and filled in known and set(code[length:-1]) <= {"X"}:
            message = f"{dotted(code)} must be filled with X: {dotted(filled)}."
            return finding("ICD-05", message, field, f"replace:{filled}", source)
    base = next(
        (known[code[:n]] for n in range(6, 2, -1) if n < len(code) and code[:n] in known), None
    )
    if base is not None and base.is_billable:
        message = f"{dotted(code)}: {dotted(base.code)} takes no further characters."
        return finding("ICD-04", message, field, f"replace:{base.code}", source)
    if base is not None and len(code) == 7 and base.sevenths and code[6] not in base.sevenths:
        allowed = ", ".join(sorted(base.sevenths))
        message = f"{dotted(code)}: the seventh character is one of {allowed}."
        fix = "|".join(f"replace:{child}" for child in base.children[:_OFFERED])
        return finding("ICD-04", message, field, fix, source)
    message = f"{dotted(code)} is no code on {context.facts.service_date_from:%m/%d/%Y}."
    return finding("ICD-03", message, field, "remove", source)


def _place_in_list(
    context: Context, diagnosis: DiagnosisFacts, row: IcdFacts | None, place: int, field: str
) -> Iterator[Finding]:
    code, is_first, move = diagnosis.code, place == 0, _behind(context, place)
    title = row.title.lower() if row else ""
    if is_first and _MANIFESTATION.search(title):
        message = f"{dotted(code)} is a manifestation: its cause goes first."
        yield finding("ICD-07", message, field, move, context.reference.source("icd10cm"))
    if is_first and code[:1] in "VWXY":
        message = f"{dotted(code)} is an external cause: the injury or condition goes first."
        yield finding("ICD-14", message, field, move)
    if not is_first and code.startswith(("Y92", "Y93")) and _is_later_episode(context):
        message = f"{dotted(code)}: place and activity are given at the first encounter only."
        yield finding("ICD-14", message, field, "remove", severity=Severity.WARNING)
    if is_first and code.startswith(_SECOND_ONLY):
        message = f"{dotted(code)} does not stand first: list the reason for the visit before it."
        yield finding("ICD-16", message, field, move)
    if is_first and _is_sequela(code):
        message = f"{dotted(code)} is a sequela: the condition it left goes first."
        yield finding("ICD-18", message, field, move)
    if not is_first and code.startswith(_FIRST_ONLY) and not code.startswith(_NOT_FIRST_ONLY):
        yield _first_only(context, code, field)


def never_stands_first(code: str, title: str) -> bool:
    """Whether a code is one that always stands behind another: a manifestation, an external cause,
    a status, a sequela (ICD-07, 14, 16, 18).
    """
    is_manifestation = _MANIFESTATION.search(title.lower()) is not None
    return (
        is_manifestation or code[:1] in "VWXY" or code.startswith(_SECOND_ONLY) or _is_sequela(code)
    )


def _behind(context: Context, place: int) -> str:
    """The fix that moves a code behind the next, where there is a next."""
    return "move_down" if place + 1 < len(context.codes) else ""


def _is_sequela(code: str) -> bool:
    return len(code) == 7 and code[0] in "ST" and code[6] == "S"


def _is_later_episode(context: Context) -> bool:
    injuries = [code for code in context.codes if code[0] in "ST" and len(code) == 7]
    return bool(injuries) and all(code[6] not in "ABC" for code in injuries)


def _first_only(context: Context, code: str, field: str) -> Finding:
    """Two encounters of one day coded together may each bring their own first (ICD-15)."""
    message = f"{dotted(code)} can only be listed first."
    first = context.codes[0]
    if first.startswith(_FIRST_ONLY) and not first.startswith(_NOT_FIRST_ONLY):
        message = f"{dotted(code)} and {dotted(first)} both go first: say why both were coded."
        return finding("ICD-15", message, field, "remove", severity=Severity.OVERRIDABLE)
    return finding("ICD-15", message, field, "move_first")
