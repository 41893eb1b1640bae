"""Money of a remittance that belongs to no claim: its PLB pairs (domain E.6). Pure."""

from decimal import Decimal

from billing.ledger.accounts import Account
from billing.ledger.lines import Line, Side, move
from billing.posting.facts import ProviderAdjustmentFact, RemittanceFact
from billing.posting.plan import Issue, IssueKind
from billing.posting.provider_codes import RETURN_ACKNOWLEDGED, provider_code
from billing.posting.reasons import PostingRules
from core.money import ZERO

_Parts = list[tuple[Account, Decimal]]


def plan_provider_adjustments(
    remittance: RemittanceFact, rules: PostingRules
) -> tuple[tuple[Line, ...], tuple[Issue, ...]]:
    """The lines and questions for every PLB pair of `remittance`.

    The sign is inverted: a positive amount lowers the cash (trap 5). Amounts pushed to a later
    remittance come first, so that one remittance may both owe and settle a reference; several
    pairs with one reference are therefore one sum.
    """
    payables = dict(remittance.open_payables)
    returned = {
        adjustment.reference_number
        for adjustment in remittance.provider_adjustments
        if adjustment.reason_code == RETURN_ACKNOWLEDGED
    }
    lines: list[Line] = []
    issues: list[Issue] = []
    for adjustment in sorted(remittance.provider_adjustments, key=lambda a: a.amount > 0):
        parts, asked = _treated(adjustment, rules, payables)
        lines.extend(_line(remittance, adjustment, account, part) for account, part in parts)
        if asked and adjustment.reference_number not in returned:
            issues.append(_question(adjustment, asked))
    return tuple(lines), tuple(issues)


def _treated(
    adjustment: ProviderAdjustmentFact, rules: PostingRules, payables: dict[str, Decimal]
) -> tuple[_Parts, Decimal]:
    """The accounts that meet `adjustment`, and how much of it nobody here knows."""
    code = provider_code(adjustment.reason_code)
    if code.is_recovery:
        return _recovery(adjustment, payables)
    chosen = None
    if code.may_be_mapped:
        chosen = rules.provider_account(adjustment.reason_code, adjustment.reference_number)
    asked = adjustment.amount if code.needs_person and chosen is None else ZERO
    return [(chosen or code.account, adjustment.amount)], asked


def _recovery(
    adjustment: ProviderAdjustmentFact, payables: dict[str, Decimal]
) -> tuple[_Parts, Decimal]:
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
    code = provider_code(adjustment.reason_code)
    return Issue(
        IssueKind.PROVIDER_ADJUSTMENT,
        f"PLB {adjustment.reason_code} ({code.words}) with reference"
        f" {adjustment.reference_number or 'none'} waits in suspense until somebody knows what it"
        " is for.",
        amount,
        provider_adjustment_id=adjustment.provider_adjustment_id,
    )
