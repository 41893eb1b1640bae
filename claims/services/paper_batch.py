"""A batch on paper: the forms of its claims as one stored PDF, and the mailing that is due."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from claims.models import (
    ClaimVersion,
    Mailing,
    PayerFilingSettings,
    SubmissionBatch,
    TradingPartner,
)
from claims.paper.boxes import Boxes, paper_claim
from claims.paper.draw import draw_forms
from claims.paper.eob import eob_pages
from claims.services.allocate_number import allocate_number
from claims.services.message_results import counted
from claims.services.open_attempts import open_attempts
from core import timeline
from core.errors import ApplicationError
from core.services.documents import link_document, store_document

KIND = "paper.cms1500"
_SERIES = "paper"


def make_paper_batch(
    partner: TradingPartner, versions: Sequence[ClaimVersion], user: Any, *, dry_run: bool
) -> SubmissionBatch:
    """Draw the forms of `versions`, payer by payer so that envelopes can be filled, and keep them.

    The caller holds the versions' locks. The PDF is what is printed, however often: it is never
    drawn anew. Raises ApplicationError for a dry run, or naming the claim that does not fit.
    """
    if dry_run:
        raise ApplicationError("Paper has no dry run: each claim shows its form under Raw.")
    ordered = sorted(versions, key=lambda one: (_payer(one)["name"], one.claim.control_number))
    forms = _forms(ordered)
    eobs = [page.lines for version in ordered for page in eob_pages(version.snapshot)]
    reference = f"P{allocate_number(partner, _SERIES):09d}"
    document = store_document(
        practice=partner.practice,
        kind=KIND,
        content=draw_forms(forms, eobs),
        content_type="application/pdf",
        label=f"CMS-1500 forms of batch {reference}",
    )
    batch = SubmissionBatch.objects.create(
        practice_id=partner.practice_id,
        partner=partner,
        reference=reference,
        claim_count=len(ordered),
        charge_amount=sum(version.charge_amount for version in ordered),
        document=document,
        made_by=user,
    )
    link_document(document, batch)
    Mailing.objects.create(
        practice_id=batch.practice_id, batch=batch, form_count=len(forms), eob_count=len(eobs)
    )
    timeline.record(
        batch,
        kind="batch.built",
        sentence=f"drew {counted(len(forms), 'form')} for {counted(len(ordered), 'claim')}",
        document=document,
        details={"note": f"with {counted(len(eobs), 'page')} of earlier payers"} if eobs else {},
    )
    open_attempts(batch, ordered, {})
    return batch


def _forms(versions: Sequence[ClaimVersion]) -> list[Boxes]:
    totals_of = dict(
        PayerFilingSettings.objects.filter(
            payer__in={version.payer_id for version in versions}
        ).values_list("payer_id", "paper_totals")
    )
    claims = [paper_claim(version.snapshot, totals_of[version.payer_id]) for version in versions]
    for version, claim in zip(versions, claims, strict=True):
        stopping = [misfit for misfit in claim.misfits if misfit.stops]
        if stopping:
            raise ApplicationError(
                f"Claim {version.claim.control_number} does not fit its form: check it again."
            )
    return list(chain.from_iterable(claim.forms for claim in claims))


def _payer(version: ClaimVersion) -> dict[str, str]:
    payer: dict[str, str] = version.snapshot["payer"]
    return payer
