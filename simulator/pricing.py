"""What a payer's contract comes to, line by line: allowed, cut, the patient's share, withheld.

Allowed amounts, patient share and sequestration follow domain E.4, I.4 and I.5: every amount is
rounded half up once a line, and every line balances (BAL-S).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from simulator.claims import Line, ReceivedClaim
from simulator.money import CENT, ZERO, cents
from simulator.payer import CARVE_OUT, LESSER_OF, MSP, PATIENT_SHARE, Benefits, PayerConfig
from x12.transactions.remittance_835.model import Adjustment, RemittanceLine

Reason = tuple[str, str, tuple[str, ...]]  # group, reason, and the remarks that say more
NO_EARLIER_PAYMENT: Reason = ("CO", "22", ("MA04",))
BUNDLED: Reason = ("CO", "97", ("M15",))
NOT_COVERED: Reason = ("CO", "96", ("N130",))
_ASKED_FOR: Reason = ("PR", "96", ("N130",))
_NOT_AUTHORIZED: Reason = ("CO", "197", ("N706",))
_ACKNOWLEDGED = "GY"  # the patient knows that it is no benefit, and owes it
_PARTED = frozenset({"59", "XE", "XP", "XS", "XU", "25"})
_VISITS = ("992", "993")  # office visits and the like: where a copay is taken


@dataclass(slots=True)
class Share:
    """What the patient still has to bear, spent line by line."""

    deductible: Decimal
    copay: Decimal
    coinsurance_percent: Decimal = ZERO
    out_of_pocket: Decimal | None = None
    used_deductible: Decimal = ZERO

    @classmethod
    def of(cls, benefits: Benefits, used_deductible: Decimal, spent: Decimal) -> "Share":
        """What is left of a member's year after `used_deductible` and all that was `spent`."""
        limit = benefits.out_of_pocket
        return cls(
            max(benefits.deductible - used_deductible, ZERO),
            benefits.copay,
            benefits.coinsurance_percent,
            None if limit is None else max(limit - spent, ZERO),
        )

    def take(self, line: Line, allowed: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """Deductible, coinsurance and copay of one line. A visit with a copay costs no more."""
        copay = min(self.copay, allowed) if line.procedure_code.startswith(_VISITS) else ZERO
        self.copay -= copay
        if copay:
            return ZERO, ZERO, self._within_limit(copay)
        deductible = self._within_limit(min(self.deductible, allowed))
        self.deductible -= deductible
        self.used_deductible += deductible
        coinsurance = cents(self.coinsurance_percent * (allowed - deductible))
        return deductible, self._within_limit(coinsurance), ZERO

    def _within_limit(self, amount: Decimal) -> Decimal:
        if self.out_of_pocket is None:
            return amount
        taken = min(amount, self.out_of_pocket)
        self.out_of_pocket -= taken
        return taken


def allowed_amount(line: Line, payer: PayerConfig) -> Decimal:
    """What the payer's schedule allows: by code and modifier, by code, else a share of the charge.

    Never more than the charge, and at least a cent: reason 45 may not take the whole charge.
    """
    fees = payer.fees
    fee = fees.get("-".join((line.procedure_code, *line.modifiers[:1])))
    fee = fees.get(line.procedure_code) if fee is None else fee
    allowed = (
        cents(line.charge_amount * _percent(line.procedure_code, payer))
        if fee is None
        else cents(fee * line.units)
    )
    return min(line.charge_amount, max(allowed, CENT))


def _percent(code: str, payer: PayerConfig) -> Decimal:
    for length in range(len(code), 0, -1):
        if code[:length] in payer.percents:
            return payer.percents[code[:length]]
    return payer.default_percent


def cut_amounts(lines: Iterable[Line], payer: PayerConfig) -> dict[int, Decimal]:
    """By line number, what the second and later procedures of a day lose (domain I.4)."""
    by_day: dict[date, list[tuple[Decimal, Line]]] = {}
    for line in lines:
        if line.procedure_code in payer.multiple_procedures:
            allowed = allowed_amount(line, payer)
            by_day.setdefault(line.service_date_from, []).append((allowed, line))
    return {
        line.number: allowed - cents(allowed * payer.next_procedures_percent)
        for members in by_day.values()
        for allowed, line in sorted(members, key=lambda one: (-one[0], one[1].number))[1:]
    }


def rule_against(line: Line, claim: ReceivedClaim, payer: PayerConfig) -> Reason | None:
    """Why the contract pays nothing for a line; None where it pays."""
    code = line.procedure_code
    if code in payer.not_covered:
        return _ASKED_FOR if _ACKNOWLEDGED in line.modifiers else NOT_COVERED
    if code in payer.needs_authorization and not claim.authorization_number:
        return _NOT_AUTHORIZED
    if payer.bundles and not _PARTED & set(line.modifiers):
        same_day = {
            one.procedure_code
            for one in claim.lines
            if one.service_date_from == line.service_date_from
        }
        if any((other, code) in payer.bundles for other in same_day):
            return BUNDLED
    return None


def priced(
    line: Line,
    payer: PayerConfig,
    share: Share,
    *,
    sequestration: Decimal,
    cut: Decimal = ZERO,
    percent: Decimal = Decimal(1),
) -> RemittanceLine:
    """One line by the contract, or by `percent` of it; `cut` is lost to other procedures."""
    scheduled = max(cents(allowed_amount(line, payer) * percent), min(CENT, line.charge_amount))
    allowed = scheduled - min(cut, max(scheduled - CENT, ZERO))
    deductible, coinsurance, copay = share.take(line, allowed)
    gross = allowed - copay - deductible - coinsurance
    kept = cents(sequestration * gross)
    return answered(
        line,
        gross - kept,
        [
            Adjustment("CO", "45", line.charge_amount - scheduled),
            Adjustment("CO", "59", scheduled - allowed),
            Adjustment("CO", "253", kept),
            Adjustment("PR", "1", deductible),
            Adjustment("PR", "2", coinsurance),
            Adjustment("PR", "3", copay),
        ],
        allowed,
    )


def after_another(line: Line, payer: PayerConfig, claim_filing_code: str) -> RemittanceLine:
    """A secondary payer pays of what the one before left to the patient; the rest is OA-23.

    How much is the payer's `secondary` (domain C.4, C.5). What it does not pay is written off
    (CO-45), or stays with the patient (PR-2) where its benefits are its own.
    """
    if line.earlier_paid_amount is None:
        return denied(line, NO_EARLIER_PAYMENT)
    open_amount = min(line.earlier_patient_amount, line.charge_amount)
    # Reason 45 may not take the whole charge; where another payer took a part of it, it cannot.
    least = CENT if payer.secondary == PATIENT_SHARE or open_amount == line.charge_amount else ZERO
    gross = min(open_amount, max(_own_part(line, payer, open_amount), least))
    kept = cents(payer.sequestration(claim_filing_code) * gross)
    left = ("PR", "2") if payer.secondary in {CARVE_OUT, MSP} else ("CO", "45")
    return answered(
        line,
        gross - kept,
        [
            Adjustment("OA", "23", line.charge_amount - open_amount),
            Adjustment(*left, open_amount - gross),
            Adjustment("CO", "253", kept),
        ],
    )


def _own_part(line: Line, payer: PayerConfig, open_amount: Decimal) -> Decimal:
    paid, allowed = line.earlier_paid_amount or ZERO, allowed_amount(line, payer)
    own = cents(allowed * (1 - payer.coinsurance_percent))
    if payer.secondary == CARVE_OUT:
        return max(own - paid, ZERO)
    if payer.secondary == LESSER_OF:
        return max(min(open_amount, allowed - paid), ZERO)
    if payer.secondary == MSP:
        higher = max(allowed, line.earlier_allowed_amount) - paid
        return max(min(line.charge_amount - paid, own, higher), ZERO)
    return cents(open_amount * payer.secondary_percent)


def denied(line: Line, reason: Reason) -> RemittanceLine:
    """Nothing paid, the whole charge to one reason."""
    group, code, remarks = reason
    answer = answered(line, ZERO, [Adjustment(group, code, line.charge_amount)])
    return replace(answer, remark_codes=remarks)


def answered(
    line: Line, paid: Decimal, adjustments: list[Adjustment], allowed: Decimal | None = None
) -> RemittanceLine:
    """The line as an 835 says it; adjustments of nothing are left out."""
    return RemittanceLine(
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        charge_amount=line.charge_amount,
        paid_amount=paid,
        units=line.units,
        service_date_from=line.service_date_from,
        service_date_to=line.service_date_to,
        line_control_number=line.control_number,
        allowed_amount=allowed,
        adjustments=tuple(one for one in adjustments if one.amount),
    )
