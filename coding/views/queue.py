"""The coders' queue: every encounter by where its coding stands, and whose work it is."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from coding.access import LEADS
from coding.choices import CaseState as S
from coding.choices import LineState, QueryState
from coding.models import ChargeLine, CodingCase
from coding.states import TO_CODE
from coding.team import past_the_time
from core import clock
from core.access import CODERS
from core.lists import (
    Bucket,
    BulkAction,
    ChoiceFilter,
    Column,
    DateRangeFilter,
    Empty,
    ListSpec,
    PersonFilter,
    TextFilter,
    ToggleFilter,
    list_view,
)
from core.models import User
from core.money import ZERO
from patients.choices import VisitKind
from patients.models import Coverage, EncounterNote, Payer, Provider

FINISHED = [S.FINISHED, S.RELEASED]


def _cases(_: HttpRequest) -> Any:
    """Cases with payer on the day of service, charges so far, and whether a note is there."""
    day = OuterRef("encounter__service_date_from")
    covered = (
        Coverage.objects.filter(patient=OuterRef("patient"), effective_from__lte=day)
        .filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day))
        .order_by("rank")
    )
    charges = (
        ChargeLine.objects.filter(case=OuterRef("pk"))
        .exclude(state=LineState.VOID)
        .order_by()
        .values("case")
        .annotate(total=Sum("charge_amount"))
        .values("total")
    )
    notes = EncounterNote.objects.filter(encounter=OuterRef("encounter"))
    return CodingCase.objects.select_related(
        "patient", "coder", "encounter__rendering_provider", "encounter__facility"
    ).annotate(
        payer_name=Subquery(covered.values("plan__payer__name")[:1]),
        payer_pk=Subquery(covered.values("plan__payer_id")[:1]),
        charge_total=Subquery(charges),
        has_note=Exists(notes),
        has_signed_note=Exists(notes.filter(signed_at__isnull=False)),
    )


def _note_of(row: Any) -> str:
    if row.has_signed_note:
        return "signed"
    return "not signed" if row.has_note else "missing"


def _done_today(request: HttpRequest) -> Q:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return Q(state__in=FINISHED, finished_at__date=today)


def _coders(request: HttpRequest) -> Iterable[tuple[Any, str]]:
    """Who codes here or did: their finished work is still looked for."""
    practice = request.practice  # type: ignore[attr-defined]
    rows = User.objects.filter(memberships__practice=practice, memberships__role__in=CODERS)
    return [(user.pk, str(user)) for user in rows.order_by("last_name", "first_name")]


def _overdue_query(request: HttpRequest) -> Q:
    today = clock.today(request.practice)  # type: ignore[attr-defined]
    return Q(provider_queries__state=QueryState.OPEN, provider_queries__due_on__lt=today)


def _late(request: HttpRequest) -> Q:
    return past_the_time(request.practice)  # type: ignore[attr-defined]


SPEC = ListSpec(
    name="coding.queue",
    title="Encounters",
    noun="encounter,encounters",
    patient_ids=lambda row: [row.patient_id],
    queryset=_cases,
    columns=[
        Column("service", "Service", value="encounter.service_date_from", kind="date",
               sort="encounter__service_date_from"),
        Column("patient", "Patient, encounter", value="patient.list_name", sub="encounter.number",
               kind="link", sort=("patient__last_name", "patient__first_name")),
        Column("state", "Coding", value="state", kind="chip", choices="coding.CaseState",
               sort="state"),
        Column("provider", "Provider", value="encounter.rendering_provider",
               sort="encounter__rendering_provider__last_name"),
        Column("kind", "Visit", value="encounter.get_visit_kind_display", priority=3,
               sort="encounter__visit_kind"),
        Column("payer", "Payer", value=lambda row: row.payer_name or "Self-pay",
               sort="payer_name"),
        Column("note", "Note", value=_note_of, sort=("has_signed_note", "has_note"), priority=3),
        Column("coder", "Coder", value="coder", sort=("coder__last_name", "coder__first_name"),
               css="nowrap", priority=3),
        Column("charge", "Charges, $", value=lambda row: row.charge_total or ZERO, kind="money",
               sort="charge_total", total=True),
    ],
    filters=[
        PersonFilter("person", "Patient", ["patient__last_name__istartswith",
                                           "patient__first_name__istartswith",
                                           "patient__mrn__iexact"]),
        DateRangeFilter("service", "Service date", "encounter__service_date_from"),
        ChoiceFilter("provider", "Provider", "encounter__rendering_provider_id",
                     choices=lambda request: [(p.pk, str(p)) for p in Provider.objects.all()]),
        ChoiceFilter("payer", "Payer", "payer_pk",
                     choices=lambda request: Payer.objects.values_list("pk", "name")),
        ChoiceFilter("visit", "Visit", "encounter__visit_kind", choices=VisitKind.choices),
        TextFilter("number", "Encounter number", ["encounter__number__iexact"]),
        ChoiceFilter("coder", "Coder", "coder_id", choices=_coders),
        ToggleFilter("mine", "Only mine", condition=lambda request: Q(coder=request.user)),
        ToggleFilter("nobody", "Nobody's", condition=Q(coder__isnull=True)),
        ToggleFilter("overdue", "Overdue query", condition=_overdue_query),
        ToggleFilter("late", "Past the time to code", condition=_late),
    ],
    buckets=[
        Bucket("ready", "Ready", Q(state=S.READY), group="To code", done="All coded."),
        Bucket("returned", "Returned", Q(state=S.RETURNED), group="To code", act=True,
               done="Nothing came back."),
        Bucket("progress", "In progress", Q(state=S.IN_PROGRESS), group="To code",
               done="Nobody is in the middle of one."),
        Bucket("to-code", "All to code", Q(state__in=list(TO_CODE)), group="To code",
               done="All coded."),
        Bucket("note", "Waiting note", Q(state=S.WAITING_NOTE), group="Waiting",
               done="Every visit has its note."),
        Bucket("query", "Waiting query", Q(state=S.WAITING_QUERY), group="Waiting",
               done="No question is open."),
        Bucket("hold", "On hold", Q(state=S.ON_HOLD), group="Waiting", done="Nothing is on hold."),
        Bucket("finished", "Finished, not released", Q(state=S.FINISHED), group="Done",
               done="Everything finished is released."),
        Bucket("done", "Done today", _done_today, group="Done", done="Nothing finished yet today."),
        Bucket("released", "Released", Q(state=S.RELEASED), group="Done",
               done="Nothing is released yet."),
        Bucket("not-billable", "Not billable", Q(state=S.NOT_BILLABLE), group="Done",
               done="Everything is billed."),
        Bucket("all", "All", Q()),
    ],
    default_bucket="ready",
    default_sort="service",
    row_url=lambda row: reverse("coding:case", args=[row.public_id]),
    row_label=lambda row: row.encounter.number,
    empty=Empty("No encounters yet", "Visits from screen, CSV file and API are coded here.",
                "encounters", "Import encounters", lambda: reverse("patients:encounter-import")),
    bulk=[BulkAction("assign", "Assign to…", "coding:assign", key="a", roles=LEADS)],
    primary=("Code next", "n"),
)  # fmt: skip
# For those who read and do not code.
_TO_READ = replace(SPEC, primary=("Open first", "n"))


def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be coded, oldest first."""
    spec = SPEC if request.role in CODERS else _TO_READ  # type: ignore[attr-defined]
    return list_view(request, spec, "coding/queue.html")
