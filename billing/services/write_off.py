"""Asking for a write-off: posted at once within the asking person's limit, else approved first."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from billing.adjusting.limits import WRITE_OFF, limit_of
from billing.adjusting.plan import Part, plan_write_off, total
from billing.adjusting.reasons import TREATMENTS
from billing.adjusting.rules import write_off_findings
from billing.adjusting_choices import RequestKind
from billing.ledger.lines import Line
from billing.models import BalanceRequest
from billing.posting.locks import lock_accounts
from billing.selectors.line_facts import federal_payer_ids, line_facts
from billing.services.open_request import Asked, asked_before, chosen_parts, open_request
from claims.models import Claim
from core import practice_settings
from core.actors import current_actor
from core.errors import ApplicationError
from core.findings import Finding
from core.money import dollars
from patients.models import Patient

SMALL_BALANCE = "billing.small_balance_limit"


def request_write_off(
    *,
    patient: Patient,
    amounts: Mapping[str, Decimal],
    reason_code: str,
    note: str = "",
    claim: Claim | None = None,
    submission_key: UUID | None = None,
) -> BalanceRequest:
    """Ask to write `amounts` off, by the key of each open part (`adjusting.plan.Part.key`).

    Within the asking person's limit it is posted now; above it waits for somebody else. The same
    `submission_key` again gives the request of then. Raises Refusal with every finding that
    stands against it, and ApplicationError at `reason_code` for a reason that there is not.
    """
    if reason_code not in TREATMENTS:
        raise ApplicationError("Choose a reason.", field="reason_code")
    with transaction.atomic():
        lock_accounts(guarantor_ids=[patient.guarantor_id], claim_ids=[claim.pk] if claim else [])
        known = asked_before(submission_key)
        if known is not None:
            return known
        parts = chosen_parts(patient.practice, amounts, patient_id=patient.pk)
        findings = write_off_problems(patient, parts, reason_code)
        return open_request(
            Asked(
                kind=RequestKind.WRITE_OFF,
                patient=patient,
                claim=claim,
                parts=tuple(parts),
                reason_code=reason_code,
                note=note,
                amount=total(parts),
                limit_amount=limit_of(patient.practice, WRITE_OFF, current_actor().user),
                submission_key=submission_key,
            ),
            findings,
        )


def preview_write_off(
    patient: Patient, amounts: Mapping[str, Decimal], reason_code: str
) -> tuple[list[Finding], tuple[Line, ...]]:
    """What stands against it, and the journal it would write. Nothing is written."""
    parts = chosen_parts(patient.practice, amounts, patient_id=patient.pk)
    findings = write_off_problems(patient, parts, reason_code)
    moving = [part for part in parts if part.amount]
    return findings, plan_write_off(moving, reason_code)


def write_off_problems(patient: Patient, parts: list[Part], reason_code: str) -> list[Finding]:
    """Every finding against writing these parts off as they stand now."""
    limit = dollars(practice_settings.value(patient.practice, SMALL_BALANCE))
    return write_off_findings(
        parts,
        reason_code,
        line_facts([part.charge_line_id for part in parts]),
        small_limit=limit,
        federal_payer_ids=federal_payer_ids(),
    )
