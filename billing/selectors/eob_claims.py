"""Claims of ours as somebody with a paper EOB needs them: as they were billed to that payer."""

from collections.abc import Sequence
from uuid import UUID

from billing.eob.draft import Billed, LineOfClaim
from claims.models import Claim, ClaimVersion, ClaimVersionLine
from claims.selectors import newest_version_at
from core.errors import ApplicationError
from patients.models import BillingProvider, Payer


def claim_by_number(number: str, payer: Payer) -> Claim:
    """The claim with this number of ours, if `payer` has it. Raises ApplicationError at `add`."""
    claim = Claim.objects.filter(control_number=number.strip().upper()).first()
    if claim is None:
        raise ApplicationError(f"No claim of ours has the number {number}.", field="add")
    if newest_version_at(claim, payer) is None:
        raise ApplicationError(
            f"Claim {claim.control_number} was not sent to {payer.name}.", field="add"
        )
    return claim


def billed_to(public_ids: Sequence[UUID], payer: Payer) -> list[Billed]:
    """These claims in this order, as they were billed to `payer`; others are left out."""
    claims = {
        claim.public_id: claim
        for claim in Claim.objects.filter(public_id__in=public_ids).select_related("patient")
    }
    found = []
    for public_id in dict.fromkeys(public_ids):
        claim = claims.get(public_id)
        version = newest_version_at(claim, payer) if claim is not None else None
        if claim is not None and version is not None:
            found.append(_billed(claim, version))
    return found


def payee_of(claims: Sequence[Billed]) -> BillingProvider | None:
    """Who the payment is made out to: who billed the first claim, else anybody of the practice."""
    if claims:
        claim = Claim.objects.select_related("billing_provider").get(public_id=claims[0].public_id)
        return claim.billing_provider
    return BillingProvider.objects.filter(is_active=True).order_by("pk").first()


def _billed(claim: Claim, version: ClaimVersion) -> Billed:
    lines = ClaimVersionLine.objects.filter(version=version).order_by("line_number")
    return Billed(
        public_id=str(claim.public_id),
        number=claim.control_number,
        patient_name=claim.patient.list_name,
        frequency_code=version.frequency_code,
        rank=version.rank,
        lines=tuple(
            LineOfClaim(
                line.control_number,
                line.procedure_code,
                line.service_date,
                line.charge_amount,
                tuple(line.modifiers),
                line.units,
            )
            for line in lines
        ),
    )
