"""Rules on modifiers (the table of domain A.4): what they may stand on, with, and in what order."""

from collections.abc import Iterator

from coding.edits.catalogue import finding
from coding.edits.context import DISTINCT, SIDES, SITES, Context, named, on_line
from coding.edits.families import (
    ALWAYS_THERAPY,
    DISCIPLINES,
    is_evaluation,
    is_laboratory,
    is_non_physician,
    is_physician,
    is_surgery,
)  # fmt: skip
from coding.edits.reference import ProcedureFacts
from coding.edits.snapshot import LineFacts
from core.findings import Finding, Severity

MOST_MODIFIERS = 4
# Modifiers that say the opposite of each other, or the same in two ways.
_EXCLUSIVE = (
    ("GA", "GZ"), ("GA", "GX"), ("GX", "GZ"), ("JW", "JZ"), ("26", "TC"), ("RT", "LT"),
    ("59", "XE"), ("59", "XS"), ("59", "XP"), ("59", "XU"),
)  # fmt: skip
_VISIT_ONLY, _MINOR, _MAJOR = frozenset({"24", "25", "57"}), {"000", "010"}, "090"
_FACILITIES = frozenset({"21", "22", "23", "24"})
_PRICING = frozenset({
    "26", "TC", "50", "51", "52", "53", "54", "55", "56", "62", "66", "80", "81", "82", "AS",
    "AA", "QK", "QX", "QY", "QZ", "AD",
})  # fmt: skip
_BYPASS = DISTINCT | {"24", "25", "57", "58", "76", "77", "78", "79", "91", "27"}
# Part of the body by code range, and the sites that cannot be right there (MOD-18).
_EYELIDS = frozenset({"E1", "E2", "E3", "E4"})
_FINGERS = frozenset({"FA", *(f"F{n}" for n in range(1, 10))})
_TOES = frozenset({"TA", *(f"T{n}" for n in range(1, 10))})
_CORONARY = frozenset({"LC", "LD", "LM", "RC", "RI"})
_BODY = (
    ("20600", "20606", _EYELIDS | _CORONARY), ("20610", "20611", SITES - SIDES),
    ("23000", "24999", SITES - SIDES), ("25000", "25999", SITES - SIDES),
    ("26010", "26989", _EYELIDS | _TOES | _CORONARY), ("26990", "27899", SITES - SIDES),
    ("28001", "28899", _EYELIDS | _FINGERS | _CORONARY),
    ("65091", "66999", SITES - SIDES), ("67700", "67999", SITES - SIDES - _EYELIDS),
    ("92920", "92979", SITES - _CORONARY), ("69000", "69990", SITES - SIDES),
)  # fmt: skip
_ASSISTANTS, _PARTS = frozenset({"80", "81", "82", "AS"}), frozenset({"26", "TC"})


def check_modifiers(context: Context) -> Iterator[Finding]:
    """Every rule on the modifiers of every line."""
    for line in context.facts.lines:
        yield from _as_a_list(context, line)
        yield from _on_visits(context, line)
        yield from _parts(context, line)
        yield from _bilateral(context, line)
        yield from _surgery(context, line)
        yield from _helpers(context, line)
        yield from _who_assists(context, line)
        yield from _repeats(context, line)
        yield from _outside_laboratory(context, line)
        yield from _prevention(context, line)
        yield from _therapy(context, line)
        yield from _body_site(line)
        yield from _payer(context, line)


def _as_a_list(context: Context, line: LineFacts) -> Iterator[Finding]:
    field, name, said = on_line(line), named(line), line.modifiers
    if len(said) > MOST_MODIFIERS:
        message = f"{name}: a line takes at most four modifiers. Drop {said[-1]}."
        yield finding("MOD-01", message, field, f"remove_modifier:{said[-1]}")
    if len(set(said)) != len(said):
        yield finding("MOD-02", f"{name}: a modifier is there twice.", field,
                      "drop_repeated_modifier")  # fmt: skip
    for one, other in _EXCLUSIVE:
        if {one, other} <= set(said):
            message = f"{name}: {one} and {other} exclude each other."
            fix = f"remove_modifier:{one}|remove_modifier:{other}"
            yield finding("MOD-03", message, field, fix)
    for modifier in said:
        ended = context.reference.ended_modifiers.get(modifier)
        if ended is not None and ended < line.service_date_from:
            message = f"{name}: {modifier} ended on {ended:%m/%d/%Y}."
            yield finding("MOD-22", message, field, f"remove_modifier:{modifier}")
        if modifier in context.reference.unknown_modifiers:
            yield _unknown(context, line, modifier)
    is_out_of_order = sorted(said, key=rank_of) != list(said) and len(set(said)) == len(said)
    if is_out_of_order and not context.settings.takes_any_order:
        right = "-".join(sorted(said, key=rank_of))
        message = f"{name}: modifiers that price come first: {right}."
        yield finding("MOD-19", message, field, "order_modifiers")


def _unknown(context: Context, line: LineFacts, modifier: str) -> Finding:
    """An error by the loaded release; a question while the file of modifiers is not there."""
    release = context.reference.source("hcpcs")
    where = f"no modifier of {release}" if release else "no modifier that is known here"
    return finding(
        "MOD-22", f"{named(line)}: {modifier} is {where}.", on_line(line),
        f"remove_modifier:{modifier}", severity=None if release else Severity.WARNING,
    )  # fmt: skip


def rank_of(modifier: str) -> int:
    """Where a modifier stands: pricing, bypass, anatomic, information."""
    if modifier in _PRICING:
        return 0
    if modifier in _BYPASS:
        return 1
    return 2 if modifier in SITES else 3


def _on_visits(context: Context, line: LineFacts) -> Iterator[Finding]:
    field, name, said = on_line(line), named(line), set(line.modifiers)
    if is_evaluation(line.procedure_code):
        for modifier in sorted(DISTINCT & said):
            message = f"{name}: {modifier} never stands on a visit; a separate visit takes 25."
            yield finding("MOD-13", message, field,
                          f"swap_modifier:{modifier}>25|remove_modifier:{modifier}")  # fmt: skip
    else:
        for modifier in sorted(_VISIT_ONLY & said):
            message = f"{name}: {modifier} belongs on a visit, not here."
            yield finding("MOD-04", message, field, f"remove_modifier:{modifier}")
    if "57" in said and is_evaluation(line.procedure_code):
        days = {context.procedure(other.procedure_code).global_days
                for other in context.facts.lines if is_surgery(other.procedure_code)}  # fmt: skip
        if days & _MINOR and _MAJOR not in days:
            message = f"{name}: 57 is for 90-day procedures; beside a minor one it is 25."
            yield finding("MOD-05", message, field, "swap_modifier:57>25")
    if "27" in said:
        message = f"{name}: 27 is for facilities, not for a professional claim."
        yield finding("MOD-21", message, field, "remove_modifier:27")


def _parts(context: Context, line: LineFacts) -> Iterator[Finding]:
    """26 and TC need both parts (PC/TC indicator 1)."""
    row = context.reference.procedures.get(line.procedure_code)
    if row is None:
        return
    for modifier in ("26", "TC"):
        if modifier in line.modifiers and row.pctc != "1":
            message = f"{named(line)}: has no separate parts, so no {modifier}."
            yield finding("MOD-06", message, on_line(line), f"remove_modifier:{modifier}",
                          context.reference.source("mpfs"))  # fmt: skip
    is_whole = not _PARTS & set(line.modifiers)
    if row.pctc == "1" and not is_whole and _has_whole(context, line):
        message = f"{named(line)}: the whole service is billed already, with this part in it."
        yield finding("MOD-27", message, on_line(line), "remove_line",
                      context.reference.source("mpfs"))  # fmt: skip
    if row.pctc == "1" and is_whole and context.place_of(line) in _FACILITIES:
        message = f"{named(line)}: in a facility only the professional part is ours: 26."
        yield finding("MOD-07", message, on_line(line), "add_modifier:26",
                      context.reference.source("mpfs"))  # fmt: skip


def _has_whole(context: Context, part: LineFacts) -> bool:
    """Whether the same service of the day is billed without 26 and TC, here or before."""
    wanted = (part.procedure_code, part.service_date_from)
    here = [((line.procedure_code, line.service_date_from), line.modifiers)
            for line in context.facts.lines]  # fmt: skip
    before = [((line.procedure_code, line.service_date), line.modifiers)
              for line in context.same_day]  # fmt: skip
    return any(what == wanted and not _PARTS & set(said) for what, said in (*here, *before))


def _bilateral(context: Context, line: LineFacts) -> Iterator[Finding]:
    if "50" not in line.modifiers:
        return
    field, name = on_line(line), named(line)
    row = context.reference.procedures.get(line.procedure_code)
    if context.settings.has_sides_apart:
        message = f"{name}: this payer wants both sides on two lines, RT and LT, instead of 50."
        yield finding("MOD-29", message, field, "swap_modifier:50>RT")
    if row is not None and row.bilateral not in {"1", "3"}:
        message = f"{name}: cannot be bilateral (indicator {row.bilateral}), so no 50."
        yield finding("MOD-08", message, field, "remove_modifier:50",
                      context.reference.source("mpfs"))  # fmt: skip
    if line.units != 1 and row is not None and row.bilateral == "1":
        message = f"{name}: with 50 both sides are one unit."
        yield finding("MOD-09", message, field, "units:1")
    for side in sorted(SIDES & set(line.modifiers)):
        message = f"{name}: 50 says both sides, {side} says one."
        yield finding("MOD-09", message, field, f"remove_modifier:{side}")


def _surgery(context: Context, line: LineFacts) -> Iterator[Finding]:
    field, name, said = on_line(line), named(line), set(line.modifiers)
    row = context.reference.procedures.get(line.procedure_code)
    is_add_on = line.procedure_code in context.reference.add_ons or (
        row is not None and row.global_days == "ZZZ"
    )
    if "51" in said and (why := _no_51(context, row, is_add_on=is_add_on)):
        yield finding("MOD-10", f"{name}: {why}", field, "remove_modifier:51",
                      severity=None if is_add_on else Severity.WARNING)  # fmt: skip
    for modifier in sorted({"22", "52", "53"} & said):
        if not context.facts.has_note:
            message = f"{name}: {modifier} needs a note that says why."
            yield finding("MOD-11", message, field, f"remove_modifier:{modifier}")
    for modifier in sorted({"54", "55", "56"} & said):
        if row is not None and row.global_days not in {"010", _MAJOR}:
            message = f"{name}: {modifier} parts a global period of 10 or 90 days; here is none."
            yield finding("MOD-12", message, field, f"remove_modifier:{modifier}",
                          context.reference.source("mpfs"))  # fmt: skip

    if {"54", "55"} & said and not line.description:
        message = f"{name}: say in the description on which day the care passed over."
        yield finding("MOD-30", message, field)


def _no_51(context: Context, row: ProcedureFacts | None, *, is_add_on: bool) -> str:
    """Why 51 is not sent here; nothing where it may be."""
    if is_add_on:
        return "an add-on never takes 51."
    if context.is_medicare or not context.settings.takes_51:
        who = "Medicare" if context.is_medicare else "this payer"
        return f"{who} ranks procedures itself; 51 is not sent."
    if row is not None and row.multiple == "0":
        return "is exempt from the ranking of procedures (indicator 0): no 51."
    return ""


def _helpers(context: Context, line: LineFacts) -> Iterator[Finding]:
    """Assistant, co-surgeon and team by their indicators: 2 allows, 9 and 0 do not.

    For assistants 0 may be paid with documentation and 1 is not paid by statute; for the others 1
    needs documentation.
    """
    row = context.reference.procedures.get(line.procedure_code)
    if row is None:
        return
    said = set(line.modifiers)
    for modifier in sorted(said & (_ASSISTANTS | {"62", "66"})):
        is_assistant = modifier in _ASSISTANTS
        indicator = (
            row.assistant if is_assistant else row.cosurgeon if modifier == "62" else row.team
        )
        if indicator == "2":
            continue
        field, fix = on_line(line), f"remove_modifier:{modifier}"
        source = context.reference.source("mpfs")
        message = f"{named(line)}: {modifier} is not payable here (indicator {indicator})."
        severity = None
        if indicator == "1" or (indicator == "0" and is_assistant):
            message = f"{named(line)}: {modifier} is paid only with documentation, if at all "
            message += f"(indicator {indicator})."
            severity = Severity.WARNING if indicator == "1" else Severity.OVERRIDABLE
        yield finding("MOD-14", message, field, fix, source, severity=severity)


def _who_assists(context: Context, line: LineFacts) -> Iterator[Finding]:
    """AS is for those who are no physicians, 80 to 82 for physicians."""
    said, taxonomy = set(line.modifiers), context.facts.specialty_code
    if "AS" in said and is_physician(taxonomy):
        message = f"{named(line)}: AS is for an assistant who is no physician; a physician's is 80."
        yield finding("MOD-31", message, on_line(line), "swap_modifier:AS>80")
    for modifier in sorted(said & (_ASSISTANTS - {"AS"})):
        if is_non_physician(taxonomy):
            message = f"{named(line)}: {modifier} is a physician's; who is none assists with AS."
            yield finding("MOD-31", message, on_line(line), f"swap_modifier:{modifier}>AS")


def _repeats(context: Context, line: LineFacts) -> Iterator[Finding]:
    for modifier in sorted({"76", "77", "91"} & set(line.modifiers)):
        code, day = line.procedure_code, line.service_date_from
        own = any(other.procedure_code == code and other.key != line.key
                  and other.service_date_from == day for other in context.facts.lines)  # fmt: skip
        elsewhere = {other.provider_key for other in context.facts.earlier
                     if other.procedure_code == code and other.service_date == day}  # fmt: skip
        by_us = own or context.facts.provider_key in elsewhere
        if modifier != "91" and (own or elsewhere) and (modifier == "76") != by_us:
            right, whose = ("76", "the same clinician") if by_us else ("77", "another clinician")
            message = f"{named(line)}: done before by {whose}, so {right}, not {modifier}."
            yield finding("MOD-32", message, on_line(line), f"swap_modifier:{modifier}>{right}")
        if not own and not elsewhere:
            message = f"{named(line)}: {modifier} says repeated, and {code} is there once."
            yield finding("MOD-15", message, on_line(line), f"remove_modifier:{modifier}")
        if modifier == "91" and not is_laboratory(code):
            message = f"{named(line)}: 91 is for laboratory tests; a procedure takes 76."
            yield finding("MOD-15", message, on_line(line), "swap_modifier:91>76")


def _therapy(context: Context, line: LineFacts) -> Iterator[Finding]:
    said = set(line.modifiers)
    if line.procedure_code in ALWAYS_THERAPY and len(DISCIPLINES & said) != 1:
        message = f"{named(line)}: therapy names its discipline: GP, GO or GN, one of them."
        fix = "add_modifier:GP|add_modifier:GO|add_modifier:GN" if not DISCIPLINES & said else (
            "|".join(f"remove_modifier:{one}" for one in sorted(DISCIPLINES & said)))  # fmt: skip
        yield finding("MOD-20", message, on_line(line), fix)
    for assistant, discipline in (("CQ", "GP"), ("CO", "GO")):
        if assistant in said and discipline not in said:
            message = f"{named(line)}: {assistant} goes with {discipline}."
            yield finding("MOD-24", message, on_line(line),
                          f"add_modifier:{discipline}|remove_modifier:{assistant}")  # fmt: skip


def _body_site(line: LineFacts) -> Iterator[Finding]:
    for first, last, impossible in _BODY:
        if first <= line.procedure_code <= last and len(line.procedure_code) == 5:
            for modifier in sorted(impossible & set(line.modifiers)):
                message = f"{named(line)}: {modifier} is another part of the body."
                yield finding("MOD-18", message, on_line(line), f"remove_modifier:{modifier}")


def _outside_laboratory(context: Context, line: LineFacts) -> Iterator[Finding]:
    """90: a test that another laboratory did, and that the payer lets us bill."""
    if "90" not in line.modifiers:
        return
    if not is_laboratory(line.procedure_code):
        message = f"{named(line)}: 90 is for laboratory tests that another laboratory did."
        yield finding("MOD-33", message, on_line(line), "remove_modifier:90")
    elif not line.description and not context.is_medicare:
        message = f"{named(line)}: say in the description which laboratory did it, with its CLIA."
        yield finding("MOD-33", message, on_line(line), severity=Severity.WARNING)


def _prevention(context: Context, line: LineFacts) -> Iterator[Finding]:
    """A screening that became a procedure: PT for Medicare, 33 for the others."""
    said, payer = set(line.modifiers), context.facts.payer_kind
    for modifier, right in (("33", "PT"), ("PT", "33")):
        is_for_medicare = right == "PT"
        if modifier in said and payer and is_for_medicare == context.is_medicare and (
            is_surgery(line.procedure_code)
        ):  # fmt: skip
            who = "Medicare" if is_for_medicare else "a payer other than Medicare"
            message = f"{named(line)}: for a screening that became a procedure {who} takes {right}."
            fix = f"swap_modifier:{modifier}>{right}"
            yield finding("MOD-28", message, on_line(line), fix)


def _payer(context: Context, line: LineFacts) -> Iterator[Finding]:
    """What Medicare wants otherwise than others."""
    field, name, said = on_line(line), named(line), set(line.modifiers)
    if not context.is_medicare:
        return
    if "90" in said and is_laboratory(line.procedure_code):
        message = f"{name}: Medicare pays the laboratory that did the test, not us (90)."
        yield finding("MOD-17", message, field, "remove_line|remove_modifier:90")
    if "59" in said:
        message = f"{name}: for Medicare XE, XS, XP or XU says better than 59 what was distinct."
        yield finding("MOD-23", message, field, "swap_modifier:59>XS|swap_modifier:59>XE")
    if line.procedure_code == "G2211":
        beside = [other for other in context.facts.lines if is_evaluation(other.procedure_code)
                  and "25" in other.modifiers]  # fmt: skip
        surgery = any(is_surgery(other.procedure_code) for other in context.facts.lines)
        if beside and surgery:
            message = f"{name}: not paid beside a visit with 25 and a procedure."
            yield finding("MOD-25", message, field, "remove_line")
