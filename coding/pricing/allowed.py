"""What a payer should allow for the services of one session, and why (domain I.1, I.2, I.4).

The order is: base, bilateral, multiple, assistants, who did it, lesser of the charge.
"""

from collections.abc import Sequence
from decimal import Decimal

from coding.edits.families import is_anesthesia
from coding.pricing.anesthesia import price_anesthesia
from coding.pricing.medicare import fee, values_of
from coding.pricing.multiples import Working, reduce_multiples
from coding.pricing.terms import (
    HUNDRED,
    Allowed,
    LineToPrice,
    Medicare,
    Method,
    Rule,
    Step,
    Terms,
    Values,
)  # fmt: skip
from core.money import ZERO, dollars

_FLAT = {Method.PER_UNIT, Method.CASE_RATE, Method.CARVE_OUT, Method.PCT_CHARGE}
_ASSISTANTS = {"80", "81", "82"}
_BY_REPORT = {"22", "52", "53", "66"}


def price_session(
    lines: Sequence[LineToPrice], terms: Terms | None, medicare: Medicare
) -> list[Allowed]:
    """The allowed amount of each line of one patient, provider and day, in the lines' order."""
    if terms is None:
        return [Allowed(line.key, None, (Step("No contract is in force on the day."),))
                for line in lines]  # fmt: skip
    working: dict[int, Working] = {}
    found: dict[int, Allowed] = {}
    for line in lines:
        start = _start(line, terms, medicare)
        if isinstance(start, Allowed):
            found[line.key] = start
        else:
            working[line.key] = start
    rest = list(working.values())
    for one in rest:
        _bilateral(one, terms)
    asked = {one.line.key: one.values.multiple if one.values else "0" for one in rest}
    reduce_multiples(rest, terms, medicare, asked)
    for one in rest:
        _helpers(one, terms)
        _shares(one)
        _who(one, terms)
        _lesser(one, terms)
        steps = tuple(Step(words, amount) for words, amount in one.steps)
        found[one.line.key] = Allowed(one.line.key, one.amount, steps)
    return [found[line.key] for line in lines]


def rule_for(line: LineToPrice, terms: Terms) -> Rule | None:
    """The most exact rule that speaks of the line; the first of equals."""
    fitting = [rule for rule in terms.rules if rule.fits(line)]
    return max(fitting, key=lambda rule: rule.rank, default=None)


def _start(line: LineToPrice, terms: Terms, medicare: Medicare) -> Working | Allowed:
    """The base amount by the contract's rule; an answer at once where there can be none."""
    rule = rule_for(line, terms)
    if rule is None:
        return Allowed(line.key, None, (Step(f"{terms.name}: no rule for {line.code}."),))
    values = values_of(medicare, line.code, line.modifiers)
    is_by_units = rule.method in {Method.PCT_MEDICARE, Method.RVU}
    head = f"{terms.name}, {rule.words}"
    if is_by_units and is_anesthesia(line.code):
        paid, steps = price_anesthesia(line, rule, terms, medicare, head)
        if paid is None:
            return Allowed(line.key, None, steps)
        return Working(line, paid, None, is_flat=True,
                       steps=[(step.words, step.amount or ZERO) for step in steps])  # fmt: skip
    if is_by_units:
        return _from_medicare(line, rule, medicare, values, head)
    amount, words = _plain(line, rule)
    start = Working(line, amount, values, is_flat=rule.method in _FLAT)
    start.steps.append((f"{head}: {words}", amount))
    return start


def _plain(line: LineToPrice, rule: Rule) -> tuple[Decimal, str]:
    value, units = rule.value, f"{line.units.normalize():f}"
    if rule.method is Method.CARVE_OUT:
        return ZERO, "carved out, paid by capitation"
    if rule.method is Method.CASE_RATE:
        return dollars(value), f"case rate {dollars(value)}"
    if rule.method is Method.PCT_CHARGE:
        return dollars(line.charge * value / HUNDRED), f"{value.normalize():f} % of charge"
    each = dollars(value)
    return dollars(each * line.units), f"{each} a unit x {units}"


def _from_medicare(
    line: LineToPrice, rule: Rule, medicare: Medicare, values: Values | None, head: str
) -> Working | Allowed:
    factor = rule.value if rule.method is Method.RVU else medicare.factor
    if values is None or not values.is_priced or factor is None:
        missing = f"no values for {line.code}" if factor is not None else "no conversion factor"
        return Allowed(line.key, None, (Step(f"{head}: {medicare.name}: {missing}."),))
    whole = fee(values, medicare, factor, is_facility=line.is_facility)
    rate = "facility" if line.is_facility else "non-facility"
    start = Working(line, dollars(whole * line.units), values, factor)
    start.steps.append(
        ((f"{medicare.name}, {medicare.place}, {rate}, factor {factor:f}: {whole} "
         f"x {line.units.normalize():f}"), start.amount)
    )  # fmt: skip
    if rule.method is Method.PCT_MEDICARE:
        start.share = rule.value
        start.become(start.amount * rule.value / HUNDRED,
                     f"{head}: {rule.value.normalize():f} % of Medicare")  # fmt: skip
    return start


def _bilateral(one: Working, terms: Terms) -> None:
    if "50" not in one.line.modifiers or one.is_flat:
        return
    indicator = one.values.bilateral if one.values else "1"
    if indicator == "1":
        one.become(one.amount * terms.bilateral_pct / HUNDRED,
                   f"both sides: {terms.bilateral_pct.normalize():f} %")  # fmt: skip
    elif indicator == "3":
        one.become(one.amount * 2, "both sides, each in full: 200 %")
    else:
        one.steps.append((f"50, but indicator {indicator}: 100 %", one.amount))


def _helpers(one: Working, terms: Terms) -> None:
    said = set(one.line.modifiers)
    if "AS" in said:
        percent, who = terms.assistant_non_physician_pct, "assistant, no physician"
    elif said & _ASSISTANTS:
        percent, who = terms.assistant_pct, "assistant surgeon"
    elif "62" in said:
        percent, who = terms.cosurgeon_pct, "co-surgeon"
    else:
        return
    one.become(one.amount * percent / HUNDRED, f"{who}: {percent.normalize():f} %")


def _shares(one: Working) -> None:
    """Pre-, intra- and post-operative shares; what is paid by report is named."""
    said, values = set(one.line.modifiers), one.values
    if values is not None:
        shares = {"54": values.pre + values.intra, "55": values.post, "56": values.pre,
                  "78": values.intra}  # fmt: skip
        for modifier, share in shares.items():
            if modifier in said and share:
                words = f"{modifier}: {(share * HUNDRED).normalize():f} % of the whole"
                one.become(one.amount * share, words)
    for modifier in sorted(said & _BY_REPORT):
        one.steps.append((f"{modifier}: by report, shown as if it were not there", one.amount))


def _who(one: Working, terms: Terms) -> None:
    is_reduced = one.line.is_non_physician and terms.non_physician_pct != HUNDRED
    if is_reduced and "AS" not in one.line.modifiers and not one.is_flat:
        one.become(one.amount * terms.non_physician_pct / HUNDRED,
                   f"no physician: {terms.non_physician_pct.normalize():f} %")  # fmt: skip


def _lesser(one: Working, terms: Terms) -> None:
    if terms.is_lesser_of_charge and one.line.charge < one.amount:
        one.become(one.line.charge, "the charge is less")
