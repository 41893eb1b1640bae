"""A refund on its way: approved or refused, its check written, cleared or voided."""

from datetime import date
from typing import Any

from django.db import transaction

from billing.adjusting.limits import REFUND as REFUND_LIMIT
from billing.adjusting.limits import check_approver
from billing.adjusting_choices import CreditState, OverpaymentState, RefundState
from billing.credits.plan import plan_check
from billing.ledger.entries import mirror_journal, record_journal
from billing.ledger.lines import JournalDraft, Source
from billing.ledger.period import posting_day
from billing.models import Overpayment, Refund
from billing.posting.locks import lock_accounts
from billing.selectors.credit_page import credit_hold, key_of
from billing.services.approve_refund import SOURCE, WRITE_CHECK, approve, follow_refund
from billing.services.decision import decided, worded
from billing.services.identify_overpayment import (
    RUNNING,
    overpayment_open_again,
    overpayment_returned,
)
from billing.services.refund_credit import APPROVAL
from billing.services.return_from_suspense import return_from_suspense
from billing.services.tell_both import tell_both
from billing.states import REFUND
from claims.models import Claim, ClaimChargeLine
from claims.services.set_claim_balances import reopen_claim
from core import clock
from core.actors import current_actor
from core.choices import WorkState
from core.errors import ApplicationError, Conflict, NotAllowed
from core.money import format_money
from core.services.work import close_work_item
from core.states import advance


def approve_refund(*, refund: Refund, note: str = "") -> Refund:
    """Say yes to what somebody else asked for. Raises NotAllowed for the one who asked and for a
    limit below the amount, Conflict while a correction is out or less is left of the credit.
    """
    with transaction.atomic():
        row = _locked(refund, RefundState.WAITING)
        _check_approver(row)
        if row.credit.state != CreditState.OPEN or row.credit.amount < row.amount:
            raise Conflict("Less is left of the credit than was asked for: refuse it.")
        _check_hold(row)
        approve(row, decision=decided(note))
        close_work_item(subject=row, kind=APPROVAL, outcome="Approved")
    return row


def refuse_refund(*, refund: Refund, reason: str) -> Refund:
    """Say no, with a reason that the asking person reads."""
    reason = worded(reason)
    with transaction.atomic():
        row = _locked(refund, RefundState.WAITING)
        _check_approver(row)
        advance(row, RefundState.REFUSED, table=REFUND, update=decided(reason))
        close_work_item(subject=row, kind=APPROVAL, outcome=f"Refused: {reason}")
        _tell(row, "refund.refused", f"refused refund {row.number}", reason)
    return row


def withdraw_refund(*, refund: Refund, reason: str) -> Refund:
    """Take it back before money left: an approved one's journal is mirrored. While it waits only
    the one who asked may.
    """
    reason = worded(reason)
    with transaction.atomic():
        row = _locked(refund, RefundState.WAITING, RefundState.APPROVED)
        user = current_actor().user
        if row.state == RefundState.WAITING and (user is None or user.pk != row.requested_by_id):
            raise NotAllowed("Only who asked for it takes it back; others refuse it.")
        if row.owed_journal is not None:
            _mirror(row, row.owed_journal, reason)
            return_from_suspense(row)
        advance(row, RefundState.WITHDRAWN, table=REFUND, update={"decision_note": reason})
        follow_refund(row)
        for kind in (APPROVAL, WRITE_CHECK):
            close_work_item(subject=row, kind=kind, outcome="Withdrawn", state=WorkState.WITHDRAWN)
        _tell(row, "refund.withdrawn", f"withdrew refund {row.number}", reason)
    return row


def issue_refund(*, refund: Refund, check_number: str, on: date) -> Refund:
    """The check is written and out: Dr 2020 or 2030 / Cr 1000. An overpayment of a federal payer
    is returned by it.

    Raises ApplicationError at `check_number` or `on`, Conflict while a correction is out.
    """
    number = check_number.strip()
    if not number:
        raise ApplicationError("Enter the number on the check.", field="check_number")
    with transaction.atomic():
        row = _locked(refund, RefundState.APPROVED)
        if Refund.objects.filter(check_number=number).exists():
            raise ApplicationError("Another refund has this check.", field="check_number")
        _check_day(row, on)
        _check_hold(row)
        journal = record_journal(
            practice=row.practice,
            draft=JournalDraft(
                posted_on=posting_day(row.practice),
                source=Source(SOURCE, row.pk),
                idempotency_key=f"{SOURCE}:{row.public_id}:paid",
                lines=plan_check(key_of(row.credit), row.amount, row.number),
                memo=f"Refund {row.number}, check {number}",
            ),
        )
        advance(
            row, RefundState.ISSUED, table=REFUND,
            update={"check_number": number, "issued_on": on, "check_journal": journal},
        )  # fmt: skip
        close_work_item(subject=row, kind=WRITE_CHECK, outcome=f"Check {number}")
        _tell(row, "refund.issued", f"sent refund {row.number} by check {number}", "")
        _return_overpayment(row, on)
    return row


def clear_refund(*, refund: Refund, on: date) -> Refund:
    """The bank paid the check. Raises ApplicationError at `on`."""
    with transaction.atomic():
        row = _locked(refund, RefundState.ISSUED)
        _check_day(row, on, first=row.issued_on)
        advance(row, RefundState.CLEARED, table=REFUND, update={"cleared_on": on})
        _tell(row, "refund.cleared", f"check {row.check_number} of refund {row.number} cleared",
              "")  # fmt: skip
    return row


def void_refund(*, refund: Refund, reason: str, on: date) -> Refund:
    """The check is void: both journals are mirrored, newest first, and the credit stands again.

    Raises ApplicationError at `on` or `note`.
    """
    reason = worded(reason)
    with transaction.atomic():
        row = _locked(refund, RefundState.ISSUED)
        _check_day(row, on, first=row.issued_on)
        for journal in (row.check_journal, row.owed_journal):
            _mirror(row, journal, reason)
        return_from_suspense(row)
        advance(row, RefundState.VOIDED, table=REFUND,
                update={"voided_on": on, "decision_note": reason})  # fmt: skip
        follow_refund(row)
        links = ClaimChargeLine.objects.filter(charge_line_id=row.credit.charge_line_id)
        for claim in Claim.objects.filter(pk__in=links.values("claim_id")):
            reopen_claim(claim)
        _tell(row, "refund.voided", f"voided check {row.check_number} of refund {row.number}",
              reason)  # fmt: skip
        for overpayment in _overpayments(row, OverpaymentState.RETURNED):
            overpayment_open_again(overpayment=overpayment, reason=reason)
    return row


def _return_overpayment(row: Refund, on: date) -> None:
    """The clock ends where the whole of it went back."""
    for overpayment in _overpayments(row, *RUNNING):
        if row.amount >= overpayment.amount:
            overpayment_returned(
                overpayment=overpayment,
                on=max(on, overpayment.identified_on),
                how=f"Refund {row.number}, check {row.check_number}",
            )


def _overpayments(row: Refund, *states: str) -> list[Overpayment]:
    return list(Overpayment.objects.filter(credit_id=row.credit_id, state__in=states))


def _mirror(row: Refund, journal: Any, reason: str) -> None:
    mirror_journal(
        practice=row.practice, journal=journal, memo=f"Undoes refund {row.number}: {reason}"[:200]
    )


def _locked(refund: Refund, *states: str) -> Refund:
    """Behind the account's locks. Raises Conflict in any other state than these."""
    guarantor_id = refund.patient.guarantor_id
    lock_accounts(guarantor_ids=[guarantor_id])
    rows = Refund.objects.select_related(
        "practice", "patient__practice", "payer", "credit", "owed_journal", "check_journal"
    )
    row = rows.select_for_update(of=("self",)).get(pk=refund.pk)
    if row.state not in states:
        raise Conflict(f"It is past that: {row.get_state_display().lower()}.")
    return row


def _check_approver(row: Refund) -> None:
    check_approver(
        row.practice, REFUND_LIMIT, current_actor().user,
        amount=row.amount, requested_by_id=row.requested_by_id,
    )  # fmt: skip


def _check_hold(row: Refund) -> None:
    hold = credit_hold(row.credit)
    if hold:
        raise Conflict(f"No money leaves yet: {hold}.")


def _check_day(row: Refund, on: date, *, first: date | None = None) -> None:
    if on > clock.today(row.practice):
        raise ApplicationError("This day has not come yet.", field="on")
    if first is not None and on < first:
        raise ApplicationError(f"The check was written on {first:%m/%d/%Y}.", field="on")


def _tell(row: Refund, kind: str, sentence: str, note: str) -> None:
    words = f"{sentence}, ${format_money(row.amount)}"
    tell_both(row, kind=kind, sentence=words, note=note)
