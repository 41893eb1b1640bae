"""Posting one answer whose claim was found after its remittance had been posted (domain E.2).

Its money waits in unapplied cash (2010; what was taken back, in 1300). The journal that put it
there is mirrored, and the answer is posted as it would have been with the rest: so 1020 moves by
the payment once, whenever each claim is found.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import Q

from billing.ledger.accounts import Account
from billing.ledger.balances import balance
from billing.ledger.entries import mirror_journal
from billing.ledger.lines import Source
from billing.models import Journal
from billing.posting.load_remittance import SOURCE, load_answer, posting_rules
from billing.posting.locks import lock_accounts
from billing.posting.open_issues import close_answered, open_issues
from billing.posting.plan import RemittancePlan
from billing.posting.plan_remittance import plan_remittance
from billing.posting.post_remittance import (
    cross_over,
    decisions_of,
    late_cause_of,
    settle,
    write_plan,
)
from claims.models import ClaimVersion, RemittanceClaim
from claims.services.apply_remittance import apply_late
from claims.services.match_by_hand import match_by_hand
from core.errors import Conflict
from core.money import format_money


def preview_late(
    answer: RemittanceClaim, *, version: ClaimVersion, lines: Mapping[int, int] | None = None
) -> RemittancePlan:
    """What `post_late` would write: it is done, looked at, and taken back. Raises as that does."""
    with transaction.atomic():
        plan = _match_and_plan(answer, version, lines)[1]
        transaction.set_rollback(True)
    return plan


def post_late(
    answer: RemittanceClaim, *, version: ClaimVersion, lines: Mapping[int, int] | None = None
) -> list[Journal]:
    """Match `answer` of a posted remittance to `version` and post it; returns its journals.

    Raises Conflict where it has its claim already, and where its money has left unapplied cash;
    ApplicationError at `line_<id>` where a line fits none of ours.
    """
    with transaction.atomic():
        lock_accounts(
            guarantor_ids=[version.claim.patient.guarantor_id], claim_ids=[version.claim_id]
        )
        answer = RemittanceClaim.objects.select_for_update(of=("self",)).get(pk=answer.pk)
        row, plan = _match_and_plan(answer, version, lines)
        remittance = row.remittance
        for journal in _waiting(row):
            mirror_journal(
                practice=row.practice,
                journal=journal,
                source=Source(SOURCE, row.remittance_id, row.pk),
                memo=f"Claim found for {row.patient_control_number}"[:200],
            )
        written = _write(row, plan)
        cross_over(plan, apply_late(remittance=remittance, decisions=decisions_of(plan)))
        close_answered(plan)
        open_issues(remittance, plan)
        settle(remittance, plan, cause=late_cause_of(row))
        return list(
            Journal.objects.filter(
                Q(source_part_id=row.pk) | Q(pk__in=[journal.pk for journal in written]),
                source_kind=SOURCE,
                source_id=row.remittance_id,
            ).order_by("number")
        )


def _match_and_plan(
    answer: RemittanceClaim, version: ClaimVersion, lines: Mapping[int, int] | None
) -> tuple[RemittanceClaim, RemittancePlan]:
    if answer.version_id is not None and not answer.lines.filter(charge_line=None).exists():
        raise Conflict("It is posted with its claim already.")
    match_by_hand(answer, version=version, lines=lines, late=True)
    row = RemittanceClaim.objects.select_related("remittance__practice", "practice").get(
        pk=answer.pk
    )
    _check_money(row)
    fact = load_answer(row.remittance, row)
    plan = plan_remittance(
        replace(fact, payment_amount=row.paid_amount), posting_rules(row.remittance)
    )
    if plan.difference_amount:
        raise Conflict(
            f"Its lines differ from what was paid by {format_money(plan.difference_amount)}."
        )
    return row, plan


def _waiting(row: RemittanceClaim) -> list[Journal]:
    """The journals that hold the answer's money: none where nothing was paid."""
    return list(
        Journal.objects.filter(
            source_kind=SOURCE,
            source_id=row.remittance_id,
            source_part_id=row.pk,
            reverses__isnull=True,
            mirror__isnull=True,
        )
    )


def _check_money(row: RemittanceClaim) -> None:
    """What was refunded, or used otherwise, is not in unapplied cash any more (invariant 13)."""
    if row.paid_amount <= 0:
        return
    payer_id = row.remittance.payer_id
    account = Account.UNAPPLIED_INSURANCE
    held = (
        balance(row.practice, account, payer_id=payer_id)
        if payer_id
        else balance(row.practice, account)
    )
    if not _waiting(row) or -held < row.paid_amount:
        raise Conflict("Its money has left unapplied cash meanwhile: see the ledger.")


def _write(row: RemittanceClaim, plan: RemittancePlan) -> list[Journal]:
    """Of one answer, but for what stood on a reversal: that is posted again as its own."""
    before = Journal.objects.filter(source_kind=SOURCE, source_part_id=row.pk).count()
    return write_plan(row.remittance, plan, late_key=f"{row.pk}:{before}")
