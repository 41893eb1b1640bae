"""Making out a deposit slip, and taking one apart that did not go (domain F.5)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from billing.batch_choices import SlipKind, SlipState
from billing.models import BankAccount, DepositSlip, DepositSlipItem
from billing.selectors.deposit_items import chosen_items
from billing.services.match_by_itself import match_by_itself
from billing.services.post_match import MISSING_SLIP
from billing.states import SLIP
from core import clock, timeline
from core.actors import current_actor
from core.choices import WorkState
from core.errors import ApplicationError, Conflict
from core.ids import opaque_number
from core.models import Practice
from core.money import ZERO, format_money
from core.services.work import close_work_item
from core.states import advance

NUMBER_LENGTH = 9
LEAST_REASON = 5


def make_deposit_slip(
    *, practice: Practice, kind: str, account: BankAccount | None, day: date, keys: Sequence[str]
) -> DepositSlip:
    """Bring the items named by `keys` together. Nothing is posted: the money is where it was until
    the bank has it. Raises ApplicationError at the field, Conflict where one of the items is on
    another slip meanwhile.
    """
    _check(practice, kind, day, keys)
    with transaction.atomic():
        items = chosen_items(practice, kind, keys)
        if len(items) != len(set(keys)):
            raise Conflict(
                "Some of these are on another slip, or were taken back, meanwhile.", field="chosen"
            )
        if latest := max(
            (item.day for item in items if item.payment and item.day > day), default=None
        ):
            raise ApplicationError(
                f"A receipt of {latest:%m/%d/%Y} cannot go to the bank before.", field="day"
            )
        slip = DepositSlip.objects.create(
            practice=practice,
            number=opaque_number("D", NUMBER_LENGTH),
            kind=kind,
            account=account,
            day=day,
            item_count=len(items),
            cash_amount=sum((item.amount for item in items if item.is_cash), ZERO),
            amount=sum((item.amount for item in items), ZERO),
            made_by_name=current_actor().name,
        )
        DepositSlipItem.objects.bulk_create(
            DepositSlipItem(
                practice=practice, slip=slip, payment=item.payment, remittance=item.remittance,
                amount=item.amount,
            )
            for item in items
        )  # fmt: skip
        timeline.record(
            slip,
            kind="slip.made",
            sentence=f"made out {slip.number}: {len(items):,} items, ${format_money(slip.amount)}",
        )
        match_by_itself(practice)
    slip.refresh_from_db()
    return slip


def _check(practice: Practice, kind: str, day: date, keys: Sequence[str]) -> None:
    if kind not in SlipKind.values:
        raise ApplicationError("Choose what it brings together.", field="kind")
    if day > clock.today(practice):
        raise ApplicationError("This day has not come yet.", field="day")
    if not keys:
        raise ApplicationError("Choose at least one receipt.", field="chosen")


def take_slip_apart(*, slip: DepositSlip, reason: str) -> DepositSlip:
    """It did not go to the bank like this: its items are free for another slip. Raises
    ApplicationError without a reason, Conflict for one that is at the bank.
    """
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why.", field="reason")
    with transaction.atomic():
        row = DepositSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
        if row.state == SlipState.BANKED:
            raise Conflict("The bank has it: take the match back first.")
        if not advance(row, SlipState.APART, table=SLIP):
            return row
        timeline.record(
            row,
            kind="slip.apart",
            sentence=f"took it apart: its {row.item_count:,} items are free again",
            details={"note": reason},
        )
        DepositSlipItem.objects.filter(slip=row).delete()
        close_work_item(
            subject=row, kind=MISSING_SLIP, outcome="Taken apart", state=WorkState.WITHDRAWN
        )
    return row
