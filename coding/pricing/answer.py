"""Which fee applies and why: the charge and the expected allowed amount of typed services."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from coding.grammar import parse_line
from coding.models import Contract
from coding.pricing.allowed import price_session
from coding.pricing.gather import contract_on, medicare_on, terms_of
from coding.pricing.price import PricedFee, price
from coding.pricing.terms import Allowed, LineToPrice
from coding.selectors import places_on
from core.errors import ApplicationError
from core.money import ZERO, dollars
from patients.models import PayerPlan

_MOST_LINES = 20


@dataclass(frozen=True)
class AnsweredLine:
    """One service: what we charge, from which row, and what the plan should allow."""

    typed: str
    fee: PricedFee | None
    charge: Decimal | None
    allowed: Allowed | None


@dataclass(frozen=True)
class Answer:
    """All services of the question; totals are None where a line has no amount."""

    contract: Contract | None
    lines: list[AnsweredLine]

    @property
    def charge(self) -> Decimal | None:
        """What the lines charge together."""
        return _total([line.charge for line in self.lines])

    @property
    def allowed(self) -> Decimal | None:
        """What the plan should allow together."""
        return _total([line.allowed.amount if line.allowed else None for line in self.lines])


def answer(
    *, plan: PayerPlan | None, on: date, place: str, lines: str, is_non_physician: bool = False
) -> Answer:
    """Price the typed services as one session. Raises ApplicationError at `lines`."""
    words = [word.strip() for word in lines.split(";") if word.strip()]
    if len(words) > _MOST_LINES:
        raise ApplicationError(f"At most {_MOST_LINES} services.", field="lines")
    try:
        typed = [parse_line(word) for word in words]
    except ApplicationError as error:
        raise ApplicationError(error.message, field="lines") from error
    facilities = {row.code for row in places_on(on) if row.is_facility}
    fees: list[tuple[PricedFee | None, LineToPrice]] = []
    for key, line in enumerate(typed):
        where = line.place_of_service_code or place
        fee = price(line.procedure_code, line.modifiers, on, where)
        if line.fee_amount is not None:
            fee = PricedFee(line.fee_amount, "typed")
        units = line.units or Decimal(1)
        fees.append((fee, LineToPrice(
            key=key, code=line.procedure_code, modifiers=line.modifiers, units=units,
            minutes=line.minutes,
            charge=dollars(fee.amount * units) if fee else ZERO, place=where,
            is_facility=where in facilities, is_non_physician=is_non_physician,
        )))  # fmt: skip
    contract, found = expected(plan, [line for _, line in fees], on)
    return Answer(
        contract,
        [
            AnsweredLine(word, fee, line.charge if fee else None, allowed)
            for word, (fee, line), allowed in zip(words, fees, found, strict=True)
        ],
    )


def expected(
    plan: PayerPlan | None, lines: list[LineToPrice], on: date
) -> tuple[Contract | None, list[Allowed] | list[None]]:
    """What a plan should allow for the lines of one session, and by which contract; without a plan
    nothing is expected. The number of queries does not depend on the lines.
    """
    if plan is None:
        return None, [None] * len(lines)
    contract = contract_on(plan, on)
    medicare = medicare_on(
        {line.code for line in lines},
        on,
        contract.mac if contract else "",
        contract.locality if contract else "",
    )
    return contract, price_session(lines, terms_of(contract), medicare)


def _total(amounts: list[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None
