"""A payer that is not billed owes nothing: its part is the next coverage's, else the patient's."""

from django.db import transaction

from billing.ledger.accounts import Account
from billing.ledger.balances import open_items
from billing.ledger.entries import record_journal
from billing.ledger.lines import JournalDraft, Line, Side, Source
from billing.ledger.period import posting_day
from billing.models import Journal
from billing.posting.locks import lock_accounts
from billing.services.push_balances import push_balances
from claims.cob.next_payer import next_coverage
from claims.models import Claim, ClaimChargeLine, DeclinedPayer

DECLINED = "declined_payer"


def release_receivable(declined: DeclinedPayer) -> Journal | None:
    """Move what is open with the declined payer and rank (domain F.3, "move responsibility").

    None where nothing is open there.
    """
    claim: Claim = declined.claim
    practice, patient = claim.practice, claim.patient
    with transaction.atomic():
        lock_accounts(guarantor_ids=[patient.guarantor_id], claim_ids=[claim.pk])
        line_ids = list(
            ClaimChargeLine.objects.filter(claim=claim).values_list("charge_line_id", flat=True)
        )
        coverage = next_coverage(claim, declined.rank)
        lines = []
        for item in open_items(
            practice,
            accounts=[Account.INSURANCE_AR],
            charge_line_id__in=line_ids,
            payer_id=declined.payer_id,
            rank=declined.rank,
        ):
            if item.amount <= 0:
                continue
            keys = {
                "patient_id": item.patient_id,
                "guarantor_id": item.guarantor_id,
                "charge_line_id": item.charge_line_id,
            }
            owes = Side(Account.PATIENT_AR, **keys)
            if coverage is not None:
                payer = coverage.plan.payer_id
                owes = Side(Account.INSURANCE_AR, payer_id=payer, rank=coverage.place, **keys)
            owed = Side(
                Account.INSURANCE_AR, payer_id=declined.payer_id, rank=declined.rank, **keys
            )
            lines.append(Line(owes, owed, item.amount))
        if not lines:
            return None
        journal = record_journal(
            practice=practice,
            draft=JournalDraft(
                posted_on=posting_day(practice),
                source=Source(DECLINED, declined.pk),
                idempotency_key=f"{DECLINED}:{declined.public_id}",
                lines=tuple(lines),
                memo="Not billed to the next payer",
            ),
        )
        push_balances(practice, patient_ids=[patient.pk], charge_line_ids=line_ids)
    return journal
