"""What a payer decides about one claim: pure functions from claim and contract to figures.

Allowed amounts, patient share and sequestration follow domain E.4 and I.5: every amount is rounded
half up once a line, and every line balances (BAL-S).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from simulator.behaviours import Behaviour
from simulator.claims import Line, ReceivedClaim
from simulator.config import PayerConfig
from simulator.money import CENT, ZERO, cents
from x12.transactions.remittance_835.model import Adjustment, RemittanceClaim, RemittanceLine

REVERSAL, FORWARDED = "22", "23"
# CLP06 knows fewer kinds of plan than SBR09 does.
_FILING_CODES = frozenset(
    [
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "AM",
        "CH",
        "DS",
        "HM",
        "LM",
        "MA",
        "MB",
        "MC",
        "OF",
        "TV",
        "VA",
        "WC",
    ]
)
_COMMERCIAL = {"CI": "12", "BL": "12", "11": "12", "FI": "OF"}
_RANKS = {"P": "1", "S": "2", "T": "3"}
_VISITS = ("992", "993")  # office visits and the like: where a copay is taken
# Whole-claim denials: group, reason and the remark that says more (16 must have one).
_DENIALS = {
    Behaviour.DENY_CO16: ("CO", "16", ("N265",)),
    Behaviour.DENY_CO50: ("CO", "50", ("N115",)),
    Behaviour.DENY_CO197: ("CO", "197", ("N706",)),
}
_TOO_LATE = ("CO", "29", ())
_NO_EARLIER_PAYMENT = ("CO", "22", ("MA04",))
_BUNDLED = ("CO", "97", ("M15",))
_LINE_DENIED = ("CO", "16", ("N265",))


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a claim, and how much of the member's deductible it used."""

    claim: RemittanceClaim
    deductible_amount: Decimal = ZERO


@dataclass(slots=True)
class _Share:
    """What the patient still has to bear, spent line by line."""

    deductible: Decimal
    copay: Decimal
    used: Decimal = ZERO

    def take_deductible(self, allowed: Decimal) -> Decimal:
        taken = min(self.deductible, allowed)
        self.deductible -= taken
        self.used += taken
        return taken

    def take_copay(self, line: Line, allowed: Decimal) -> Decimal:
        if not line.procedure_code.startswith(_VISITS):
            return ZERO
        taken = min(self.copay, allowed)
        self.copay -= taken
        return taken


def adjudicate(
    claim: ReceivedClaim,
    payer: PayerConfig,
    behaviour: Behaviour,
    *,
    payer_claim_number: str,
    received_on: date,
    deductible_left: Decimal,
) -> Decision:
    """Decide the whole claim. `deductible_left` is what the member has not yet used this year."""
    if behaviour is Behaviour.FORWARD:
        return Decision(_forwarded(claim, payer_claim_number))
    share = _Share(deductible_left, payer.copay)
    denial = _DENIALS.get(behaviour) or _late(claim, payer, received_on)
    if denial:
        lines = [_denied(line, denial) for line in claim.lines]
    elif not claim.is_primary:
        lines = [_after_another(line, payer, claim.claim_filing_code) for line in claim.lines]
    else:
        lines = _primary(claim, payer, behaviour, share)
    return Decision(_answer(claim, lines, payer_claim_number), share.used)


def _late(
    claim: ReceivedClaim, payer: PayerConfig, received_on: date
) -> tuple[str, str, tuple[str, ...]] | None:
    limit = payer.filing_limit_days
    if limit and claim.first_day and (received_on - claim.first_day).days > limit:
        return _TOO_LATE
    return None


def _primary(
    claim: ReceivedClaim, payer: PayerConfig, behaviour: Behaviour, share: _Share
) -> list[RemittanceLine]:
    if behaviour is Behaviour.ZERO_PAY:  # all of it falls under a deductible nobody expected
        share.deductible, share.copay = claim.charge_amount, ZERO
    odd_one = _cheapest(claim.lines) if len(claim.lines) > 1 else None
    denials = {Behaviour.BUNDLE: _BUNDLED, Behaviour.DENY_LINE_CO16: _LINE_DENIED}
    denial = denials.get(behaviour)
    return [
        _denied(line, denial)
        if denial and line is odd_one
        else _priced(line, payer, share, payer.sequestration(claim.claim_filing_code))
        for line in claim.lines
    ]


def _cheapest(lines: Iterable[Line]) -> Line:
    return min(lines, key=lambda line: (line.charge_amount, -line.number))


def allowed_amount(line: Line, payer: PayerConfig) -> Decimal:
    """What the payer's schedule allows: by code and modifier, by code, else a share of the charge.

    Never more than the charge, and at least a cent: reason 45 may not take the whole charge.
    """
    fees = payer.fees
    fee = fees.get("-".join((line.procedure_code, *line.modifiers[:1])))
    fee = fees.get(line.procedure_code) if fee is None else fee
    allowed = (
        cents(line.charge_amount * payer.default_percent)
        if fee is None
        else cents(fee * line.units)
    )
    return min(line.charge_amount, max(allowed, CENT))


def _priced(
    line: Line, payer: PayerConfig, share: _Share, sequestration: Decimal
) -> RemittanceLine:
    allowed = allowed_amount(line, payer)
    copay = share.take_copay(line, allowed)
    # A visit with a copay costs the patient that and no more.
    deductible = ZERO if copay else share.take_deductible(allowed)
    coinsurance = ZERO if copay else cents(payer.coinsurance_percent * (allowed - deductible))
    gross = allowed - copay - deductible - coinsurance
    kept = cents(sequestration * gross)
    return _line(
        line,
        gross - kept,
        [
            Adjustment("CO", "45", line.charge_amount - allowed),
            Adjustment("CO", "253", kept),
            Adjustment("PR", "1", deductible),
            Adjustment("PR", "2", coinsurance),
            Adjustment("PR", "3", copay),
        ],
        allowed,
    )


def _after_another(line: Line, payer: PayerConfig, claim_filing_code: str) -> RemittanceLine:
    """A secondary payer pays of what the one before left to the patient; the rest is OA-23."""
    if line.earlier_paid_amount is None:
        return _denied(line, _NO_EARLIER_PAYMENT)
    open_amount = min(line.earlier_patient_amount, line.charge_amount)
    # At least a cent: reason 45 may not take the whole charge.
    gross = min(open_amount, max(cents(open_amount * payer.secondary_percent), CENT))
    kept = cents(payer.sequestration(claim_filing_code) * gross)
    return _line(
        line,
        gross - kept,
        [
            Adjustment("OA", "23", line.charge_amount - open_amount),
            Adjustment("CO", "45", open_amount - gross),
            Adjustment("CO", "253", kept),
        ],
    )


def _denied(line: Line, denial: tuple[str, str, tuple[str, ...]]) -> RemittanceLine:
    group, reason, remarks = denial
    answer = _line(line, ZERO, [Adjustment(group, reason, line.charge_amount)])
    return replace(answer, remark_codes=remarks)


def _line(
    line: Line, paid: Decimal, adjustments: list[Adjustment], allowed: Decimal | None = None
) -> RemittanceLine:
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


def _answer(
    claim: ReceivedClaim, lines: list[RemittanceLine], payer_claim_number: str
) -> RemittanceClaim:
    adjustments = [one for line in lines for one in line.adjustments]
    patient = sum((one.amount for one in adjustments if one.group_code == "PR"), ZERO)
    return RemittanceClaim(
        patient_control_number=claim.number,
        status_code=_RANKS.get(claim.payer_rank, "3"),
        charge_amount=claim.charge_amount,
        paid_amount=sum((line.paid_amount for line in lines), ZERO),
        patient_responsibility_amount=patient or None,
        filing_code=_filing_code(claim.claim_filing_code),
        payer_claim_number=payer_claim_number,
        facility_code=claim.place_of_service_code,
        frequency_code=claim.frequency_code,
        patient_last_name=claim.patient_last_name,
        patient_first_name=claim.patient_first_name,
        member_id=claim.member_id,
        rendering_npi=claim.rendering_npi,
        remark_codes=("MA01",) if claim.claim_filing_code == "MB" else (),
        lines=tuple(lines),
    )


def _forwarded(claim: ReceivedClaim, payer_claim_number: str) -> RemittanceClaim:
    """Not this payer's claim: passed on to whose it is, and nothing decided (domain E.3)."""
    lines = [_line(one, ZERO, [Adjustment("OA", "109", one.charge_amount)]) for one in claim.lines]
    return replace(_answer(claim, lines, payer_claim_number), status_code=FORWARDED)


def _filing_code(code: str) -> str:
    return code if code in _FILING_CODES else _COMMERCIAL.get(code, "ZZ")


def reverse(original: RemittanceClaim) -> RemittanceClaim:
    """The reversal of an earlier answer: status 22 and every amount negated (domain E.5)."""
    return replace(
        original,
        status_code=REVERSAL,
        charge_amount=-original.charge_amount,
        paid_amount=-original.paid_amount,
        patient_responsibility_amount=None,
        remark_codes=(),
        lines=tuple(
            replace(
                line,
                charge_amount=-line.charge_amount,
                paid_amount=-line.paid_amount,
                allowed_amount=None,
                remark_codes=(),
                adjustments=_negated(line.adjustments),
            )
            for line in original.lines
        ),
    )


def _negated(adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    return tuple(replace(one, amount=-one.amount) for one in adjustments)


def is_whole_denial(answer: RemittanceClaim) -> bool:
    """Whether nothing was paid and nothing left to the patient: a new claim may follow."""
    return answer.paid_amount == 0 and not answer.patient_responsibility_amount
