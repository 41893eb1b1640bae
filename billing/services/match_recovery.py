"""A takeback for another patient finds its claim (W-17): Dr A/R of it, Cr 1300."""

from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing.ledger.accounts import Account
from billing.ledger.balances import entries
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.locks import lock_accounts
from billing.posting.plan import IssueKind
from billing.posting.running import PAYERS_MONEY
from billing.services.push_balances import push_balances
from claims.models import Claim, ClaimVersion, ClaimVersionLine, ProviderAdjustment
from claims.selectors import newest_version_at
from claims.services.set_claim_balances import reopen_claim
from core import clock, timeline
from core.choices import Role
from core.errors import ApplicationError, Conflict
from core.money import ZERO, allocate, format_money
from core.services.work import close_work_item, open_work_item
from patients.models import Payer

RECOVERY = "recovery"
RECOVERED_WORK = "claim.recovered"


def waiting_amount(adjustment: ProviderAdjustment) -> Decimal:
    """What of this takeback still waits in 1300 under its reference, no more than itself."""
    remittance = adjustment.remittance
    waits = entries(remittance.practice).filter(
        account_id=int(Account.RECOUPMENT_SUSPENSE),
        payer=remittance.payer,
        reference_number=adjustment.reference,
    )
    total: Decimal = waits.aggregate(total=Sum("amount", default=ZERO))["total"]
    return max(min(total, adjustment.amount), ZERO)


def match_recovery(
    *, adjustment: ProviderAdjustment, claim_number: str, reason: str = ""
) -> Journal:
    """Say whose claim the payer took its money back from: the claim's receivable is open again by
    as much, over its lines by what the payer had paid on each. Work on the claim asks whether the
    takeback is disputed.

    Called again for the same adjustment it gives the journal of then. Raises ApplicationError at
    `claim_number` for a claim that is not ours, was never this payer's or was paid less; Conflict
    where nothing of it waits.
    """
    claim, version, payer = _found(adjustment, claim_number)
    with transaction.atomic():
        lock_accounts(guarantor_ids=[claim.patient.guarantor_id], claim_ids=[claim.pk])
        done = Journal.objects.filter(idempotency_key=_key(adjustment)).first()
        if done is not None:
            return done
        amount = waiting_amount(adjustment)
        if not amount:
            raise Conflict("Nothing of it waits any more.")
        lines = _lines(adjustment, version, payer, amount)
        journal = record_journal(
            practice=claim.practice,
            draft=JournalDraft(
                posted_on=posting_day(claim.practice),
                source=Source(RECOVERY, adjustment.pk),
                idempotency_key=_key(adjustment),
                lines=lines,
                memo=f"Taken back by {payer.name}, remit {adjustment.remittance.trace_number}"[
                    :200
                ],
            ),
        )
        _tell(adjustment, claim, amount, reason)
        touched = [line.debit.charge_line_id for line in lines if line.debit.charge_line_id]
        push_balances(claim.practice, patient_ids=[claim.patient_id], charge_line_ids=touched)
        reopen_claim(claim)
    return journal


def _found(adjustment: ProviderAdjustment, claim_number: str) -> tuple[Claim, ClaimVersion, Payer]:
    rows = Claim.objects.select_related("patient", "practice")
    claim = rows.filter(control_number=claim_number.strip().upper()).first()
    if claim is None:
        raise ApplicationError("No claim of ours has this number.", field="claim_number")
    payer = adjustment.remittance.payer
    version = newest_version_at(claim, payer) if payer is not None else None
    if payer is None or version is None:
        raise ApplicationError("This payer never had that claim.", field="claim_number")
    return claim, version, payer


def _lines(
    adjustment: ProviderAdjustment, version: ClaimVersion, payer: Payer, amount: Decimal
) -> tuple[Line, ...]:
    """The amount over the claim's lines, by what the payer had paid on each."""
    claim = version.claim
    line_ids = list(
        ClaimVersionLine.objects.filter(version=version)
        .order_by("line_number")
        .values_list("charge_line_id", flat=True)
    )
    paid = _paid_on(claim, payer.pk, line_ids)
    if sum(paid, ZERO) < amount:
        raise ApplicationError(
            f"{payer.name} paid ${format_money(sum(paid, ZERO))} on that claim, less than it took"
            " back.",
            field="claim_number",
        )
    return tuple(
        Line(
            Side(
                Account.INSURANCE_AR,
                patient_id=claim.patient_id,
                guarantor_id=claim.patient.guarantor_id,
                charge_line_id=line_id,
                payer_id=payer.pk,
                rank=version.rank,
            ),
            Side(Account.RECOUPMENT_SUSPENSE, payer_id=payer.pk),
            part,
            f"PLB-{adjustment.reason_code}",
            adjustment.reference,
        )
        for line_id, part in zip(line_ids, allocate(amount, paid), strict=True)
        if part
    )


def _key(adjustment: ProviderAdjustment) -> str:
    return f"{RECOVERY}:{adjustment.public_id}"


def _paid_on(claim: Claim, payer_id: int, line_ids: list[int]) -> list[Decimal]:
    """What is left of the payer's money on each line: paid, less what it has back already."""
    rows = (
        entries(claim.practice)
        .filter(
            counter_account_id__in=[int(account) for account in PAYERS_MONEY],
            account_id=int(Account.INSURANCE_AR),
            payer_id=payer_id,
            charge_line_id__in=line_ids,
        )
        .order_by()
        .values_list("charge_line_id")
        .annotate(total=Sum("amount"))
    )
    paid = {line_id: -total for line_id, total in rows}
    return [max(paid.get(line_id, ZERO), ZERO) for line_id in line_ids]


def _tell(adjustment: ProviderAdjustment, claim: Claim, amount: Decimal, reason: str) -> None:
    remittance = adjustment.remittance
    timeline.record(
        claim,
        kind="claim.taken_back",
        sentence=f"matched ${format_money(amount)} that the payer took back to this claim",
        details={"note": " · ".join(filter(None, [f"remit {remittance.trace_number}", reason]))},
        document=remittance.document,
    )
    close_work_item(
        subject=adjustment,
        kind=IssueKind.PROVIDER_ADJUSTMENT,
        outcome=f"It is for claim {claim.control_number}.",
    )
    open_work_item(
        subject=claim,
        kind=RECOVERED_WORK,
        title=f"${format_money(amount)} taken back without a reversal",
        reason="Ask the payer why, and dispute it or write it off: the money is open again.",
        role=Role.BILLER,
        due_on=clock.today(claim.practice),
        amount=amount,
    )
