"""The patient list, registering a patient, and changing what was registered."""

from copy import copy
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import audit, clock
from core.errors import ApplicationError
from core.lists import (
    Bucket,
    ChoiceFilter,
    Column,
    Empty,
    ListSpec,
    PersonFilter,
    list_view,
)
from core.web import add_error, get_or_404, go, page, say
from patients.access import REGISTRARS
from patients.forms import GuarantorForm, PatientForm
from patients.models import Coverage, Patient, Payer
from patients.selectors import possible_duplicates
from patients.services.register_patient import register_patient, update_patient

FORM = "patients/patient_form.html"


def _patients(request: HttpRequest) -> Any:
    """Patients with the payer who is billed first today and their last visit."""
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    in_force = (
        Coverage.objects.filter(patient=OuterRef("pk"), effective_from__lte=today)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=today))
        .order_by("rank")
    )
    last = Patient.objects.filter(pk=OuterRef("pk")).order_by("-encounters__service_date_from")
    return Patient.objects.annotate(
        payer_name=Subquery(in_force.values("plan__payer__name")[:1]),
        payer_id_now=Subquery(in_force.values("plan__payer_id")[:1]),
        last_visit_on=Subquery(last.values("encounters__service_date_from")[:1]),
    )


SPEC = ListSpec(
    name="patients.list",
    title="Patients",
    noun="patient,patients",
    patient_ids=lambda row: [row.pk],
    queryset=_patients,
    columns=[
        Column("patient", "Patient, MRN", value="list_name", sub="mrn", kind="link",
               sort=("last_name", "first_name")),
        Column("born", "Born", value="birth_date", kind="date", sort="birth_date"),
        Column("phone", "Phone", value="phone", css="mono", priority=3),
        Column("payer", "Payer today", value=lambda row: row.payer_name or "Self-pay",
               sort="payer_name"),
        Column("visit", "Last visit", value="last_visit_on", kind="date", sort="last_visit_on"),
        Column("insurance", "Insurer owes, $", value="insurance_balance_amount", kind="money",
               sort="insurance_balance_amount", total=True),
        Column("balance", "Patient owes, $", value="patient_balance_amount", kind="money",
               sort="patient_balance_amount", total=True),
    ],
    filters=[
        PersonFilter("person", "Name, MRN or phone",
                     ["last_name__istartswith", "first_name__istartswith", "mrn__iexact",
                      "phone__startswith"]),
        ChoiceFilter("payer", "Payer today", "payer_id_now",
                     choices=lambda request: Payer.objects.values_list("pk", "name")),
    ],
    buckets=[
        Bucket("all", "Everybody", Q()),
        Bucket("owes", "Patient owes", Q(patient_balance_amount__gt=0), group="Balances",
               done="No patient owes anything."),
        Bucket("credit", "In credit", Q(patient_balance_amount__lt=0), group="Balances",
               done="Nobody is in credit."),
        Bucket("self-pay", "No coverage today", Q(payer_name__isnull=True, deceased_on=None),
               group="Coverage", done="Everybody is covered today."),
    ],
    default_bucket="all",
    money_total="patient_balance_amount",
    default_sort="patient",
    row_url=lambda row: reverse("desk:patient-chart", args=[row.public_id]),
    empty=Empty("No patients yet", "Everybody the practice treats is registered here.", "patients",
                "Register a patient", lambda: reverse("patients:new")),
    primary=None,
)  # fmt: skip


def patient_list(request: HttpRequest) -> HttpResponse:
    """Everybody the practice treats. A name that is looked for never stands in the URL."""
    return list_view(request, SPEC, "patients/list.html", {"registrars": REGISTRARS})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a patient; somebody alike is shown first."""
    form = PatientForm(request.POST or None)
    other_pays = bool(request.POST.get("other_pays"))
    guarantor_form = GuarantorForm(request.POST if other_pays else None)
    context: dict[str, Any] = {
        "form": form, "guarantor_form": guarantor_form, "other_pays": other_pays, "patient": None,
    }  # fmt: skip
    if request.method == "GET":
        return page(request, FORM, None, context)
    good = form.is_valid() and (not other_pays or guarantor_form.is_valid())
    if good and not request.POST.get("is_another"):
        context["alike"] = list(possible_duplicates(
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            birth_date=form.cleaned_data["birth_date"],
        )[:5])  # fmt: skip
    if good and not context.get("alike"):
        try:
            patient = _register(request, form, guarantor_form if other_pays else None)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Patient registered. Add a coverage, or leave it at self-pay.")
            return go(request, reverse("patients:coverage-new", args=[patient.public_id]))
    return page(request, FORM, None, context, status=422)


def _register(
    request: HttpRequest, form: PatientForm, guarantor_form: GuarantorForm | None
) -> Patient:
    return register_patient(
        practice=request.practice,  # type: ignore[attr-defined]
        guarantor_details=guarantor_form.cleaned_data if guarantor_form else None,
        **form.cleaned_data,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what was registered; each change is kept with what was before."""
    patient = get_or_404(Patient, public_id)
    # The form writes into the row it is given; the service compares with the row as it is.
    form = PatientForm(request.POST or None, instance=copy(patient))
    if request.method == "POST" and form.is_valid():
        try:
            update_patient(patient=patient, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Saved")
            return go(request, reverse("desk:patient-chart", args=[patient.public_id]))
    if request.method == "GET":
        audit.read(patient, patient=patient, note="edit page")
    context = {"form": form, "patient": patient}
    return page(request, FORM, None, context, status=422 if form.errors else 200)
