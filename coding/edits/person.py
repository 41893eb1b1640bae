"""Diagnoses against the patient: age, sex, side, pregnancy, what is open (ICD-10 to 13, 19)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from coding.edits.catalogue import finding
from coding.edits.context import SIDES, Context, named, on_line, years
from coding.edits.patterns import dotted
from coding.edits.reference import Audience, IcdFacts
from core.findings import Finding, Severity

_PLURAL = re.compile(r"(?<=[a-z])s\b")
_SIDE_WORDS = re.compile(r"\b(right|left|bilateral)\b")
_UNSPECIFIED_SIDE = re.compile(
    r"unspecified (?:side|ear|eye|knee|hip|shoulder|elbow|wrist|hand|finger|ankle|foot|toe|limb|"
    r"upper limb|lower limb|arm|leg|breast|joint|site|forearm|upper arm|lower leg|thigh|eyelid|"
    r"lower extremity|upper extremity|ovary|kidney|lung)"
)
_UNSPECIFIED = re.compile(r"\bunspecified\b|\bnos\b")
_TRIMESTER = re.compile(r"\b(first|second|third) trimester\b")
_ORDER = {"first": 1, "second": 2, "third": 3}


def check_person(context: Context) -> Iterator[Finding]:
    """Every rule on how a diagnosis fits the patient and the line that points to it."""
    age = years(context.facts.patient_birth_date, context.facts.service_date_from)
    for _, diagnosis, row in context.icd:
        field = f"diagnosis:{diagnosis.key}"
        yield from _audience(context, row, age, field)
        yield from _left_open(context, row, field)
    yield from _both_sides(context)
    yield from _sides_of_lines(context)
    yield from _pregnancy(context)
    if context.facts.uncertain_words:
        words = ", ".join(context.facts.uncertain_words)
        message = f"The note says {words}: what is only suspected is not coded."
        yield finding("ICD-22", message, "note")


def _audience(context: Context, row: IcdFacts, age: int, field: str) -> Iterator[Finding]:
    """Warnings only: a condition of birth may last, and administrative sex may be unknown."""
    for rule, audience in clashes(row, age, context.facts.patient_sex):
        message = f"{dotted(row.code)} is for {audience.words}; the patient is {age}."
        if rule == "ICD-12":
            message = f"{dotted(row.code)} is for {audience.words}: check the record, or add KX."
        if rule == "ICD-11" or not _has_kx(context):
            yield finding(rule, message, field, "remove")


def clashes(row: IcdFacts, age: int, sex: str) -> Iterator[tuple[str, Audience]]:
    """Whom a code fits where that is not the patient: by age (ICD-11), by sex (ICD-12)."""
    for audience in row.audiences:
        is_too_young = audience.age_from is not None and age < audience.age_from
        is_too_old = audience.age_to is not None and age > audience.age_to
        if is_too_young or is_too_old:
            yield "ICD-11", audience
        if audience.sex and sex in {"F", "M"} - {audience.sex}:
            yield "ICD-12", audience


def _has_kx(context: Context) -> bool:
    return any("KX" in line.modifiers for line in context.facts.lines)


def side_of(title: str) -> str:
    """right, left or bilateral, where a title says just one of them; else nothing."""
    said = set(_SIDE_WORDS.findall(title.lower()))
    return said.pop() if len(said) == 1 else ""


@lru_cache(maxsize=20_000)
def _bare(title: str) -> str:
    """A title without its side, to know codes that differ by it only."""
    bare = _SIDE_WORDS.sub("*", _UNSPECIFIED_SIDE.sub(_starred, title.lower()))
    return _PLURAL.sub("", bare)  # "bilateral upper limbs"


def _starred(found: re.Match[str]) -> str:
    return "* " + found[0].removeprefix("unspecified ")


def _left_open(context: Context, row: IcdFacts, field: str) -> Iterator[Finding]:
    title = row.title.lower()
    if not _UNSPECIFIED.search(title):
        return
    sided = [code for code, name in row.siblings
             if side_of(name) and _bare(name) == _bare(row.title)]  # fmt: skip
    if sided and _UNSPECIFIED_SIDE.search(title):
        message = f"{dotted(row.code)} leaves the side open: {_some(sided)}."
        fix = "|".join(f"replace:{code}" for code in sided[:3])
        yield finding("ICD-10", message, field, fix, context.reference.source("icd10cm"))
        return
    specific = [code for code, name in row.siblings if not _UNSPECIFIED.search(name.lower())]
    if specific:
        must = row.code.startswith(context.settings.specific_codes or ("-",))
        message = f"{dotted(row.code)} is unspecified. If the note says more: {_some(specific)}."
        fix = "|".join(f"replace:{code}" for code in specific[:3])
        yield finding(
            "ICD-13",
            message,
            field,
            fix,
            context.reference.source("icd10cm"),
            severity=Severity.OVERRIDABLE if must else None,
        )


def _some(codes: list[str]) -> str:
    return ", ".join(dotted(code) for code in codes[:3]) + ("…" if len(codes) > 3 else "")


def _both_sides(context: Context) -> Iterator[Finding]:
    rights: dict[str, IcdFacts] = {}
    lefts: dict[str, IcdFacts] = {}
    for _, _, row in context.icd:
        {"right": rights, "left": lefts}.get(side_of(row.title), {})[_bare(row.title)] = row
    keys = {diagnosis.code: diagnosis.key for diagnosis in context.facts.diagnoses}
    for bare in rights.keys() & lefts.keys():
        right, left = rights[bare], lefts[bare]
        both = [code for code, name in right.siblings
                if side_of(name) == "bilateral" and _bare(name) == bare]  # fmt: skip
        if both:
            message = (
                f"{dotted(right.code)} and {dotted(left.code)}: "
                f"one code says both sides, {dotted(both[0])}."
            )
            fix = f"join:{right.code}+{left.code}={both[0]}"
            yield finding("ICD-10", message, f"diagnosis:{keys[right.code]}", fix)


def _sides_of_lines(context: Context) -> Iterator[Finding]:
    for line in context.facts.lines:
        said = SIDES & set(line.modifiers)
        first = next(context.pointed(line), None)
        row = context.reference.icd.get(first.code) if first else None
        if len(said) != 1 or row is None:
            continue
        (modifier,) = said
        meant = {"right": "RT", "left": "LT"}.get(side_of(row.title))
        if meant and meant != modifier:
            message = f"{named(line)}: {modifier}, but {dotted(row.code)} is the other side."
            fix = f"swap_modifier:{modifier}>{meant}"
            yield finding("ICD-10", message, on_line(line), fix)


def _pregnancy(context: Context) -> Iterator[Finding]:
    codes = context.codes
    pregnancy = [place for place, code in enumerate(codes) if code[0] == "O"]
    if not pregnancy:
        return
    keys = [diagnosis.key for diagnosis in context.facts.diagnoses]
    if codes[0][0] != "O" and codes[0][0] not in "VWXY" and not codes[0].startswith("Z3A"):
        code = codes[pregnancy[0]]
        message = f"{dotted(code)}: a code of pregnancy goes before those of other chapters."
        yield finding("ICD-19", message, f"diagnosis:{keys[pregnancy[0]]}", "move_first",
                      severity=Severity.WARNING)  # fmt: skip
    for place, code in enumerate(codes):
        if code == "Z331":
            message = "Z33.1 says that the pregnancy is incidental; a chapter 15 code is listed."
            yield finding("ICD-19", message, f"diagnosis:{keys[place]}", "remove",
                          severity=Severity.OVERRIDABLE)  # fmt: skip
    yield from _trimesters(context)


def trimester(days: int) -> int:
    """1 before 14 weeks 0 days, 2 before 28 weeks 0 days, then 3 (guideline I.C.15.a.3)."""
    if days < 14 * 7:
        return 1
    return 2 if days < 28 * 7 else 3


def _trimesters(context: Context) -> Iterator[Finding]:
    weeks = [code[3:] for code in context.codes if code.startswith("Z3A") and len(code) == 5]
    week = int(weeks[0]) if weeks and weeks[0].isdigit() else 0
    if not week:  # Z3A.00: not specified
        return
    for _, diagnosis, row in context.icd:
        found = _TRIMESTER.search(row.title.lower())
        if row.code[0] != "O" or found is None or _ORDER[found[1]] == trimester(week * 7):
            continue
        right = [code for code, name in row.siblings
                 if (said := _TRIMESTER.search(name.lower()))
                 and _ORDER[said[1]] == trimester(week * 7)]  # fmt: skip
        message = f"{dotted(row.code)} says {found[0]}, Z3A.{weeks[0]} says week {week}."
        fix = f"replace:{right[0]}" if right else ""
        yield finding("ICD-19", message, f"diagnosis:{diagnosis.key}", fix)
