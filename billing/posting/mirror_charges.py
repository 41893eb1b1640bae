"""Charges that were taken back leave the books by their exact mirrors (domain F.3, F.1)."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q

from billing.choices import StatementState
from billing.ledger.accounts import Account
from billing.ledger.entries import mirror_journal
from billing.models import Journal, JournalLine, LedgerEntry, Payment, Statement
from billing.posting.load_originals import SOURCE as REMITTANCE
from billing.posting.locks import lock_accounts
from billing.posting.place_receivable import RESPONSIBILITY
from billing.posting.post_charges import CHARGE
from billing.services.apply_credits import CREDIT_APPLIED
from billing.services.join_batch import leave_batch
from billing.services.push_balances import push_balances
from billing.services.settle_statements import settle_statements
from billing.services.take_patient_payment import PAYMENT
from claims.models import Claim
from coding.models import ChargeLine
from core.errors import ApplicationError
from core.models import Practice

_OURS = frozenset({CHARGE, RESPONSIBILITY})
# What may stand on charges whose codes are changed: the payer's reversal takes its part back, and
# what the patient has paid becomes a credit.
_DECIDED = frozenset({REMITTANCE, PAYMENT, CREDIT_APPLIED})


def mirror_charges(*, practice: Practice, charge_line_ids: Collection[int]) -> list[Journal]:
    """Mirror what entered these voided charges into the books, and what moved them between
    payers since; the newest first. Nothing is open on them then, with anybody.

    Runs in the transaction that voids them. Raises ApplicationError, saying what to do instead,
    where money was posted on them or a statement asks for them. Of a decided claim whose codes are
    changed, what its payer decided stays on them as a credit, until its reversal is posted.
    """
    with transaction.atomic():
        lines = list(
            ChargeLine.objects.filter(pk__in=charge_line_ids)
            .select_related("encounter__patient")
            .order_by("pk")
        )
        guarantors = {line.encounter.patient.guarantor_id for line in lines}
        lock_accounts(guarantor_ids=guarantors)
        journals = _standing(charge_line_ids)
        others = [journal for journal in journals if journal.source_kind not in _OURS]
        if _is_corrected(charge_line_ids):
            _check_own([journal for journal in others if journal.source_kind not in _DECIDED])
            journals = [journal for journal in journals if journal.source_kind in _OURS]
        else:
            _check_money(others)
            _check_statements(lines)
        mirrors = [
            mirror_journal(
                practice=practice,
                journal=journal,
                memo=f"Undoes J{journal.number}: the charge is coded again",
            )
            for journal in journals
        ]
        push_balances(
            practice,
            patient_ids={line.patient_id for line in lines},
            charge_line_ids=list(charge_line_ids),
        )
        for guarantor_id in sorted(guarantors):
            settle_statements(guarantor_id=guarantor_id)
        leave_batch(lines)
    return mirrors


def _is_corrected(charge_line_ids: Collection[int]) -> bool:
    """Whether a payer has decided on them, and is told of other codes (claims/recoding.py)."""
    return Claim.objects.filter(
        recoded_since__isnull=False, charge_lines__charge_line__in=charge_line_ids
    ).exists()


def _standing(charge_line_ids: Collection[int]) -> list[Journal]:
    """The journals that touch these charges and are neither a mirror nor mirrored, newest first."""
    touching = JournalLine.objects.filter(
        Q(debit_charge_line__in=charge_line_ids) | Q(credit_charge_line__in=charge_line_ids)
    )
    return list(
        Journal.objects.filter(
            pk__in=touching.values("journal_id"), reverses__isnull=True, mirror__isnull=True
        ).order_by("-number")
    )


def _check_own(journals: Sequence[Journal]) -> None:
    """What people of the practice decided about these charges would stand on nothing."""
    if journals:
        raise ApplicationError(
            f"Journal {journals[0].number} ({journals[0].memo or journals[0].source_kind}) was made"
            " by the practice on these charges: undo it first, or void the claim."
        )


def _check_money(journals: Sequence[Journal]) -> None:
    if not journals:
        return
    receipt = Payment.objects.filter(journal__in=journals).order_by("-pk").first()
    if receipt is not None:
        raise ApplicationError(
            f"The patient has paid on these charges with receipt {receipt.number}. Take the receipt"
            " back first; once they are coded again, take the payment anew."
        )
    raise ApplicationError(
        "Money is posted on these charges. Correcting paid charges is not in Claimline yet: write"
        " down on the patient's account what is wrong."
    )


def _check_statements(lines: Sequence[ChargeLine]) -> None:
    """What was moved to the patient may stand on paper; what an insurer has cannot (H.2)."""
    on_patient = LedgerEntry.objects.filter(
        charge_line__in=[line.pk for line in lines], account_id=Account.PATIENT_AR
    )
    encounters = {line.encounter_id for line in lines}
    statement = (
        Statement.objects.filter(state=StatementState.ISSUED, lines__encounter__in=encounters)
        .order_by("-pk")
        .first()
    )
    if statement is not None and on_patient.exists():
        raise ApplicationError(
            f"Statement {statement.number} asks the patient for these charges. Correcting a billed"
            " visit is not in Claimline yet: write down on the patient's account what is wrong, and"
            " tell the patient."
        )
