"""The proof of what a payer said about a coverage: a PDF, drawn once and kept."""

from django.db import transaction

from claims.benefits import SERVICE_TYPES
from claims.choices import InquiryState
from claims.models import EligibilityCheck
from core.errors import ApplicationError
from core.models import Document
from core.pdf import render_pdf
from core.services.documents import store_document

KIND = "eligibility.proof"


def keep_proof(check: EligibilityCheck) -> Document:
    """Draw the PDF and keep it; a reprint is the stored file.

    Raises ApplicationError for a check without an answer, PdfUnavailable on a machine without PDF.
    """
    if check.state != InquiryState.ANSWERED or check.answer is None:
        raise ApplicationError("There is no answer to print yet.")
    if check.proof is not None:
        return check.proof
    content = render_pdf(
        "pdf/eligibility.html",
        {
            "check": check,
            "sheet": check.sheet,
            "patient": check.coverage.patient,
            "practice": check.practice,
            "asked_about": ", ".join(SERVICE_TYPES.get(one, one) for one in check.service_types),
            "sha256": check.answer.sha256,
        },
    )
    with transaction.atomic():
        document = store_document(
            practice=check.practice,
            kind=KIND,
            content=content,
            content_type="application/pdf",
            label=f"Eligibility {check.reference}",
            subject=check,
        )
        EligibilityCheck.objects.filter(pk=check.pk).update(proof=document)
    check.proof = document
    return document
