"""Rules on units: shape, medically unlikely edits, therapy, drugs (domain A.5)."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from coding.edits.catalogue import finding
from coding.edits.context import Context, named, on_line
from coding.edits.families import (
    ALWAYS_THERAPY,
    SINGLE_DOSE_UNITS,
    THERAPY_THRESHOLDS,
    TIMED_THERAPY,
    UNTIMED_THERAPY,
    is_anesthesia,
    is_drug,
)  # fmt: skip
from coding.edits.snapshot import LineFacts
from coding.edits.therapy import minutes_to_units
from core.findings import Finding

MOST_UNITS = Decimal("999.9")
_NDC_UNITS = frozenset({"UN", "ML", "GR", "F2", "ME"})


def check_units(context: Context) -> Iterator[Finding]:
    """Every rule on units, line by line and for the day."""
    for line in context.facts.lines:
        yield from _shape(line)
        yield from _limit_of_line(context, line)
        yield from _drug_code(context, line)
    yield from _limits_of_day(context)
    yield from _timed_therapy(context)
    yield from _therapy_threshold(context)
    yield from _waste(context)


def _shape(line: LineFacts) -> Iterator[Finding]:
    field, name, units = on_line(line), named(line), line.units
    if not 0 < units <= MOST_UNITS or units != units.quantize(Decimal("0.001")):
        message = f"{name}: units are more than 0, at most 999.9, with at most three decimals."
        yield finding("UNIT-01", message, field, "units:1")
        return
    may_be_part = is_anesthesia(line.procedure_code) or is_drug(line.procedure_code) or (
        line.procedure_code[:1] in "ABEK"
    )  # fmt: skip
    if units != units.to_integral_value() and not may_be_part:
        whole = max(Decimal(1), units.to_integral_value())
        message = f"{name}: units are whole here: {whole:f}, not {units.normalize():f}."
        yield finding("UNIT-02", message, field, f"units:{whole:f}")
    if line.procedure_code in UNTIMED_THERAPY and units > 1:
        message = f"{name}: an untimed therapy is one unit, however long it took."
        yield finding("UNIT-03", message, field, "units:1")


# -- medically unlikely edits (MUE-1) ----------------------------------------------------------


def _counted(context: Context, line: LineFacts) -> Decimal:
    """A bilateral line counts as the setting says (CMS SE1422: one)."""
    if "50" in line.modifiers:
        return line.units * context.settings.mue_mod50_counts_as
    return line.units


def _limit_of_line(context: Context, line: LineFacts) -> Iterator[Finding]:
    limit = context.reference.mue.get(line.procedure_code)
    if limit is None or limit.adjudication != "1" or _counted(context, line) <= limit.value:
        return
    message = (
        f"{named(line)}: {line.units.normalize():f} units, {limit.value.normalize():f} is the most "
        "on a line. Correct the units, or split the line with the modifier that says why."
    )
    yield finding("MUE-1", message, on_line(line), f"units:{limit.value.normalize():f}",
                  context.reference.source("mue"))  # fmt: skip


def _limits_of_day(context: Context) -> Iterator[Finding]:
    """Indicators 2 and 3 add all lines of the day, here and on the day's other encounters."""
    groups: dict[tuple[str, object], list[LineFacts]] = defaultdict(list)
    for line in context.facts.lines:
        groups[line.procedure_code, line.service_date_from].append(line)
    for (code, day), lines in groups.items():
        limit = context.reference.mue.get(code)
        if limit is None or limit.adjudication == "1":
            continue
        here = sum((_counted(context, line) for line in lines), Decimal(0))
        elsewhere_units = [
            other.units
            for other in context.same_day
            if other.procedure_code == code and other.service_date == day
        ]
        before = sum(elsewhere_units, Decimal(0))
        if here + before <= limit.value:
            continue
        total, most = (here + before).normalize(), limit.value.normalize()
        elsewhere = f", {before.normalize():f} of them on another encounter" if before else ""
        source, last = context.reference.source("mue"), lines[-1]
        left = limit.value - before - (here - _counted(context, last))
        fix = f"units:{left.normalize():f}" if left > 0 else "remove_line"
        if limit.adjudication == "2":
            message = (
                f"{code}: {total:f} units on the day{elsewhere}; policy allows {most:f}, always."
            )
            yield finding("MUE-2", message, on_line(last), fix, source)
        else:
            message = (
                f"{code}: {total:f} units on the day{elsewhere}; {most:f} is the most that is paid "
                "without an appeal."
            )
            yield finding("MUE-3", message, on_line(last), fix, source)


# -- timed therapy ---------------------------------------------------------------------------


def _timed_therapy(context: Context) -> Iterator[Finding]:
    """Units from minutes, pooled by discipline where the payer follows Medicare (A.5.2)."""
    sessions: dict[tuple[object, str], list[LineFacts]] = defaultdict(list)
    for line in context.facts.lines:
        if line.procedure_code not in TIMED_THERAPY:
            continue
        if line.minutes is None:
            message = f"{named(line)}: the minutes are missing, so its units cannot be checked."
            yield finding("THER-02", message, on_line(line))
        else:
            discipline = next((one for one in line.modifiers if one in {"GP", "GO", "GN"}), "")
            sessions[line.service_date_from, discipline].append(line)
    for lines in sessions.values():
        minutes = [(line.procedure_code, line.minutes or 0) for line in lines]
        right = minutes_to_units(minutes, context.settings.therapy_rule)
        total = sum(found for _, found in minutes)
        for line, units in zip(lines, right, strict=True):
            if line.units != units:
                pooled = f", {total} in the session" if len(lines) > 1 else ""
                message = (
                    f"{named(line)}: {line.minutes} minutes{pooled} are {units} "
                    f"unit{'' if units == 1 else 's'}, not {line.units.normalize():f}."
                )
                fix = f"units:{units}" if units else "remove_line"
                yield finding("THER-01", message, on_line(line), fix)


def _therapy_threshold(context: Context) -> Iterator[Finding]:
    """Medicare wants KX above a year's amount. Charges are what is known here, so it is a hint."""
    if not context.is_medicare:
        return
    here: dict[tuple[int, bool], list[LineFacts]] = defaultdict(list)
    for line in context.facts.lines:
        if line.procedure_code in ALWAYS_THERAPY and "KX" not in line.modifiers:
            here[line.service_date_from.year, "GO" in line.modifiers].append(line)
    for (year, is_occupational), lines in here.items():
        most = THERAPY_THRESHOLDS.get(year)
        charged = sum((line.charge_amount for line in lines), Decimal(0)) + sum(
            (one.charge_amount for one in context.facts.earlier
             if one.service_date.year == year and one.procedure_code in ALWAYS_THERAPY
             and ("GO" in one.modifiers) == is_occupational), Decimal(0),
        )  # fmt: skip
        if most is not None and charged > most:
            what = "Occupational therapy" if is_occupational else "Physical and speech therapy"
            message = (
                f"{what} charged since January is ${charged:,.2f}. KX once more than ${most:,} "
                "is allowed, with a note that says why it goes on."
            )
            yield finding("THER-03", message, on_line(lines[0]), "add_modifier:KX")


# -- drugs -----------------------------------------------------------------------------------


def _drug_code(context: Context, line: LineFacts) -> Iterator[Finding]:
    if not is_drug(line.procedure_code):
        return
    if not line.ndc_code:
        if context.facts.payer_kind == "medicaid":
            message = f"{named(line)}: Medicaid wants the drug code: #NDC quantity unit."
            yield finding("NDC-01", message, on_line(line))
        return
    is_whole = len(line.ndc_code) == 11 and line.ndc_code.isdigit()
    if not is_whole or not line.ndc_quantity or line.ndc_unit_code not in _NDC_UNITS:
        message = (
            f"{named(line)}: a drug code has eleven digits, a quantity, and UN, ML, GR, F2 or ME."
        )
        yield finding("NDC-02", message, on_line(line))


def _waste(context: Context) -> Iterator[Finding]:
    """Single-dose containers: JW for what was discarded, JZ for nothing (Part B only)."""
    if not context.is_medicare:
        return
    groups: dict[tuple[str, object], list[LineFacts]] = defaultdict(list)
    for line in context.facts.lines:
        if line.procedure_code in SINGLE_DOSE_UNITS:
            groups[line.procedure_code, line.service_date_from].append(line)
    for (code, _), lines in groups.items():
        content = SINGLE_DOSE_UNITS[code]
        said = {modifier for line in lines for modifier in line.modifiers}
        first = lines[0]
        total = sum((line.units for line in lines), Decimal(0))
        if not {"JW", "JZ"} & said:
            message = f"{named(first)}: JZ when nothing was discarded, else a second line with JW."
            yield finding("DRUG-01", message, on_line(first), "add_modifier:JZ")
        elif {"JW", "JZ"} <= said:
            message = f"{named(first)}: JZ says nothing was discarded, and a line says JW."
            zero = next(line for line in lines if "JZ" in line.modifiers)
            yield finding("DRUG-01", message, on_line(zero), "remove_modifier:JZ")
        elif total % content:
            right = -(-int(total) // content) * content
            message = (
                f"{named(first)}: given and discarded are {total.normalize():f} units; whole "
                f"containers of {content} would be {right}."
            )
            waste = next((line for line in lines if "JW" in line.modifiers), None)
            other = right - (total - waste.units) if waste else Decimal(0)
            fix = f"units:{other.normalize():f}" if waste else "remove_modifier:JZ"
            yield finding("DRUG-02", message, on_line(waste or first), fix)
