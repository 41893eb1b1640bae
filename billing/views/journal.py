"""One journal as it stands in the books."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from billing.access import ACCESS
from billing.forms import TakeBackForm
from billing.ledger.accounts import account_name
from billing.models import BalanceRequest, Journal, JournalLine, Payment, Refund
from core import audit
from core.web import get_or_404, page
from patients.models import Patient


def journal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every line with both its sides; what it undoes, or what undid it."""
    return show_journal(request, public_id)


def show_journal(
    request: HttpRequest, public_id: UUID, refused: TakeBackForm | None = None
) -> HttpResponse:
    """The page; with a `refused` form, what was typed and what is wrong with it."""
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
    mirror = Journal.objects.filter(reverses=found).first()
    payment = Payment.objects.filter(journal=found).first()
    may_take_back = getattr(request, "role", "") in ACCESS["billing:payment-take-back"]["POST"]
    context = {
        "journal": found,
        "mirror": mirror,
        "payment": payment,
        "request_of": BalanceRequest.objects.filter(journal=found).first(),
        "refund_of": Refund.objects.filter(Q(owed_journal=found) | Q(check_journal=found)).first(),
        "take_back_form": refused or TakeBackForm(),
        "may_take_back": payment is not None and mirror is None and may_take_back,
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
    status = 422 if refused is not None else 200
    return page(request, "billing/journal.html", None, context, status=status)


def _patients(lines: list[JournalLine]) -> list[Patient]:
    seen: dict[int, Patient] = {}
    for line in lines:
        for patient in (line.debit_patient, line.credit_patient):
            if patient is not None:
                seen.setdefault(patient.pk, patient)
    return list(seen.values())
