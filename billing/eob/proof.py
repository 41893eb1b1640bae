"""Whether a typed EOB adds up, level by level, and where it does not (domain E.2). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.eob.draft import TypedClaim, TypedProviderAdjustment
from core.money import ZERO, format_money


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the id of the control where it is mended."""

    target: str
    text: str


def prove(
    payment: Decimal | None,
    claims: Sequence[TypedClaim],
    provider: Sequence[TypedProviderAdjustment],
) -> list[Problem]:
    """Everything that keeps the EOB from being a payment: words not understood, then lines that
    do not balance (BAL-S), claims without a line, and the payment itself (BAL-T).
    """
    found = [problem for claim in claims for problem in _claim(claim)]
    found += [Problem(f"{row.name}.amount", row.problem) for row in provider if row.problem]
    if not claims and not any(not row.is_empty for row in provider):
        found.append(Problem("add", "Add the first claim of the EOB, or money of no claim."))
    if payment is not None and not found:
        total = total_of(claims, provider)
        if total != payment:
            found.append(
                Problem(
                    "id_amount",
                    f"The claims and adjustments come to ${format_money(total)}, the payment is"
                    f" ${format_money(payment)}: ${format_money(abs(payment - total))}"
                    f" {'is missing' if payment > total else 'is too much'}.",
                )
            )
    return found


def total_of(claims: Sequence[TypedClaim], provider: Sequence[TypedProviderAdjustment]) -> Decimal:
    """What the claims and provider adjustments come to: the payment, if all is right."""
    paid = sum((claim.paid_amount for claim in claims), ZERO)
    return paid - sum((row.value for row in provider), ZERO)


def _claim(claim: TypedClaim) -> list[Problem]:
    number = claim.billed.number
    found = []
    if claim.problem:
        found.append(Problem(f"{claim.name}.status", f"Claim {number}: {claim.problem}"))
    if not claim.told:
        found.append(
            Problem(
                f"{claim.name}.0.paid",
                f"Claim {number}: type at least one line, or take the claim off.",
            )
        )
    for place, line in enumerate(claim.lines, start=1):
        where = f"Claim {number}, line {place}"
        found += [
            Problem(f"{line.name}.{what}", f"{where}: {words}")
            for what, words in line.problems.items()
        ]
        if not line.is_empty and not line.problems and line.difference_amount:
            line.problems["paid"] = _off(line.difference_amount)
            billed = format_money(line.billed.charge_amount)
            found.append(
                Problem(
                    f"{line.name}.paid",
                    f"{where}: billed ${billed} less ${format_money(line.adjusted_amount)} adjusted"
                    f" is not ${format_money(line.paid_amount)} paid,"
                    f" {_off(line.difference_amount).lower()}",
                )
            )
    return found


def _off(difference: Decimal) -> str:
    words = "not accounted for" if difference > 0 else "too much"
    return f"${format_money(abs(difference))} {words}."
