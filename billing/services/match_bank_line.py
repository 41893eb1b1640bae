"""Saying which payment a line of the bank is (E.9): the match, and the deposit that it posts."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from billing.batch_choices import BankLineState, MatchHow
from billing.models import BankLine, BankMatch, Payment
from billing.services.post_match import (
    Kept,
    Thing,
    amount_of,
    column_of,
    number_of,
    post_match,
    unpost_match,
)
from billing.states import BANK_LINE
from core import clock, timeline
from core.actors import current_actor
from core.choices import WorkState
from core.errors import ApplicationError, Conflict
from core.money import ZERO, format_money
from core.services.work import close_work_item
from core.states import advance

LEAST_REASON = 5
MISSING_REMITTANCE = "bank_line.remittance_missing"


def match_bank_line(
    *, line: BankLine, things: Sequence[Thing], how: str, reason: str, kept: Kept | None = None
) -> BankLine:
    """`line` is these remittances and deposits, or they are a part of it; each is posted as
    deposited. Money out is checks that the bank sent back, whose receipts were taken back. What of
    the line is left stays to be matched.

    Raises ApplicationError where they come to more than the line has left, where something was
    kept back of several at once, and as `record_deposit` does; Conflict where the line is settled
    or one of them was found at the bank before.
    """
    kept = kept or Kept()
    if not things:
        raise ApplicationError("Choose what it is.", field="chosen")
    with transaction.atomic():
        row = _locked(line)
        if row.state != BankLineState.OPEN:
            raise Conflict(f"It is {row.get_state_display().lower()} already.")
        left = row.amount - row.matched_amount
        total = sum((amount_of(thing) for thing in things), ZERO) - kept.amount
        if any(isinstance(thing, Payment) for thing in things) != (left < 0):
            raise ApplicationError("Money went the other way.", field="chosen")
        _check(abs(left), total, len(things), kept)
        for thing in things:
            _match(row, thing, how, reason, kept)
        moved = total if left > 0 else -total
        BankLine.objects.filter(pk=row.pk).update(matched_amount=F("matched_amount") + moved)
        row.refresh_from_db()
        if row.matched_amount == row.amount:
            _settle(row, BankLineState.MATCHED)
            close_work_item(subject=row, kind=MISSING_REMITTANCE, outcome="Matched")
    return row


def unmatch_bank_line(*, line: BankLine, reason: str) -> BankLine:
    """It was something else: the mirrors of what the matches posted; line and payments are open
    again. An explained line is open again, too. Raises ApplicationError without a reason,
    Conflict where nothing was said of it.
    """
    reason = _words(reason)
    with transaction.atomic():
        row = _locked(line)
        matches = list(
            row.matches.filter(undone_at__isnull=True).select_related(
                "remittance", "slip", "journal"
            )
        )
        if not matches and row.state != BankLineState.EXPLAINED:
            raise Conflict("Nothing is matched to it.")
        for match in matches:
            _undo(match, reason)
        if row.state != BankLineState.OPEN:
            advance(
                row, BankLineState.OPEN, table=BANK_LINE,
                update={"matched_amount": ZERO, "explanation": "", "settled_at": None,
                        "settled_by_name": ""},
            )  # fmt: skip
        else:
            BankLine.objects.filter(pk=row.pk).update(matched_amount=ZERO)
        timeline.record(
            row,
            kind="bank_line.unmatched",
            sentence="took the match back",
            details={"note": reason},
        )
        row.refresh_from_db()
    return row


def explain_bank_line(*, line: BankLine, reason: str) -> BankLine:
    """It is nothing that is posted here: rent, a transfer, a loan. Nothing is posted for it.
    Raises ApplicationError without a reason, Conflict where it is matched, wholly or in part.
    """
    reason = _words(reason)
    with transaction.atomic():
        row = _locked(line)
        if row.state != BankLineState.OPEN or row.matched_amount:
            raise Conflict("It is matched, at least in part: take that back first.")
        _settle(row, BankLineState.EXPLAINED, explanation=reason[:200])
        timeline.record(
            row, kind="bank_line.explained", sentence="said what it is", details={"note": reason}
        )
        close_work_item(
            subject=row, kind=MISSING_REMITTANCE, outcome=reason, state=WorkState.WITHDRAWN
        )
    return row


def _check(left: Decimal, total: Decimal, count: int, kept: Kept) -> None:
    if kept.amount < 0:
        raise ApplicationError("What was kept back is not below zero.", field="fee_amount")
    if bool(kept.amount) != bool(kept.fee):
        field = "fee" if kept.amount else "fee_amount"
        raise ApplicationError("Say how much was kept back, and by whom.", field=field)
    if kept.amount and count > 1:
        raise ApplicationError("Match what came less a fee by itself.", field="fee_amount")
    if total <= 0:
        raise ApplicationError("Nothing would be left of it.", field="fee_amount")
    if total > left:
        raise ApplicationError(
            f"That comes to ${format_money(total)}, and the bank has ${format_money(left)}. If the"
            " rest was kept back, say how much.",
            field="fee_amount",
        )


def _match(line: BankLine, thing: Thing, how: str, reason: str, kept: Kept) -> None:
    if BankMatch.objects.filter(undone_at__isnull=True, **{column_of(thing): thing}).exists():
        raise Conflict("It was found at the bank already.")
    journal = post_match(line, thing, kept)
    BankMatch.objects.create(
        practice=line.practice,
        line=line,
        amount=amount_of(thing) - kept.amount,
        fee=kept.fee,
        fee_amount=kept.amount,
        how=how,
        reason=reason[:200],
        journal=journal,
        matched_by_name=current_actor().name,
        **{column_of(thing): thing},
    )
    timeline.record(
        line,
        kind="bank_line.matched",
        sentence=f"matched {number_of(thing)}, ${format_money(amount_of(thing))}: {reason}",
        details={"how": str(MatchHow(how).label)},
    )


def _undo(match: BankMatch, reason: str) -> None:
    unpost_match(match, reason)
    BankMatch.objects.filter(pk=match.pk).update(
        undone_at=clock.now(), undone_by_name=current_actor().name, undo_reason=reason[:200]
    )


def _settle(row: BankLine, state: BankLineState, **update: object) -> None:
    advance(
        row, state, table=BANK_LINE,
        update={"settled_at": clock.now(), "settled_by_name": current_actor().name, **update},
    )  # fmt: skip


def _words(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < LEAST_REASON:
        raise ApplicationError("Say in a few words why.", field="reason")
    return reason


def _locked(line: BankLine) -> BankLine:
    rows = BankLine.objects.select_for_update(of=("self",)).select_related("practice")
    return rows.get(pk=line.pk)
