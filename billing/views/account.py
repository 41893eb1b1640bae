"""The patient's account, and the money panel of a claim."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse

from billing.access import ACCESS
from billing.adjusting_choices import CreditState
from billing.forms import AsOfForm
from billing.models import CreditBalance, Journal, Payment, Statement
from billing.selectors.account_page import patient_account
from billing.selectors.claim_ledger import claim_money
from billing.selectors.explain import sentence, steps
from claims.models import Claim
from core import audit, clock
from core.web import get_or_404, page
from patients.models import Patient

MOST_RECEIPTS = 20


def patient_or_404(public_id: UUID) -> Patient:
    """The patient of this practice, with what every money page shows of them."""
    return get_or_404(Patient.objects.select_related("guarantor", "practice"), public_id)


def read_family(patient: Patient, note: str) -> None:
    """Keep that somebody looked at what all the guarantor's patients owe."""
    family = Patient.objects.filter(guarantor_id=patient.guarantor_id).values_list("pk", flat=True)
    audit.read_many(family, action="page.read", note=note, practice=patient.practice)


def account(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Why something is owed, a visit at a time, beside the account's ledger."""
    patient = patient_or_404(public_id)
    audit.read(patient, patient=patient, note="account")
    form = AsOfForm(request.GET or None)
    as_of = form.cleaned_data.get("as_of") if form.is_bound and form.is_valid() else None
    money = patient_account(patient, as_of=as_of)
    role = getattr(request, "role", "")
    request.nav = "patients"  # type: ignore[attr-defined]
    context = {
        "patient": patient,
        "account": money,
        "as_of": as_of,
        "as_of_form": form
        if form.is_bound
        else AsOfForm(initial={"as_of": clock.today(patient.practice)}),
        "credits": CreditBalance.objects.filter(patient=patient, state=CreditState.OPEN),
        "may_write_off": role in ACCESS["billing:account-write-off"]["POST"],
        "visits": [(visit, sentence(visit), steps(visit)) for visit in money.visits],
        "receipts": Payment.objects.filter(guarantor_id=patient.guarantor_id)
        .select_related("journal")
        .annotate(is_taken_back=Exists(Journal.objects.filter(reverses=OuterRef("journal"))))[
            :MOST_RECEIPTS
        ],
        "statement": Statement.objects.filter(guarantor=patient.guarantor).first(),
        "may_pay": role in ACCESS["billing:payment-new"]["POST"],
        "may_send": role in ACCESS["billing:statement-issue"]["POST"],
        "may_open_journals": role in ACCESS["billing:journal"]["GET"],
    }
    return page(request, "billing/account.html", None, context)


def claim_ledger(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The money of one claim: a panel for its page, or a page of its own without script."""
    claim = get_or_404(Claim.objects.select_related("patient", "practice"), public_id)
    audit.read(claim, patient=claim.patient, note="ledger")
    form = AsOfForm(request.GET or None)
    as_of = form.cleaned_data.get("as_of") if form.is_bound and form.is_valid() else None
    role = getattr(request, "role", "")
    context = {
        "claim": claim,
        "money": claim_money(claim, as_of=as_of),
        "as_of": as_of,
        "as_of_form": form
        if form.is_bound
        else AsOfForm(initial={"as_of": clock.today(claim.practice)}),
        "may_adjust": role in ACCESS["billing:write-off"]["POST"],
        "may_open_journals": role in ACCESS["billing:journal"]["GET"],
    }
    return page(request, "billing/claim_ledger.html", "billing/_claim_ledger.html", context)
