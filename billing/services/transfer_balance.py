"""Asking that somebody else pays: another payer or rank, the patient, or an agency (F.3, H.1)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.adjusting.plan import Part, plan_transfer, total
from billing.adjusting.rules import transfer_findings
from billing.adjusting_choices import RequestKind, TransferReason
from billing.ledger.lines import Line
from billing.models import BalanceRequest
from billing.posting.facts import Party
from billing.posting.locks import lock_accounts
from billing.selectors.line_facts import line_facts
from billing.services.open_request import Asked, asked_before, chosen_parts, open_request
from claims.models import Claim
from core.errors import ApplicationError
from core.findings import Finding
from patients.models import Patient

_TO_A_PAYER = frozenset({TransferReason.NEXT_PAYER, TransferReason.WRONG_PAYER})


def transfer_balance(
    *,
    patient: Patient,
    amounts: Mapping[str, Decimal],
    reason_code: str,
    to: Party | None,
    note: str = "",
    claim: Claim | None = None,
    submission_key: UUID | None = None,
) -> BalanceRequest:
    """Move `amounts` (by the key of each open part) to the payer and rank `to`, or to the patient
    where it is None. Zero-sum inside the receivables, so nobody has to approve it; but nothing
    reaches the patient that may not (domain H.1). Raises Refusal with every finding, and
    ApplicationError at `reason_code` for a reason that does not fit who is to pay.
    """
    check_reason(reason_code, to)
    with transaction.atomic():
        lock_accounts(guarantor_ids=[patient.guarantor_id], claim_ids=[claim.pk] if claim else [])
        known = asked_before(submission_key)
        if known is not None:
            return known
        parts = chosen_parts(patient.practice, amounts, patient_id=patient.pk)
        return open_request(
            Asked(
                kind=RequestKind.TRANSFER,
                patient=patient,
                claim=claim,
                parts=tuple(parts),
                reason_code=reason_code,
                note=note,
                amount=total(parts),
                limit_amount=total(parts),
                submission_key=submission_key,
                to=to,
            ),
            _problems(parts, reason_code, to),
        )


def preview_transfer(
    patient: Patient, amounts: Mapping[str, Decimal], reason_code: str, to: Party | None
) -> tuple[list[Finding], tuple[Line, ...]]:
    """What stands against it, and the journal it would write. Nothing is written."""
    check_reason(reason_code, to)
    parts = chosen_parts(patient.practice, amounts, patient_id=patient.pk)
    findings = _problems(parts, reason_code, to)
    if findings:
        return findings, ()
    return [], plan_transfer(parts, reason_code, guarantor_id=patient.guarantor_id, to=to)


def check_reason(reason_code: str, to: Party | None) -> None:
    """Raise ApplicationError where the reason does not fit who is to pay."""
    if reason_code not in TransferReason.values:
        raise ApplicationError("Choose a reason.", field="reason_code")
    if (reason_code in _TO_A_PAYER) != (to is not None):
        who = "a payer" if to is not None else "the patient"
        raise ApplicationError(f"This reason does not fit a move to {who}.", field="reason_code")


def _problems(parts: list[Part], reason_code: str, to: Party | None) -> list[Finding]:
    facts = line_facts([part.charge_line_id for part in parts])
    return transfer_findings(parts, reason_code, facts, to=to)
