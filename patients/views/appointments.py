"""Visits to come: the day list, booking, moving, cancelling, and importing many."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import audit, clock
from core.errors import ApplicationError
from core.lists import (
    Bucket,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    Empty,
    ListSpec,
    PersonFilter,
    list_view,
)
from core.web import add_error, get_or_404, go, page, say
from patients.access import SCHEDULERS
from patients.appointment_facts import coverages_of_visits
from patients.choices import AppointmentState as S
from patients.coverage_facts import with_facts
from patients.csv_rows import CONTENT_TYPE, template_file
from patients.days import day_start
from patients.forms import AppointmentForm, ImportForm
from patients.importing import BOOKINGS, rejected_files, start_import
from patients.models import Appointment, Patient, Provider, ServiceFacility
from patients.selectors import coverages_on
from patients.services.book_appointment import book_appointment, move_appointment, when
from patients.services.close_appointment import close_appointment

FORM = "patients/appointment_form.html"
_OPEN = Q(state=S.BOOKED)
_HERE = ~Q(state=S.CANCELLED)


def _days(first: int, last: int, also: Q = _HERE) -> Callable[[HttpRequest], Q]:
    """Visits from the `first` to the `last` day counted from today."""

    def where(request: HttpRequest) -> Q:
        practice = request.practice  # type: ignore[attr-defined]
        start = day_start(clock.today(practice) + timedelta(days=first), practice)
        end = day_start(clock.today(practice) + timedelta(days=last + 1), practice)
        return also & Q(starts_at__gte=start, starts_at__lt=end)

    return where


def _left_open(request: HttpRequest) -> Q:
    practice = request.practice  # type: ignore[attr-defined]
    return _OPEN & Q(starts_at__lt=day_start(clock.today(practice), practice))


SPEC = ListSpec(
    name="patients.appointments",
    title="Appointments",
    noun="appointment,appointments",
    patient_ids=lambda row: [row.patient_id],
    queryset=lambda request: Appointment.objects.select_related(
        "patient", "provider", "facility", "practice"
    ),
    columns=[
        Column("start", "Starts", value="starts_at", kind="datetime", sort=("starts_at", "id")),
        Column("patient", "Patient, MRN", value="patient.list_name", sub="patient.mrn",
               kind="link", sort=("patient__last_name", "patient__first_name")),
        Column("reason", "Reason", value=lambda row: row.reason or row.get_visit_kind_display()),
        Column("provider", "Provider", value=lambda row: str(row.provider),
               sort=("provider__last_name", "provider__first_name")),
        Column("site", "Where", value="facility.name", sort="facility__name", priority=3),
        Column("coverage", "Coverage that day", value=lambda row: row.coverage_words,
               sub=lambda row: row.coverage_fact),
        Column("state", "State", value="state", kind="chip", choices=S, sort="state"),
    ],
    filters=[
        PersonFilter("person", "Name or MRN",
                     ["patient__last_name__istartswith", "patient__first_name__istartswith",
                      "patient__mrn__iexact"]),
        ChoiceFilter("provider", "Provider", "provider_id",
                     choices=lambda request: [
                         (one.pk, str(one)) for one in Provider.objects.filter(is_active=True)]),
        ChoiceFilter("site", "Where", "facility_id",
                     choices=lambda request: ServiceFacility.objects.values_list("pk", "name")),
        ChoiceFilter("state", "State", "state", choices=S.choices),
        DateRangeFilter("day", "Day", "starts_at", instant=True),
    ],
    buckets=[
        Bucket("today", "Today", _days(0, 0), done="Nobody is booked today."),
        Bucket("tomorrow", "Tomorrow", _days(1, 1), done="Nobody is booked tomorrow."),
        Bucket("week", "Next 7 days", _days(0, 7), done="Nobody is booked in the next 7 days."),
        Bucket("left", "Past, still booked", _left_open, act=True,
               done="Every past visit was checked in or closed."),
        Bucket("all", "All", Q()),
    ],
    default_bucket="today",
    default_sort="start",
    row_url=lambda row: reverse("patients:appointment", args=[row.public_id]),
    prepare=coverages_of_visits,
    empty=Empty("No appointments yet", "Book one from a patient's chart, or import your "
                "scheduling system's list.", "clock", "Import appointments",
                lambda: reverse("patients:appointment-import")),
    primary=None,
)  # fmt: skip


def day_list(request: HttpRequest) -> HttpResponse:
    """Who comes when, and whether they are covered that day."""
    return list_view(request, SPEC, "patients/appointments.html", {"schedulers": SCHEDULERS})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Book a visit for a patient."""
    patient = get_or_404(Patient, public_id)
    practice = request.practice  # type: ignore[attr-defined]
    form = AppointmentForm(
        request.POST or None, practice=practice, initial={"day": clock.today(practice)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            booked = book_appointment(patient=patient, **form.values())
        except ApplicationError as error:
            _at_its_field(form, error)
        else:
            say(request, f"Booked for {when(booked)}")
            return go(request, reverse("desk:patient-chart", args=[patient.public_id]))
    if request.method == "GET":
        audit.read(patient, patient=patient, note="new appointment page")
    return _show(request, patient, form, None)


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One appointment; saving moves it."""
    found = _found(public_id)
    practice = request.practice  # type: ignore[attr-defined]
    form = AppointmentForm(request.POST or None, practice=practice, appointment=found)
    if request.method == "POST" and form.is_valid():
        try:
            moved = move_appointment(appointment=found, values=form.values())
        except ApplicationError as error:
            _at_its_field(form, error)
        else:
            say(request, "Saved" if moved else "Nothing was changed")
            return go(request, reverse("patients:appointment", args=[found.public_id]))
    if request.method == "GET":
        audit.read(found, patient=found.patient, note="appointment")
    return _show(request, found.patient, form, found)


@require_POST
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel, note that nobody came, or put it back on the list."""
    found = _found(public_id)
    state = request.POST.get("state", "")
    if state not in {S.CANCELLED, S.NO_SHOW, S.BOOKED}:
        say(request, "Choose what became of the visit.", tone="danger")
    else:
        reason = request.POST.get("reason", "").strip()[:200]
        try:
            close_appointment(appointment=found, state=S(state), reason=reason)
        except ApplicationError as error:
            say(request, error.message, tone="danger")
        else:
            words = {S.CANCELLED: "Cancelled", S.NO_SHOW: "Noted", S.BOOKED: "Booked again"}
            say(request, words[S(state)])
    return go(request, reverse("patients:appointment", args=[found.public_id]))


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a CSV file of the scheduling system as a job; told again, rows are brought up to it."""
    if request.method == "GET" and "template" in request.GET:
        response = HttpResponse(template_file(BOOKINGS.layout), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="appointments-template.csv"'
        return response
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = start_import(
                practice=request.practice,  # type: ignore[attr-defined]
                content=form.cleaned_data["file"],
                user=request.user,
                kind=BOOKINGS,
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            return go(request, reverse("core:job", args=[job.public_id]))
    required = BOOKINGS.layout.required
    context = {
        "form": form,
        "columns": [(name, name in required) for name in BOOKINGS.layout.columns],
        "rejected": rejected_files(BOOKINGS)[:10],
    }
    request.nav = "appointments"  # type: ignore[attr-defined]
    refused = request.method == "POST"
    return page(
        request, "patients/appointment_import.html", None, context, status=422 if refused else 200
    )


def _found(public_id: UUID) -> Appointment:
    rows = Appointment.objects.select_related(
        "patient", "provider", "facility", "practice", "encounter__coding_case"
    )
    return get_or_404(rows, public_id)


def _at_its_field(form: AppointmentForm, error: ApplicationError) -> None:
    """The service speaks of one moment; the form has a field for the day and one for the time."""
    if error.field == "starts_at":
        error.field = "at"
    add_error(form, error)


def _show(
    request: HttpRequest, patient: Patient, form: AppointmentForm, found: Appointment | None
) -> HttpResponse:
    practice = request.practice  # type: ignore[attr-defined]
    on = clock.today(practice)
    if found is not None:
        on = clock.local(found.starts_at, practice).date()
    role = request.role  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "form": form,
        "patient": patient,
        "appointment": found,
        "on": on,
        "coverages": with_facts(coverages_on(patient, on)),
        "may_change": role in SCHEDULERS and (found is None or found.state == S.BOOKED),
        "may_check_in": role in SCHEDULERS
        and found is not None
        and found.state in {S.BOOKED, S.NO_SHOW}
        and on <= clock.today(practice),
        "may_close": role in SCHEDULERS and found is not None and found.state != S.CHECKED_IN,
    }
    request.nav = "appointments"  # type: ignore[attr-defined]
    return page(request, FORM, None, context, status=422 if form.errors else 200)
