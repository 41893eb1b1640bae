"""The proof of timely filing of a claim as PDF."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.models import Claim
from claims.services.keep_filing_proof import keep_filing_proof
from core import audit
from core.errors import ApplicationError
from core.pdf import PdfUnavailable
from core.services.documents import read_document
from core.web import get_or_404, go, say


@require_POST
def make(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Draw it, keep it and open it. A POST: a sheet is made and the disclosure kept."""
    claim = get_or_404(
        Claim.objects.select_related(
            "patient", "practice", "billing_provider", "current_version__payer"
        ),
        public_id,
    )
    try:
        document = keep_filing_proof(claim)
    except ApplicationError as error:
        say(request, error.message, tone="warn" if isinstance(error, PdfUnavailable) else "danger")
        return go(request, reverse("claims:detail", args=[claim.public_id]))
    audit.read(claim, claim.patient, note="proof of timely filing")
    response = HttpResponse(read_document(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.file_name}"'
    response["Cache-Control"] = "no-store"
    return response
