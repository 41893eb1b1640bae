"""Enrolments (S36): who may bill which payer, how far the paperwork is, and what expires."""

import csv
import io
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims.access import KEEPERS
from claims.enrolments import EXPIRES_SOON, all_enrolments, standing_of
from claims.models import Enrolment
from claims.payer_choices import EnrolmentSubject
from claims.payer_forms import EnrolmentForm, EnrolmentImportForm, StepForm
from claims.services.import_enrolments import COLUMNS, REQUIRED, import_enrolments
from claims.services.save_enrolment import save_enrolment, set_step
from core import clock, timeline
from core.errors import ApplicationError
from core.lists.filters import ChoiceFilter, TextFilter
from core.lists.spec import Bucket, Column, Empty, ListSpec
from core.lists.view import list_view
from core.services.work import open_items
from core.web import add_error, get_or_404, go, page, say
from patients.models import Payer

FORM = "claims/enrolment_form.html"


def _today(request: HttpRequest) -> Any:
    return clock.today(request.practice)  # type: ignore[attr-defined]


def _step(row: Enrolment, subject: str) -> str:
    return next((s.state for s in row.steps.all() if s.subject == subject), "none")


def _payers(_: HttpRequest) -> list[tuple[Any, str]]:
    return list(Payer.objects.order_by("name").values_list("pk", "name"))


def _ends_soon(request: HttpRequest) -> Q:
    today = _today(request)
    return Q(effective_to__gte=today, effective_to__lte=today + EXPIRES_SOON)


ENROLMENTS = ListSpec(
    name="claims.enrolments",
    title="Enrolments",
    noun="enrolment,enrolments",
    lead="Who may bill which payer, from when, and how far the paperwork is.",
    queryset=lambda request: all_enrolments(),
    columns=[
        Column("who", "Provider", value="who", kind="link",
               sort=("provider__last_name", "billing_provider__name")),
        Column("payer", "Payer", value="payer.name", sort="payer__name"),
        Column("standing", "Stands", kind="chip", choices="claims.EnrolmentStanding",
               value=lambda row: standing_of(row, clock.today(row.practice))),
        Column("from", "From", value="effective_from", kind="date", sort="effective_from"),
        Column("to", "Until", value="effective_to", kind="date", sort="effective_to"),
        Column("number", "Payer's number", value="payer_provider_number", kind="code",
               priority=3),
        Column("claims", "Claims", kind="chip", choices="claims.EnrolmentState",
               value=lambda row: _step(row, EnrolmentSubject.CLAIMS)),
        Column("remittance", "Remittances", kind="chip", choices="claims.EnrolmentState",
               value=lambda row: _step(row, EnrolmentSubject.REMITTANCE)),
        Column("payment", "Payments", kind="chip", choices="claims.EnrolmentState", priority=3,
               value=lambda row: _step(row, EnrolmentSubject.PAYMENT)),
    ],
    filters=[
        ChoiceFilter("payer", "Payer", field="payer_id", choices=_payers),
        TextFilter("number", "Payer's number", lookups=["payer_provider_number"]),
    ],
    buckets=[
        Bucket("all", "All", Q(), done="No enrolment is recorded yet."),
        Bucket("expiring", "Expire soon", _ends_soon, act=True, done="No enrolment ends soon."),
        Bucket("expired", "Expired", lambda request: Q(effective_to__lt=_today(request)),
               done="No enrolment is over."),
        Bucket("waiting", "Waiting for the payer",
               lambda request: Q(pk__in=Enrolment.objects.filter(steps__state="requested")),
               done="Nothing waits for a payer."),
    ],
    default_sort="payer",
    row_url=lambda row: reverse("claims:enrolment", args=[row.public_id]),
    row_label=lambda row: row.who,
    empty=Empty("No enrolment yet", "Record who may bill a payer, or import a list.", "claims",
                "Record an enrolment", lambda: reverse("claims:enrolment-new")),
)  # fmt: skip


def enrolment_list(request: HttpRequest) -> HttpResponse:
    may_keep = getattr(request, "role", "") in KEEPERS
    return list_view(request, ENROLMENTS, "claims/enrolments.html", {"may_keep": may_keep})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record an enrolment; a payer in the address is chosen already."""
    form = EnrolmentForm(request.POST or None, initial=_asked_for(request))
    if request.method == "POST" and (row := _saved(form)) is not None:
        say(request, "Enrolment recorded")
        return go(request, _url(row))
    return page(request, FORM, None, {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def enrolment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One enrolment: its period and number, its four exchanges, its story."""
    row = get_or_404(all_enrolments(), public_id)
    may_keep = getattr(request, "role", "") in KEEPERS
    form = EnrolmentForm(request.POST or None, enrolment=row)
    if request.method == "POST" and _saved(form, row) is not None:
        say(request, "Saved")
        return go(request, _url(row))
    return _detail(request, row, form=form, may_keep=may_keep)


@require_POST
def step(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say how far one exchange is."""
    row = get_or_404(all_enrolments(), public_id)
    form = StepForm(request.POST, subject=request.POST.get("subject", ""))
    if form.is_valid():
        try:
            set_step(enrolment=row, **form.cleaned_data)
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, "Saved")
            return go(request, _url(row))
    return _detail(request, row, form=EnrolmentForm(enrolment=row), refused=form)


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Take a list of enrolments as CSV: all of it or nothing."""
    if request.method == "GET" and "template" in request.GET:
        return _template()
    form = EnrolmentImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = import_enrolments(
                practice=request.practice,  # type: ignore[attr-defined]
                content=form.cleaned_data["file"],
            )
        except ApplicationError as error:
            add_error(form, error)
        else:
            say(request, f"{count} enrolments recorded")
            return go(request, reverse("claims:enrolments"))
    context = {"form": form, "columns": [(name, name in REQUIRED) for name in COLUMNS]}
    refused = request.method == "POST"
    return page(
        request, "claims/enrolment_import.html", None, context, status=422 if refused else 200
    )


def _template() -> HttpResponse:
    text = io.StringIO()
    csv.writer(text).writerow(COLUMNS)
    response = HttpResponse(text.getvalue(), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="enrolments-template.csv"'
    return response


def _saved(form: EnrolmentForm, row: Enrolment | None = None) -> Enrolment | None:
    if not form.is_valid():
        return None
    values = dict(form.cleaned_data)
    provider, billing = values.pop("provider"), values.pop("billing_provider")
    try:
        return save_enrolment(who=provider or billing, enrolment=row, **values)
    except ApplicationError as error:
        add_error(form, error)
        return None


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("payer", "")
    payer = next((p for p in Payer.objects.all() if str(p.public_id) == asked), None)
    return {"payer": payer, "effective_from": _today(request)}


def _detail(
    request: HttpRequest,
    row: Enrolment,
    *,
    form: EnrolmentForm,
    refused: StepForm | None = None,
    may_keep: bool = True,
) -> HttpResponse:
    known = {step.subject: step for step in row.steps.all()}
    steps = []
    for subject, label in EnrolmentSubject.choices:
        step = known.get(subject)
        is_refused = refused is not None and refused.data.get("subject") == subject
        initial = {
            "subject": subject,
            "state": step.state if step else "none",
            "requested_on": step.requested_on if step else None,
            "approved_on": step.approved_on if step else None,
        }
        step_form = refused if is_refused else StepForm(initial=initial, subject=subject)
        steps.append({"label": label, "row": step, "form": step_form})
    context = {
        "enrolment": row,
        "form": form,
        "steps": steps,
        "standing": standing_of(row, _today(request)),
        "work": open_items(row).first(),
        "entries": list(timeline.entries_for(row)[:100]),
        "may_keep": may_keep,
    }
    is_wrong = form.errors or refused is not None
    return page(request, "claims/enrolment.html", None, context, status=422 if is_wrong else 200)


def _url(row: Enrolment) -> str:
    return reverse("claims:enrolment", args=[row.public_id])
