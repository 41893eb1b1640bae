"""The proof of timely filing as PDF: drawn from the evidence, and kept as a document."""

from django.db import transaction

from claims.filing_proof import FilingProof, filing_proof
from claims.models import Claim
from core import clock, timeline
from core.errors import ApplicationError
from core.models import Document
from core.pdf import render_pdf
from core.services.documents import store_document
from core.subjects import kind_of

KIND = "claim.filing-proof"


def keep_filing_proof(claim: Claim) -> Document:
    """Draw the sheet and keep it. The same evidence gives the stored sheet again.

    Raises ApplicationError for a claim that was never sent, PdfUnavailable on a machine without
    PDF.
    """
    proof = filing_proof(claim)
    if not proof.pieces:
        raise ApplicationError("This claim was not sent yet: there is nothing to prove.")
    kept = newest_proof(claim)
    if kept is not None and proof.newest_at is not None and kept.created_at > proof.newest_at:
        return kept
    content = render_pdf("pdf/filing_proof.html", _context(claim, proof))
    with transaction.atomic():
        document = store_document(
            practice=claim.practice,
            kind=KIND,
            content=content,
            content_type="application/pdf",
            label=f"Proof of filing {claim.control_number}",
            subject=claim,
        )
        timeline.record(
            claim,
            kind="claim.filing_proved",
            sentence="drew the proof of timely filing"
            if proof.is_proof
            else "drew what there is of a proof of timely filing",
            document=document,
        )
    return document


def newest_proof(claim: Claim) -> Document | None:
    """The newest sheet of this claim."""
    return Document.objects.filter(
        kind=KIND, subject_kind=kind_of(claim), subject_id=claim.pk
    ).first()


def _context(claim: Claim, proof: FilingProof) -> dict[str, object]:
    version = claim.version
    return {
        "claim": claim,
        "version": version,
        "patient": claim.patient,
        "practice": claim.practice,
        "provider": claim.billing_provider,
        "proof": proof,
        "member_id": version.snapshot["coverage"]["member_id"],
        "drawn_at": clock.now(),
    }
