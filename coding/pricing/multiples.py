"""Several services of one session: who is paid in full and who less (domain I.4).

Surgery (indicator 2) by rank; endoscopies (3) within their family, then the families by rank;
imaging (4), cardiovascular (6) and ophthalmology (7) by part; therapy (5) by practice expense.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from coding.pricing.medicare import fee, practice_expense, values_of
from coding.pricing.terms import HUNDRED, LineToPrice, Medicare, Terms, Values
from core.money import ZERO, dollars

_SURGERY, _ENDOSCOPY, _IMAGING, _THERAPY, _HEART, _EYE = "2", "3", "4", "5", "6", "7"
# What is left of the technical and of the professional part of second and later services.
_PARTS = {
    _IMAGING: (Decimal(50), Decimal(95)),
    _HEART: (Decimal(75), HUNDRED),
    _EYE: (Decimal(80), HUNDRED),
}


@dataclass(slots=True)
class Working:
    """A line on its way: the amount so far, and whether it is Medicare's own."""

    line: LineToPrice
    amount: Decimal
    values: Values | None
    factor: Decimal | None = None
    share: Decimal = HUNDRED  # percentage of Medicare that the rule pays
    is_flat: bool = False  # units, cases and carve-outs are not reduced
    steps: list[tuple[str, Decimal]] = field(default_factory=list)

    def become(self, amount: Decimal, words: str) -> None:
        """Take a new amount and say why."""
        self.amount = dollars(amount)
        self.steps.append((words, self.amount))


def reduce_multiples(
    lines: Sequence[Working], terms: Terms, medicare: Medicare, asked: Mapping[int, str]
) -> None:
    """Reduce second and later services; `asked` holds each line's multiple-procedure indicator."""
    if not terms.reduces_multiples:
        return
    groups: dict[str, list[Working]] = defaultdict(list)
    for one in lines:
        is_add_on = one.values is not None and one.values.global_days == "ZZZ"
        if not one.is_flat and not is_add_on:
            groups[asked.get(one.line.key, "0")].append(one)
    _endoscopies(groups[_ENDOSCOPY], medicare)
    _surgeries(groups[_SURGERY], groups[_ENDOSCOPY], terms)
    for indicator, shares in _PARTS.items():
        _parts(groups[indicator], medicare, *shares)
    _therapies(groups[_THERAPY], medicare)


def _surgeries(surgeries: list[Working], scopes: list[Working], terms: Terms) -> None:
    """Rank single surgeries and whole families of endoscopies by what they allow."""
    families: dict[str, list[Working]] = defaultdict(list)
    for one in scopes:
        base = one.values.endoscopy_base if one.values else ""
        families[base or one.line.code].append(one)
    ranked = [[one] for one in surgeries] + list(families.values())
    if len(ranked) < 2:
        return
    ranked.sort(key=lambda group: -sum((one.amount for one in group), ZERO))
    for place, group in enumerate(ranked):
        if place >= len(terms.multiple_steps):
            for one in group:
                one.steps.append((f"number {place + 1} of the session: by report", one.amount))
            continue
        percent = terms.multiple_steps[place]
        for one in group:
            if percent != HUNDRED:
                words = f"number {place + 1} of the session: {percent:f} %"
                one.become(one.amount * percent / HUNDRED, words)


def _endoscopies(scopes: list[Working], medicare: Medicare) -> None:
    """Within a family the highest in full, of the others what they allow above the base."""
    families: dict[str, list[Working]] = defaultdict(list)
    for one in scopes:
        if one.values and one.values.endoscopy_base and one.factor is not None:
            families[one.values.endoscopy_base].append(one)
    for base_code, family in families.items():
        base = medicare.values.get((base_code, ""))
        if len(family) < 2 or base is None or not base.is_priced:
            continue
        family.sort(key=lambda one: -one.amount)
        for one in family[1:]:
            whole = fee(base, medicare, one.factor or ZERO, is_facility=one.line.is_facility)
            less = dollars(whole * one.share / HUNDRED)
            one.become(
                max(one.amount - less, ZERO), f"same scope: less its base {base_code}, {less}"
            )


def _parts(
    group: list[Working], medicare: Medicare, technical: Decimal, professional: Decimal
) -> None:
    """Reduce the technical and professional part of all but the highest."""
    group.sort(key=lambda one: -one.amount)
    for one in group[1:]:
        if "TC" in one.line.modifiers:
            one.become(one.amount * technical / HUNDRED, f"second of the session: {technical:f} %")
        elif "26" in one.line.modifiers:
            if professional != HUNDRED:
                words = f"second of the session: {professional:f} %"
                one.become(one.amount * professional / HUNDRED, words)
        else:
            _whole(one, medicare, technical, professional)


def _whole(one: Working, medicare: Medicare, technical: Decimal, professional: Decimal) -> None:
    """A service with both parts: each is reduced by its own share."""
    part = values_of(medicare, one.line.code, ("TC",))
    if part is None or not part.is_priced or part is one.values or one.factor is None:
        one.steps.append(
            ("second of the session: its parts are not known, not reduced", one.amount)
        )
        return
    tc = fee(part, medicare, one.factor, is_facility=one.line.is_facility)
    tc = min(dollars(tc * one.line.units * one.share / HUNDRED), one.amount)
    left = tc * technical / HUNDRED + (one.amount - tc) * professional / HUNDRED
    words = (
        f"second of the session: technical part {technical:f} %, professional {professional:f} %"
    )
    one.become(left, words)


def _therapies(group: list[Working], medicare: Medicare) -> None:
    """Half the practice expense of every unit but the one with the highest."""
    known = [one for one in group if one.values and one.factor is not None]
    expense = {
        one.line.key: practice_expense(
            one.values, medicare, one.factor, is_facility=one.line.is_facility  # type: ignore[arg-type]
        ) * one.share / HUNDRED
        for one in known
    }  # fmt: skip
    if sum((one.line.units for one in known), Decimal(0)) < 2:
        return
    first = max(known, key=lambda one: expense[one.line.key])
    for one in known:
        units = one.line.units - (1 if one is first else 0)
        if units > 0:
            less = expense[one.line.key] / 2 * units
            one.become(one.amount - less, f"{units:f} later units: half their practice expense")
