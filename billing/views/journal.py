"""One journal as it stands in the books."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from billing.ledger.accounts import account_name
from billing.models import Journal, JournalLine
from core import audit
from core.web import get_or_404, page
from patients.models import Patient


def journal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every line with both its sides; what it undoes, or what undid it."""
    found = get_or_404(Journal.objects.select_related("reverses", "practice"), public_id)
    lines = list(
        JournalLine.objects.filter(journal=found)
        .select_related(
            "debit_patient", "credit_patient", "debit_payer", "credit_payer",
            "debit_charge_line", "credit_charge_line",
        )
        .order_by("position")
    )  # fmt: skip
    for patient in _patients(lines):
        audit.read(found, patient=patient)
    context = {
        "journal": found,
        "mirror": Journal.objects.filter(reverses=found).first(),
        "lines": [
            (
                line,
                account_name(line.debit_account_id),
                account_name(line.credit_account_id),
                line.debit_patient or line.credit_patient,
            )
            for line in lines
        ],
    }
    return page(request, "billing/journal.html", None, context)


def _patients(lines: list[JournalLine]) -> list[Patient]:
    seen: dict[int, Patient] = {}
    for line in lines:
        for patient in (line.debit_patient, line.credit_patient):
            if patient is not None:
                seen.setdefault(patient.pk, patient)
    return list(seen.values())
