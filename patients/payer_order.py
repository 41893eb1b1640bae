"""In which order a patient's payers are billed, and why Medicare comes second (domain C.1, C.5).

Pure rules over coverages, or over what a claim's snapshot kept of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from patients.choices import ClaimFiling, Employment, Entitlement, InsuranceType, PayerKind
from patients.models import Coverage

OLD_AGE = 65
AGED_EMPLOYER, DISABLED_EMPLOYER = 20, 100  # people that work there, at least
KIDNEY_MONTHS = 30
_MEDICARE = frozenset({ClaimFiling.MEDICARE_B, "MA"})
_CURRENT_WORK = frozenset({Employment.OWN, Employment.SPOUSE})
_BY_PLAN = {
    ClaimFiling.WORKERS: InsuranceType.WORKERS,
    ClaimFiling.AUTO: InsuranceType.NO_FAULT,
    ClaimFiling.LIABILITY: InsuranceType.LIABILITY,
    ClaimFiling.VETERANS: InsuranceType.VETERANS,
}
_RANKS = {1: "primary", 2: "secondary", 3: "tertiary"}


@dataclass(frozen=True, slots=True)
class Insured:
    """One coverage as far as the order of payers goes."""

    rank: int
    payer_name: str
    filing_code: str
    is_medicaid: bool = False
    employment_code: str = ""
    employee_count: int | None = None
    entitlement_code: str = ""
    kidney_from: date | None = None
    insurance_type_code: str = ""

    @property
    def is_medicare(self) -> bool:
        """Medicare itself; Medicare Advantage stands in its place and is no second payer."""
        return self.filing_code in _MEDICARE


@dataclass(frozen=True, slots=True)
class OrderProblem:
    """What is wrong with the order: on which rank, in words, which field puts it right, and how."""

    kind: str
    rank: int
    message: str
    field: str
    fix: str


def insured_of(coverage: Coverage) -> Insured:
    """`coverage` as the rules read it."""
    plan = coverage.plan
    return Insured(
        rank=coverage.place,
        payer_name=plan.payer.name,
        filing_code=plan.claim_filing_code,
        is_medicaid=plan.claim_filing_code == ClaimFiling.MEDICAID
        or plan.payer.kind == PayerKind.MEDICAID,
        employment_code=coverage.employment_code,
        employee_count=coverage.employee_count,
        entitlement_code=coverage.entitlement_code,
        kidney_from=coverage.kidney_from,
        insurance_type_code=coverage.insurance_type_code,
    )


def insurance_type(medicare: Insured, others: Iterable[Insured], *, age: int, on: date) -> str:
    """SBR05 of a Medicare that is billed after `others`; "" where no rule puts it second.

    What somebody chose on the coverage counts before what the facts say.
    """
    if medicare.insurance_type_code:
        return medicare.insurance_type_code
    found = (_type_against(medicare, other, age, on) for other in others)
    return next(filter(None, found), "")


def _type_against(medicare: Insured, other: Insured, age: int, on: date) -> str:
    """Which rule puts `other` before `medicare`, whatever their ranks are now."""
    by_plan = _BY_PLAN.get(ClaimFiling(other.filing_code)) if _known(other.filing_code) else None
    if by_plan:
        return by_plan
    people = other.employee_count or 0
    if (
        medicare.entitlement_code == Entitlement.KIDNEY
        and medicare.kidney_from
        and _months(medicare.kidney_from, on) < KIDNEY_MONTHS
        and other.employment_code
    ):
        return InsuranceType.KIDNEY
    if age >= OLD_AGE and other.employment_code in _CURRENT_WORK and people >= AGED_EMPLOYER:
        return InsuranceType.WORKING_AGED
    works = other.employment_code in {*_CURRENT_WORK, Employment.FAMILY}
    if age < OLD_AGE and works and people >= DISABLED_EMPLOYER:
        return InsuranceType.DISABLED
    return ""


def _known(filing_code: str) -> bool:
    return filing_code in ClaimFiling.values


def _months(start: date, day: date) -> int:
    """Whole months from `start` to `day`."""
    return (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)


def order_problems(coverages: Sequence[Insured], *, age: int, on: date) -> Iterator[OrderProblem]:
    """What is wrong with the ranks of the coverages in force on one day."""
    ordered = sorted(coverages, key=lambda one: one.rank)
    if ordered and ordered[0].rank != 1:
        first = ordered[0]
        yield OrderProblem(
            "no_primary",
            first.rank,
            f"{first.payer_name} is {_RANKS[first.rank]}, and no coverage is primary on this day.",
            "coverage.rank",
            "Add the coverage that pays first, or make this one primary.",
        )
    for place, one in enumerate(ordered):
        yield from _last_ones(one, ordered[place + 1 :])
    for medicare in (one for one in ordered if one.is_medicare):
        yield from _medicare(medicare, ordered, age, on)


def _last_ones(one: Insured, later: Sequence[Insured]) -> Iterator[OrderProblem]:
    """Medicaid is billed last, TRICARE last but for Medicaid."""
    if one.is_medicaid and later:
        yield OrderProblem(
            "medicaid_last",
            one.rank,
            f"{one.payer_name} is Medicaid, paying last, but {later[0].payer_name} comes after.",
            "coverage.rank",
            "Give the other coverage the lower rank.",
        )
    others = [other for other in later if not other.is_medicaid]
    if one.filing_code == ClaimFiling.TRICARE and others:
        yield OrderProblem(
            "tricare_late",
            one.rank,
            f"{one.payer_name} is TRICARE, which pays after {others[0].payer_name}.",
            "coverage.rank",
            "Give the other coverage the lower rank.",
        )


def _medicare(
    medicare: Insured, ordered: Sequence[Insured], age: int, on: date
) -> Iterator[OrderProblem]:
    before = [one for one in ordered if one.rank < medicare.rank]
    for other in ordered:
        reason = _type_against(medicare, other, age, on) if other.rank > medicare.rank else ""
        if reason and other.filing_code not in _BY_PLAN:
            yield OrderProblem(
                "medicare_second",
                medicare.rank,
                f"{other.payer_name} pays before Medicare:"
                f" {InsuranceType(reason).label[0].lower()}{InsuranceType(reason).label[1:]}.",
                "coverage.rank",
                "Make the employer's plan primary and Medicare secondary.",
            )
    others = [one for one in before if not one.is_medicaid]
    if others and not insurance_type(medicare, others, age=age, on=on):
        yield OrderProblem(
            "medicare_type",
            medicare.rank,
            "Medicare is second, and nothing says why.",
            "coverage.insurance_type_code",
            f"Answer the questions on the coverage by {others[0].payer_name}, or make Medicare"
            " primary.",
        )
