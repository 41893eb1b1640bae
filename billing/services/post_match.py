"""What a match posts, and what taking it back mirrors: one act for each kind of payment."""

from dataclasses import dataclass
from decimal import Decimal

from billing.batch_choices import Fee, SlipState
from billing.ledger.entries import mirror_journal
from billing.models import BankLine, BankMatch, DepositSlip, Journal, Payment
from billing.services.deposit_receipts import deposit_receipts, undeposit_receipts
from billing.services.record_deposit import deposit_of, record_deposit, take_back_deposit
from billing.services.return_check import post_returned_check
from billing.states import SLIP
from claims.models import Remittance
from core import timeline
from core.errors import ApplicationError, Conflict
from core.money import ZERO
from core.services.work import close_work_item
from core.states import advance

MISSING_MONEY = "remittance.money_missing"
MISSING_SLIP = "slip.missing"
# What a line of the bank may be; a patient's receipt is a check that was sent back.
Thing = Remittance | DepositSlip | Payment


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept back of a payment on its way, and by whom."""

    fee: str = Fee.NONE
    amount: Decimal = ZERO


def amount_of(thing: Thing) -> Decimal:
    """What a remittance or deposit brings, or a returned check takes."""
    return thing.payment_amount if isinstance(thing, Remittance) else thing.amount


def number_of(thing: Thing) -> str:
    """How people call it."""
    return thing.trace_number if isinstance(thing, Remittance) else thing.number


def column_of(thing: Thing) -> str:
    """Where a match names it."""
    if isinstance(thing, Remittance):
        return "remittance"
    return "slip" if isinstance(thing, DepositSlip) else "payment"


def post_match(line: BankLine, thing: Thing, kept: Kept) -> Journal | None:
    """Post what the bank has; None where somebody had said so by hand, with the journal of then.
    The caller has a transaction. Raises Conflict and ApplicationError, saying what to do first.
    """
    if isinstance(thing, Remittance):
        return _deposit_remittance(line, thing, kept)
    if isinstance(thing, DepositSlip):
        return _deposit_slip(line, thing, kept)
    return post_returned_check(thing, on=line.posted_on)


def unpost_match(match: BankMatch, reason: str) -> None:
    """The mirror of what `match` posted; what it named is awaited again. The caller has a
    transaction.
    """
    if match.remittance is not None and match.journal is not None:
        take_back_deposit(remittance=match.remittance, reason=reason)
    if match.slip is not None:
        _undeposit_slip(match.slip, reason)
    if match.payment_id is not None and match.journal is not None:
        mirror_journal(
            practice=match.practice, journal=match.journal, memo=f"Not sent back: {reason}"[:200]
        )


def _deposit_remittance(line: BankLine, remittance: Remittance, kept: Kept) -> Journal | None:
    if deposit_of(remittance) is not None:
        if kept.amount:
            raise Conflict("Its deposit is posted already, in full: nothing was kept back.")
        return None
    journal = record_deposit(
        remittance=remittance, on=line.posted_on, fee=kept.fee, fee_amount=kept.amount
    )
    close_work_item(subject=remittance, kind=MISSING_MONEY, outcome="Found at the bank")
    return journal


def _deposit_slip(line: BankLine, slip: DepositSlip, kept: Kept) -> Journal | None:
    row = DepositSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if row.state != SlipState.OPEN:
        raise Conflict(f"Deposit {row.number} is {row.get_state_display().lower()}.")
    remittances = list(Remittance.objects.filter(slip_item__slip=row))
    if kept.amount and remittances:
        raise ApplicationError("Nothing is kept back of checks.", field="fee_amount")
    journal = deposit_receipts(row, on=line.posted_on, fee=kept.fee, fee_amount=kept.amount)
    for remittance in remittances:
        record_deposit(remittance=remittance, on=line.posted_on)
    advance(row, SlipState.BANKED, table=SLIP, update={"journal": journal})
    close_work_item(subject=row, kind=MISSING_SLIP, outcome="Found at the bank")
    timeline.record(
        row, kind="slip.banked", sentence=f"found it at the bank on {line.posted_on:%m/%d/%Y}"
    )
    return journal


def _undeposit_slip(slip: DepositSlip, reason: str) -> None:
    row = DepositSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if BankMatch.objects.filter(payment__slip_item__slip=row, undone_at__isnull=True).exists():
        raise Conflict("The bank sent a check of it back: take that match back first.")
    undeposit_receipts(row, reason=reason)
    for remittance in Remittance.objects.filter(slip_item__slip=row):
        take_back_deposit(remittance=remittance, reason=reason)
    advance(
        row, SlipState.OPEN, table=SLIP,
        update={"journal": None, "times_unmatched": row.times_unmatched + 1},
    )  # fmt: skip
    timeline.record(
        row,
        kind="slip.unmatched",
        sentence="it was not the money at the bank",
        details={"note": reason},
    )
