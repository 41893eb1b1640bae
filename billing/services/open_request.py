"""Keeping what somebody asked to do with open balances, and posting it where they may alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from billing.adjusting.plan import Part
from billing.adjusting_choices import RequestKind
from billing.models import BalanceRequest, BalanceRequestLine
from billing.posting.facts import Party
from billing.selectors.open_parts import open_parts
from billing.services.post_request import post_request
from billing.services.tell_both import tell_both
from claims.models import Claim
from coding.models import ChargeLine
from core import clock
from core.actors import current_actor
from core.calendar import add_business_days
from core.choices import Role
from core.errors import ApplicationError
from core.findings import Finding, blocks
from core.ids import opaque_number
from core.models import Practice
from core.money import format_money
from core.services.work import open_work_item
from patients.models import Patient

APPROVAL = "balance_request.approval"
APPROVAL_DAYS = 2
NUMBER_LENGTH = 9
LEAST_NOTE = 5


class Refusal(ApplicationError):
    """What the rules say against it: `findings` holds all of them, at their fields."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0].message, field=findings[0].field or None)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it was asked for, checked."""

    kind: RequestKind
    patient: Patient
    claim: Claim | None
    parts: tuple[Part, ...]
    reason_code: str
    note: str
    amount: Decimal
    limit_amount: Decimal
    submission_key: UUID | None
    to: Party | None = None


def asked_before(submission_key: UUID | None) -> BalanceRequest | None:
    """The request that the same form made, if it was sent before."""
    if submission_key is None:
        return None
    return BalanceRequest.objects.filter(submission_key=submission_key).first()


def chosen_parts(
    practice: Practice, amounts: Mapping[str, Decimal], *, patient_id: int
) -> list[Part]:
    """The open parts named in `amounts`, each with its amount. Raises ApplicationError where a
    key is not open (any more) on this patient's account, or nothing is chosen.
    """
    wanted = {key: amount for key, amount in amounts.items() if amount}
    if not wanted:
        raise ApplicationError("Enter an amount on at least one line.")
    lines = {int(key.split("-")[1]) for key in wanted}
    ours = ChargeLine.objects.filter(pk__in=lines, patient_id=patient_id)
    found = {
        part.key: part for part in open_parts(practice, list(ours.values_list("pk", flat=True)))
    }
    missing = [key for key in wanted if key not in found]
    if missing:
        raise ApplicationError("Nothing is open there any more.", field=missing[0])
    return [replace(found[key], amount=amount) for key, amount in wanted.items()]


def open_request(asked: Asked, findings: Sequence[Finding]) -> BalanceRequest:
    """Keep it and post it, or let it wait for somebody who may approve it. The caller holds the
    account's locks. Raises Refusal.
    """
    if blocks(list(findings)):
        raise Refusal(findings)
    note = " ".join(asked.note.split())[:300]
    is_within = asked.amount <= asked.limit_amount
    if not is_within and len(note) < LEAST_NOTE:
        raise ApplicationError("Say why, for whoever approves it.", field="note")
    request = _keep(asked, note)
    words = f"{request.get_reason_code_display().lower()}, ${format_money(request.amount)}"
    if is_within:
        post_request(request)
        return request
    tell_both(
        request,
        kind=f"{asked.kind}.requested",
        sentence=f"asked for {request}: {words}",
        note=note,
    )
    open_work_item(
        subject=request,
        kind=APPROVAL,
        title=f"Approve {request}",
        reason=f"{words}; {request.requested_by_name} asks: {note}",
        role=Role.MANAGER,
        due_on=add_business_days(clock.today(asked.patient.practice), APPROVAL_DAYS),
        amount=request.amount,
    )
    return request


def _keep(asked: Asked, note: str) -> BalanceRequest:
    actor = current_actor()
    prefix = "W" if asked.kind == RequestKind.WRITE_OFF else "M"
    practice = asked.patient.practice
    request = BalanceRequest.objects.create(
        practice=practice,
        number=opaque_number(prefix, NUMBER_LENGTH),
        kind=asked.kind,
        patient=asked.patient,
        claim=asked.claim,
        reason_code=asked.reason_code,
        note=note,
        amount=asked.amount,
        limit_amount=asked.limit_amount,
        to_payer_id=asked.to.payer_id if asked.to else None,
        to_rank=asked.to.rank if asked.to else None,
        requested_by=actor.user,
        requested_by_name=actor.name,
        submission_key=asked.submission_key,
    )
    BalanceRequestLine.objects.bulk_create(
        BalanceRequestLine(
            practice=practice,
            request=request,
            charge_line_id=part.charge_line_id,
            account_id=part.account,
            guarantor_id=part.guarantor_id,
            payer_id=part.payer_id,
            rank=part.rank,
            amount=part.amount,
        )
        for part in asked.parts
    )
    return request
