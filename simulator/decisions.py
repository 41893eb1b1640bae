"""The decision of a scenario, played: from a claim and its contract to the answer of each line."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from simulator.claims import Line, ReceivedClaim
from simulator.money import CENT, ZERO, cents
from simulator.payer import PayerConfig
from simulator.pricing import (
    Reason,
    Share,
    after_another,
    allowed_amount,
    answered,
    cut_amounts,
    denied,
    priced,
    rule_against,
)
from simulator.scenarios.parts import (
    CrossOver,
    Deny,
    Downcode,
    Forward,
    Part,
    Pay,
    Recode,
    ZeroPay,
)
from x12.transactions.remittance_835.model import Adjustment, RemittanceLine

_LEVELS = (("99205", "99204"), ("99204", "99203"), ("99203", "99202"),
           ("99215", "99214"), ("99214", "99213"), ("99213", "99212"))  # fmt: skip
_ONE_LOWER = dict(_LEVELS)
_LOWER_SHARE = Decimal("0.70")  # of a level's fee, where the lower one has none
_DOWNCODED = "N22"


@dataclass(slots=True)
class Case:
    """One claim before one payer. `share` is spent as lines are priced, so each is priced once."""

    claim: ReceivedClaim
    payer: PayerConfig
    share: Share

    def usual_lines(self, percent: Decimal = Decimal(1)) -> list[RemittanceLine]:
        """By the contract, or by `percent` of it; after another payer by what that one left."""
        claim, payer = self.claim, self.payer
        if not claim.is_primary:
            return [after_another(line, payer, claim.claim_filing_code) for line in claim.lines]
        cuts = cut_amounts(claim.lines, payer)
        found = []
        for line in claim.lines:
            against = rule_against(line, claim, payer)
            found.append(
                denied(line, against)
                if against
                else self.price(line, cut=cuts.get(line.number, ZERO), percent=percent)
            )
        return found

    def price(
        self, line: Line, *, cut: Decimal = ZERO, percent: Decimal = Decimal(1)
    ) -> RemittanceLine:
        """One line by the contract."""
        kept = self.payer.sequestration(self.claim.claim_filing_code)
        return priced(line, self.payer, self.share, sequestration=kept, cut=cut, percent=percent)


def decide_lines(part: Part, case: Case) -> list[RemittanceLine]:
    """The answers to the claim's lines, as this decision has them."""
    return _PLAYERS[type(part)](part, case)


def _pay(part: Pay, case: Case) -> list[RemittanceLine]:
    return case.usual_lines(part.percent)


def _deny(part: Deny, case: Case) -> list[RemittanceLine]:
    reason: Reason = (part.group, part.reason, part.remarks)
    lines = case.claim.lines
    if part.lines == "all":
        return [denied(line, reason) for line in lines]
    if len(lines) < 2 or not case.claim.is_primary:
        return case.usual_lines()  # there is nothing left to pay, or nothing to choose from
    odd_one = min(lines, key=lambda line: (line.charge_amount, -line.number))
    rest = tuple(line for line in lines if line is not odd_one)
    others = Case(replace(case.claim, lines=rest), case.payer, case.share).usual_lines()
    answers = dict(zip([line.number for line in rest], others, strict=True))
    return [answers.get(line.number) or denied(line, reason) for line in lines]


def _zero_pay(_part: ZeroPay, case: Case) -> list[RemittanceLine]:
    if case.claim.is_primary:
        # All of it falls under a deductible that nobody expected, whatever was spent this year.
        case.share.deductible, case.share.copay = case.claim.charge_amount, ZERO
        case.share.out_of_pocket = None
    return case.usual_lines()


def _recode(part: Recode, case: Case) -> list[RemittanceLine]:
    """Domain E.7: OA-94 raises the first line by what 97 takes from the others (W-14)."""
    lines = case.claim.lines
    if len(lines) < 2 or not case.claim.is_primary or not all(x.charge_amount for x in lines):
        return case.usual_lines()
    dearest = max(lines, key=lambda line: (line.charge_amount, -line.number))
    code = part.code or dearest.procedure_code
    first, *others = lines
    moved = sum((line.charge_amount for line in others), ZERO)
    whole = replace(
        first, procedure_code=code, charge_amount=first.charge_amount + moved, units=Decimal(1)
    )
    paid = case.price(whole)
    head = replace(
        paid,
        charge_amount=first.charge_amount,
        adjustments=(*paid.adjustments, Adjustment("OA", "94", -moved)),
    )
    answers = [(first, head), *((one, denied(one, ("CO", "97", ("M15",)))) for one in others)]
    return [_under(code, line, answer) for line, answer in answers]


def _under(code: str, line: Line, answer: RemittanceLine) -> RemittanceLine:
    """SVC01 is the code paid for, SVC06 the one that was billed; only where they differ."""
    if line.procedure_code == code:
        return answer
    return replace(
        answer,
        procedure_code=code,
        modifiers=(),
        submitted_procedure_code=line.procedure_code,
        submitted_modifiers=line.modifiers,
    )


def _downcode(_part: Downcode, case: Case) -> list[RemittanceLine]:
    """Domain W-22: one level lower, CO-150 for what that costs; without a visit plainly paid."""
    lines = case.claim.lines
    visits = [line for line in lines if line.procedure_code in _ONE_LOWER]
    if not visits or not case.claim.is_primary:
        return case.usual_lines()
    visit = max(visits, key=lambda line: (line.charge_amount, -line.number))
    usual = Case(replace(case.claim, lines=tuple(x for x in lines if x is not visit)),
                 case.payer, case.share).usual_lines()  # fmt: skip
    answers = iter(usual)
    return [_one_lower(line, case) if line is visit else next(answers) for line in lines]


def _one_lower(line: Line, case: Case) -> RemittanceLine:
    code = _ONE_LOWER[line.procedure_code]
    full = allowed_amount(line, case.payer)
    lower = replace(line, procedure_code=code)
    has_fee = code in case.payer.fees
    wanted = allowed_amount(lower, case.payer) if has_fee else cents(full * _LOWER_SHARE)
    allowed = max(min(wanted, full), min(CENT, full))
    deductible, coinsurance, copay = case.share.take(lower, allowed)
    gross = allowed - deductible - coinsurance - copay
    kept = cents(case.payer.sequestration(case.claim.claim_filing_code) * gross)
    answer = answered(
        line,
        gross - kept,
        [
            Adjustment("CO", "45", line.charge_amount - full),
            Adjustment("CO", "150", full - allowed),
            Adjustment("CO", "253", kept),
            Adjustment("PR", "1", deductible),
            Adjustment("PR", "2", coinsurance),
            Adjustment("PR", "3", copay),
        ],
        allowed,
    )
    return replace(_under(code, line, answer), modifiers=line.modifiers, remark_codes=(_DOWNCODED,))


def _forward(_part: Forward, case: Case) -> list[RemittanceLine]:
    return [denied(line, ("OA", "109", ())) for line in case.claim.lines]


def _cross_over(_part: CrossOver, case: Case) -> list[RemittanceLine]:
    return case.usual_lines()


_PLAYERS: dict[type[Part], Callable[..., list[RemittanceLine]]] = {
    Pay: _pay,
    Deny: _deny,
    ZeroPay: _zero_pay,
    Recode: _recode,
    Downcode: _downcode,
    Forward: _forward,
    CrossOver: _cross_over,
}
