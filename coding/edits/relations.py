"""What the notes of the tabular list say of two diagnoses (ICD-06, 08, 09, 20)."""

import re
from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import Context
from coding.edits.patterns import Pattern, dotted, patterns_of
from coding.edits.reference import IcdFacts, IcdNote
from core.findings import Finding, Severity

EXCLUDES1, CODE_FIRST, USE_ADDITIONAL = "excludes1", "code_first", "use_additional"
_CONDITIONAL = re.compile(r"\b(?:applicable|known|any|associated|possible)\b")
_EXAMPLES = re.compile(r"such as")
_UNCOMPLICATED = frozenset({"E089", "E099", "E109", "E119", "E139"})
# Blocks of drugs and their effects: the note there speaks of adverse effects only (ICD-08).
_ADVERSE_EFFECT_BLOCK = re.compile(r"T3[6-9]|T4[0-9]|T50")
# What goes with what, whatever the notes' words are (ICD-09): code, what is needed, in words.
_COMPANIONS = (
    (("I110",), ("I50",), "the heart failure (I50.-)"),
    (("I12",), ("N18",), "the stage of the kidney disease (N18.-)"),
    (("I13",), ("N18",), "the stage of the kidney disease (N18.-)"),
    (("E0822", "E0922", "E1022", "E1122", "E1322"), ("N18",),
     "the stage of the kidney disease (N18.-)"),
)  # fmt: skip
MOST_SAID = 240  # characters; the longest list of alternatives has them all
_WEEK_NOT_ASKED = ("O00", "O01", "O02", "O03", "O04", "O07", "O08", "O80", "O85", "O86", "O87",
                   "O88", "O89", "O90", "O91", "O92", "O94", "O98", "O99")  # fmt: skip


def check_relations(context: Context) -> Iterator[Finding]:
    """Pairs that exclude each other, and companions that are missing or stand behind."""
    yield from _excluded_pairs(context)
    for place, diagnosis, row in context.icd:
        field = f"diagnosis:{diagnosis.key}"
        for note in row.notes:
            if note.kind == CODE_FIRST:
                yield from _code_first(context, place, row, note, field)
            elif note.kind == USE_ADDITIONAL and not note.is_block:
                yield from _use_additional(context, row, note, field)
        yield from _companions(context, row, field)
    yield from _presumed_links(context)


# -- Excludes1 -------------------------------------------------------------------------------


def _excluded_pairs(context: Context) -> Iterator[Finding]:
    rows = context.icd
    for later in range(len(rows)):
        for earlier in range(later):
            one, other = rows[earlier][2], rows[later][2]
            hit = excludes(one, other) or excludes(other, one)
            if hit is None or one.code == other.code:
                continue
            owner, pattern = hit
            message = (
                f"{dotted(one.code)} and {dotted(other.code)} exclude each other "
                f"(Excludes1 at {dotted(owner)}). Keep one, or say why they are unrelated."
            )
            yield finding(
                "ICD-06",
                message,
                f"diagnosis:{rows[later][1].key}",
                "remove",
                context.reference.source("icd10cm"),
                severity=Severity.INFORMATION if pattern.is_uncertain else None,
            )


def excludes(one: IcdFacts, other: IcdFacts) -> tuple[str, Pattern] | None:
    """The note of `one` that names `other`; a note that also names its owner is passed over."""
    uncertain = None
    for note in one.notes:
        if note.kind != EXCLUDES1:
            continue
        for text in note.texts:
            for pattern in patterns_of(text):
                if not pattern.matches(other.code) or pattern.matches(one.code):
                    continue
                if pattern.matches(note.owner.replace(".", "")):
                    continue
                if not pattern.is_uncertain:
                    return note.owner, pattern
                uncertain = note.owner, pattern
    return uncertain


# -- code first ------------------------------------------------------------------------------


def _code_first(
    context: Context, place: int, row: IcdFacts, note: IcdNote, field: str
) -> Iterator[Finding]:
    if _is_of_other_effects(row.code):
        return
    whole = " ".join(note.texts)
    patterns = [pattern for text in note.texts for pattern in patterns_of(text)]
    before = context.codes[:place]
    is_open = not patterns or _EXAMPLES.search(whole) is not None
    if is_open and any(_is_etiology(code) for code in before):
        return
    if any(pattern.matches(code) for pattern in patterns for code in before):
        return
    severity = Severity.OVERRIDABLE if place == 0 else Severity.WARNING
    if _CONDITIONAL.search(whole):
        if place:
            return  # a hint is given once, at the code that stands first
        severity = Severity.INFORMATION
    behind = next(
        (code for code in context.codes[place + 1 :] if any(p.matches(code) for p in patterns)), ""
    )
    first = _words(note.texts)
    is_hint = severity is Severity.INFORMATION
    message = f"{dotted(row.code)}: code first{', if it applies,' if is_hint else ''} {first}."
    if behind:
        message = f"{dotted(behind)} goes before {dotted(row.code)}: code first {first}."
    yield finding(
        "ICD-08",
        message,
        field,
        f"move_behind:{behind}" if behind else "",
        context.reference.source("icd10cm"),
        severity=severity,
    )


def always_wants_first(row: IcdFacts) -> bool:
    """Whether a note says of the code, without an if, that another goes first."""
    return any(
        note.kind == CODE_FIRST
        and not _is_of_other_effects(row.code)
        and not _CONDITIONAL.search(" ".join(note.texts))
        for note in row.notes
    )


def _is_of_other_effects(code: str) -> bool:
    """A drug's code that is no adverse effect: the note of its block does not speak of it."""
    return bool(_ADVERSE_EFFECT_BLOCK.match(code)) and (len(code) < 6 or "5" not in code[4:6])


def _is_etiology(code: str) -> bool:
    """Whether a code can be the cause of another: no status, no external cause."""
    return code[0] not in "VWXYZ"


# -- use additional --------------------------------------------------------------------------


def _use_additional(
    context: Context, row: IcdFacts, note: IcdNote, field: str
) -> Iterator[Finding]:
    patterns = [pattern for text in note.texts for pattern in patterns_of(text)]
    others = [code for code in context.codes if code != row.code]
    if not patterns or any(pattern.matches(code) for pattern in patterns for code in others):
        return
    if any(row.code.startswith(codes) for codes, _, _ in _COMPANIONS):
        return
    # One of several, or one where there is one, is for the coder to know: a hint.
    is_hint = len(note.texts) > 1 or _CONDITIONAL.search(" ".join(note.texts)) is not None
    yield finding(
        "ICD-09",
        f"{dotted(row.code)}: add{', if it applies,' if is_hint else ''} {_words(note.texts)}.",
        field,
        "",
        context.reference.source("icd10cm"),
        severity=Severity.INFORMATION if is_hint else None,
    )


def _companions(context: Context, row: IcdFacts, field: str) -> Iterator[Finding]:
    for codes, needed, words in _COMPANIONS:
        if row.code.startswith(codes) and not any(c.startswith(needed) for c in context.codes):
            yield finding("ICD-09", f"{dotted(row.code)}: add {words}.", field)
    is_pregnancy = row.code[0] == "O" and not row.code.startswith(_WEEK_NOT_ASKED)
    if is_pregnancy and not any(code.startswith("Z3A") for code in context.codes):
        yield finding("ICD-09", f"{dotted(row.code)}: add the week of gestation (Z3A.-).", field)


# -- presumed links --------------------------------------------------------------------------


def _presumed_links(context: Context) -> Iterator[Finding]:
    """Pairs that the classification joins in one code (ICD-20)."""
    codes = context.codes
    kidney = [code for code in codes if code.startswith("N18")]
    has_failure = any(code.startswith("I50") for code in codes)
    for diagnosis in context.facts.diagnoses:
        field, code = f"diagnosis:{diagnosis.key}", diagnosis.code
        if code == "I10" and (has_failure or kidney):
            joined, why = _hypertensive(has_failure, kidney)
            message = f"I10 with {why}: the classification presumes {dotted(joined)}."
            yield finding("ICD-20", message, field, f"replace:{joined}")
        elif code in _UNCOMPLICATED and _has_complication(code, codes):
            message = f"{dotted(code)} says no complication, and one of the same kind is listed."
            yield finding("ICD-20", message, field, "remove")


def _hypertensive(has_failure: bool, kidney: list[str]) -> tuple[str, str]:
    """The joined code and its reason (guideline I.C.9.a)."""
    is_late = any(code in {"N185", "N186"} for code in kidney)
    if has_failure and kidney:
        return ("I132" if is_late else "I130"), "heart failure and kidney disease"
    if has_failure:
        return "I110", "heart failure"
    return ("I120" if is_late else "I129"), "kidney disease"


def _has_complication(code: str, codes: tuple[str, ...]) -> bool:
    return any(other.startswith(code[:3]) and other not in _UNCOMPLICATED for other in codes)


def _words(texts: tuple[str, ...]) -> str:
    """What a note asks for, short enough for a finding."""
    heading = texts[0].strip(" ,.")
    rest = " or ".join(text.strip(" ,:.") for text in texts[1:])
    joined = (
        f"{heading} {rest}" if heading.endswith(":") else "; ".join(filter(None, [heading, rest]))
    )
    joined = joined.removesuffix(":").removeprefix("if applicable, ")
    return joined if len(joined) <= MOST_SAID else f"{joined[: MOST_SAID - 3]}…"
