"""Approving, refusing, withdrawing and undoing a write-off or a move."""

from django.db import transaction

from billing.adjusting.limits import WRITE_OFF, check_approver
from billing.adjusting_choices import RequestKind, RequestState
from billing.ledger.balances import balance
from billing.ledger.entries import lines_of, mirror_journal
from billing.models import BalanceRequest, Journal
from billing.posting.locks import lock_accounts
from billing.services.decision import decided, worded
from billing.services.open_request import APPROVAL, Refusal
from billing.services.post_request import parts_of, post_request, settle_accounts
from billing.services.tell_both import tell_both
from billing.services.write_off import write_off_problems
from billing.states import REQUEST
from claims.models import Claim, ClaimChargeLine
from claims.services.set_claim_balances import reopen_claim
from core import timeline
from core.actors import current_actor
from core.choices import WorkState
from core.errors import Conflict, NotAllowed
from core.findings import blocks
from core.money import format_money
from core.services.work import close_work_item
from core.states import advance


def approve_request(*, request: BalanceRequest, note: str = "") -> BalanceRequest:
    """Post what somebody else asked for. Raises NotAllowed for the one who asked and for a limit
    below the amount, Refusal where a rule stands against it by now, Conflict where it is decided
    or less is open than was asked for.
    """
    with transaction.atomic():
        row = _waiting(request)
        actor = current_actor()
        check_approver(
            row.practice, WRITE_OFF, actor.user,
            amount=row.amount, requested_by_id=row.requested_by_id,
        )  # fmt: skip
        if row.kind == RequestKind.WRITE_OFF:
            findings = write_off_problems(row.patient, parts_of(row), row.reason_code)
            if blocks(findings):
                raise Refusal(findings)
        post_request(row, decision=decided(note))
        close_work_item(subject=row, kind=APPROVAL, outcome="Approved and posted")
    return row


def refuse_request(*, request: BalanceRequest, reason: str) -> BalanceRequest:
    """Say no, with a reason that the asking person reads. Nothing was posted."""
    reason = worded(reason)
    with transaction.atomic():
        row = _waiting(request)
        check_approver(
            row.practice, WRITE_OFF, current_actor().user,
            amount=row.amount, requested_by_id=row.requested_by_id,
        )  # fmt: skip
        advance(row, RequestState.REFUSED, table=REQUEST, update=decided(reason))
        close_work_item(subject=row, kind=APPROVAL, outcome=f"Refused: {reason}")
        _tell(row, "refused", f"refused {row}", reason)
    return row


def withdraw_request(*, request: BalanceRequest) -> BalanceRequest:
    """Take one's own request back before it is decided. Raises NotAllowed for somebody else."""
    with transaction.atomic():
        row = _waiting(request)
        user = current_actor().user
        if user is None or user.pk != row.requested_by_id:
            raise NotAllowed("Only who asked for it takes it back; others refuse it.")
        advance(row, RequestState.WITHDRAWN, table=REQUEST)
        close_work_item(subject=row, kind=APPROVAL, outcome="Withdrawn", state=WorkState.WITHDRAWN)
        _tell(row, "withdrawn", f"withdrew {row}", "")
    return row


def undo_request(*, request: BalanceRequest, reason: str) -> Journal:
    """Post the mirror of a posted request: the balances are open again where they were.

    Once: the second call gives the mirror of then. Raises ApplicationError without a reason, and
    Conflict where what was moved has been paid or written off since.
    """
    reason = worded(reason)
    with transaction.atomic():
        row = _locked(request)
        if row.journal is None or row.state not in {RequestState.POSTED, RequestState.UNDONE}:
            raise Conflict("Nothing was posted: there is nothing to undo.")
        if row.state == RequestState.UNDONE:
            return Journal.objects.get(reverses=row.journal)
        _check_still_there(row)
        mirror = mirror_journal(
            practice=row.practice,
            journal=row.journal,
            memo=f"Undoes {row.number}: {reason}"[:200],
        )
        advance(row, RequestState.UNDONE, table=REQUEST, update={"decision_note": reason})
        settle_accounts(row)
        line_ids = row.lines.values_list("charge_line_id", flat=True)
        touched = ClaimChargeLine.objects.filter(charge_line_id__in=line_ids)
        for claim in Claim.objects.filter(pk__in=touched.values("claim_id")).order_by("pk"):
            reopen_claim(claim)
            timeline.record(
                claim, kind=f"claim.{row.kind}_undone", sentence=f"undid {row}",
                details={"note": reason},
            )  # fmt: skip
        _tell(row, "undone", f"undid {row} of ${format_money(row.amount)}", reason)
    return mirror


def _check_still_there(row: BalanceRequest) -> None:
    """What a move put somewhere is still open there; or its undoing would make a credit."""
    if row.kind != RequestKind.TRANSFER or row.journal is None:
        return
    for line in lines_of(row.journal):
        keys = {
            name: value
            for name in ("patient_id", "guarantor_id", "charge_line_id", "payer_id", "rank")
            if (value := getattr(line.debit, name)) is not None
        }
        if balance(row.practice, line.debit.account, **keys) < line.amount:
            raise Conflict(
                "What was moved has been paid or written off since: undo that first, or move the"
                " rest back with a move of its own."
            )


def _waiting(request: BalanceRequest) -> BalanceRequest:
    row = _locked(request)
    if row.state != RequestState.WAITING:
        raise Conflict(f"It is decided already: {row.get_state_display().lower()}.")
    return row


def _locked(request: BalanceRequest) -> BalanceRequest:
    """Everybody's order: guarantor, claim, then the request; looked at again behind the locks."""
    lock_accounts(
        guarantor_ids=[request.patient.guarantor_id],
        claim_ids=[request.claim_id] if request.claim_id else [],
    )
    rows = BalanceRequest.objects.select_related("patient__practice", "practice", "journal")
    return rows.select_for_update(of=("self",)).get(pk=request.pk)


def _tell(row: BalanceRequest, what: str, sentence: str, note: str) -> None:
    tell_both(row, kind=f"{row.kind}.{what}", sentence=sentence, note=note)
