"""Money of a remittance that belongs to no claim: its PLB pairs (domain E.6). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side, move
from billing.posting.facts import ProviderAdjustmentFact, RemittanceFact
from billing.posting.plan import Issue, IssueKind
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class Treatment:
    """The account that meets the cash, and whether a person must look at it."""

    account: Account
    needs_person: bool = False


_SUSPENSE = Treatment(Account.RECOUPMENT_SUSPENSE, needs_person=True)
_FEE = Treatment(Account.PAYER_FEES)
_INCOME = Treatment(Account.OTHER_PAYER_INCOME)
_CAPITATION = Treatment(Account.CAPITATION)

# What is not listed (CS, AM, AP, C5, FC, OB, TL, …) waits in suspense for a person.
TREATMENTS: Mapping[str, Treatment] = {
    "72": Treatment(Account.RECOUPMENT_SUSPENSE),
    "B2": Treatment(Account.RECOUPMENT_SUSPENSE),
    "L6": Treatment(Account.INTEREST),
    "J1": Treatment(Account.CAPITATION_OFFSET),
    "IR": Treatment(Account.TAX_WITHHELD),
    "LE": Treatment(Account.LEVIES),
    "90": Treatment(Account.INCENTIVE),
    "E3": Treatment(Account.PAYER_WITHHOLDS),
    **dict.fromkeys(("AH", "50", "L3", "51"), _FEE),
    **dict.fromkeys(("BN", "IP", "LS", "PL", "IS", "PI"), _INCOME),
    **dict.fromkeys(("CT", "CR", "CV"), _CAPITATION),
}
# Recoveries: what we owe the payer under that reference, first; the rest nobody here knows.
RECOVERIES = frozenset({"WO", "B3", "FB"})
_RETURN_ACKNOWLEDGED = "72"


def plan_provider_adjustments(
    remittance: RemittanceFact,
) -> tuple[tuple[Line, ...], tuple[Issue, ...]]:
    """The lines and questions for every PLB pair of `remittance`.

    The sign is inverted: a positive amount lowers the cash (trap 5). Amounts pushed to a later
    remittance come first, so that one remittance may both owe and settle a reference.
    """
    payables = dict(remittance.open_payables)
    returned = {
        adjustment.reference_number
        for adjustment in remittance.provider_adjustments
        if adjustment.reason_code == _RETURN_ACKNOWLEDGED
    }
    lines: list[Line] = []
    issues: list[Issue] = []
    for adjustment in sorted(remittance.provider_adjustments, key=lambda a: a.amount > 0):
        if adjustment.reason_code in RECOVERIES:
            parts, unknown = _recovery(adjustment, payables)
            wants_person = bool(unknown) and adjustment.reference_number not in returned
        else:
            treatment = TREATMENTS.get(adjustment.reason_code, _SUSPENSE)
            parts, unknown = [(treatment.account, adjustment.amount)], adjustment.amount
            wants_person = treatment.needs_person
        lines.extend(_line(remittance, adjustment, account, part) for account, part in parts)
        if wants_person:
            issues.append(_question(adjustment, unknown))
    return tuple(lines), tuple(issues)


def _recovery(
    adjustment: ProviderAdjustmentFact, payables: dict[str, Decimal]
) -> tuple[list[tuple[Account, Decimal]], Decimal]:
    """How a recovery splits over payable and suspense, and what of it nobody knows."""
    reference, amount = adjustment.reference_number, adjustment.amount
    owed = payables.get(reference, ZERO)
    known = amount if amount < 0 else max(min(amount, owed), ZERO)
    payables[reference] = owed - known
    parts = [
        (Account.RECOUPMENT_PAYABLE, known),
        (Account.RECOUPMENT_SUSPENSE, amount - known),
    ]
    return [part for part in parts if part[1]], amount - known


def _line(
    remittance: RemittanceFact,
    adjustment: ProviderAdjustmentFact,
    account: Account,
    amount: Decimal,
) -> Line:
    payer_id = remittance.payer_id
    return move(
        debit=Side(account, payer_id=payer_id),
        credit=Side(Account.REMIT_CLEARING, payer_id=payer_id),
        amount=amount,
        reason_code=f"PLB-{adjustment.reason_code}",
        reference_number=adjustment.reference_number,
    )


def _question(adjustment: ProviderAdjustmentFact, amount: Decimal) -> Issue:
    return Issue(
        IssueKind.PROVIDER_ADJUSTMENT,
        f"PLB {adjustment.reason_code} with reference {adjustment.reference_number or 'none'}"
        " waits in suspense until somebody knows what it is for.",
        amount,
        provider_adjustment_id=adjustment.provider_adjustment_id,
    )
