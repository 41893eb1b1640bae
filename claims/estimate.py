"""The patient's share of a service, by what the payer said of the benefits (domain J.3).

Pure. The figures of an answer are kept with it, as numbers beside the words of its sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from claims.benefits import SERVICE_TYPES, WHOLE_PLAN, best, in_network, left_amount
from claims.edi.inquiry_records import BenefitItem
from core.money import ZERO, dollars, format_money

Figures = Mapping[str, Mapping[str, str]]
COPAY, DEDUCTIBLE, COINSURANCE, LIMIT = "copay", "deductible_left", "coinsurance", "limit_left"


@dataclass(frozen=True, slots=True)
class Shares:
    """What the payer said of one kind of service; None where it said nothing. `rate` is 0 to 1.

    With `copay_only` the copay stands in the place of deductible and coinsurance.
    """

    copay: Decimal | None = None
    deductible_left: Decimal | None = None
    rate: Decimal | None = None
    limit_left: Decimal | None = None
    copay_only: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the patient is likely to owe, and how that comes about, in dollars."""

    patient: Decimal
    deductible: Decimal = ZERO
    copay: Decimal = ZERO
    coinsurance: Decimal = ZERO
    steps: tuple[str, ...] = ()


def figures_of(benefits: Sequence[BenefitItem]) -> dict[str, dict[str, str]]:
    """By kind of service the numbers that an estimate needs; procedures by themselves left out."""
    services = dict.fromkeys(s for one in benefits for s in one.service_types)
    found = {
        service: _figures(
            in_network([b for b in benefits if service in b.service_types and not b.procedure_code])
        )
        for service in services
    }
    return {service: figures for service, figures in found.items() if figures}


def services_of(figures: Figures) -> list[tuple[str, str]]:
    """The kinds of service to choose from: those with a share of their own, then any other."""
    own = [(code, SERVICE_TYPES.get(code, f"Service type {code}")) for code in figures]
    return [*(one for one in own if one[0] != WHOLE_PLAN), (WHOLE_PLAN, "Any other service")]


def shares_for(figures: Figures, service: str) -> Shares:
    """The service's own word comes before the plan's. A copay that is named for the service, and
    no deductible or coinsurance beside it, is all that the patient pays.
    """
    plan, own = figures.get(WHOLE_PLAN, {}), figures.get(service, {})
    merged = {**{name: plan[name] for name in plan if name != COPAY}, **own}
    beside = service == WHOLE_PLAN or COINSURANCE in own or DEDUCTIBLE in own

    def number(name: str) -> Decimal | None:
        return Decimal(merged[name]) if name in merged else None

    copay = number(COPAY)
    return Shares(
        copay,
        number(DEDUCTIBLE),
        number(COINSURANCE),
        number(LIMIT),
        copay_only=copay is not None and not beside,
    )


def estimate(allowed: Decimal, shares: Shares) -> Estimate:
    """The share of `allowed`: deductible first, then the copay, then a part of the rest; never
    more than is left of the limit, nor than is allowed.
    """
    deductible = ZERO if shares.copay_only else min(shares.deductible_left or ZERO, allowed)
    copay = min(shares.copay or ZERO, allowed - deductible)
    rest = allowed - deductible - copay
    rate = ZERO if shares.copay_only else shares.rate or ZERO
    coinsurance = dollars(rate * rest)
    total = deductible + copay + coinsurance
    patient = min(total, allowed, total if shares.limit_left is None else shares.limit_left)
    steps = list(_steps(shares, deductible, copay, coinsurance, rest))
    if patient < total:
        steps.append(
            f"no more than ${format_money(patient)}, which is left of the out-of-pocket limit"
        )
    return Estimate(patient, deductible, copay, coinsurance, tuple(steps))


def _steps(
    shares: Shares, deductible: Decimal, copay: Decimal, coinsurance: Decimal, rest: Decimal
) -> Iterable[str]:
    if shares.copay_only:
        yield f"${format_money(copay)} copay, in place of deductible and coinsurance"
        return
    if shares.deductible_left is None:
        yield "nothing for a deductible: the payer said nothing of what is left of it"
    elif deductible:
        yield f"${format_money(deductible)} of the deductible"
    if copay:
        yield f"${format_money(copay)} copay"
    if shares.rate is None:
        yield "no coinsurance: the payer named none"
    elif coinsurance:
        percent = f"{(shares.rate * 100).normalize():f}"
        yield f"{percent}% of the other ${format_money(rest)}: ${format_money(coinsurance)}"


def _figures(items: list[BenefitItem]) -> dict[str, str]:
    copay, share = best(items, "B"), best(items, "A")
    found = {
        COPAY: copay.amount if copay else None,
        DEDUCTIBLE: left_amount(items, "C"),
        COINSURANCE: share.percent if share else None,
        LIMIT: left_amount(items, "G"),
    }
    return {name: str(value) for name, value in found.items() if value is not None}
